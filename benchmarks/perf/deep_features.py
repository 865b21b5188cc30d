"""deep_ssim beside torchmetrics' SSIM of the same feature maps, and the memory that VGG-16 takes.

``python -m benchmarks.perf.deep_features`` prints both; weights are the surrogate's, which cost what others do.
"""

import argparse
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from benchmarks.perf.contenders import TOLERANCES, NotTheSameNumberError
from benchmarks.perf.timing import interleaved, set_threads

#: Seconds that a contender may use up.
BUDGET = 20.0
MEMORY = """\
import resource, sys
import numpy as np
from iqametrics import deep_ssim
x = np.random.default_rng(0).integers(0, 256, ({side}, {side}, 3), np.uint8)
deep_ssim(x, x // 2 + 20, backbone="vgg16", weights="surrogate")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


def pictures(side: int) -> tuple[np.ndarray, np.ndarray]:
    """A photograph of this size, and the same with noise."""
    from skimage import data
    from skimage.transform import resize

    reference = np.rint(255 * resize(data.astronaut(), (side, side), anti_aliasing=True)).astype(np.uint8)
    noise = np.random.default_rng(0).normal(0, 15, reference.shape)
    return reference, np.clip(np.rint(reference + noise), 0, 255).astype(np.uint8)


def contenders(side: int) -> dict[str, Callable[[], Any]]:
    """What is timed, each after its number was seen to be the same."""
    import torch
    from torchmetrics.functional.image import structural_similarity_index_measure

    from iqametrics import deep_ssim, ssim
    from iqametrics.deep import backbone, comparing
    from iqametrics.planes import Planes

    images = pictures(side)
    metric = deep_ssim.with_options(weights="surrogate", border="reflect")
    network = backbone("alexnet", weights="surrogate")
    tensors = [torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255 for image in images]

    def maps() -> list[dict[str, torch.Tensor]]:
        with torch.no_grad():
            return [network(tensor) for tensor in tensors]

    found = maps()

    def ours_of_maps(recipe: Any) -> Any:
        planes = [Planes(image, "numba") for image in images]
        return comparing.compare_maps(*planes, *found, recipe, ssim).score()

    def torchmetrics_ssim(each: list[dict[str, torch.Tensor]]) -> float:
        values = []
        for tap in network.taps:
            x, y = (maps[tap].movedim(1, 0) for maps in each)  # a batch of maps with one channel
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                values.append(structural_similarity_index_measure(y, x, data_range=1.0))
        return float(torch.stack(values).log().mean().exp())

    ours, theirs = metric(*images), torchmetrics_ssim(found)
    difference = abs(ours - theirs) / abs(ours)
    if difference > TOLERANCES["peer", "single"]:
        raise NotTheSameNumberError(f"ours {ours:.8g}, torchmetrics {theirs:.8g}")
    print(f"{side}x{side}, AlexNet: ours {ours:.7f}, torchmetrics {theirs:.7f}")
    return {
        "backbone, both images": maps,
        "map stage, ours": partial(ours_of_maps, metric.recipe()),
        "map stage, ours, default border": partial(ours_of_maps, deep_ssim.recipe(weights="surrogate")),
        "map stage, torchmetrics": partial(torchmetrics_ssim, found),
        "all, ours": partial(metric, *images),
        "all, torchmetrics": lambda: torchmetrics_ssim(maps()),
    }


def main() -> None:
    """Print medians, ratios and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-memory", action="store_true")
    arguments = parser.parse_args()
    set_threads(arguments.threads)
    calls = contenders(arguments.side)
    times = interleaved(list(calls.values()), arguments.rounds, BUDGET)
    medians = dict(zip(calls, map(median, times), strict=True))
    for name, seconds in medians.items():
        print(f"{name:34}{1e3 * seconds:9.1f} ms")
    for stage in ("map stage", "all"):
        print(f"{stage}: torchmetrics / ours = {medians[f'{stage}, torchmetrics'] / medians[f'{stage}, ours']:.1f}")
    whole = medians["map stage, torchmetrics"] / medians["all, ours"]
    print(f"torchmetrics' map stage / deep_ssim with its network = {whole:.1f}")
    if not arguments.no_memory:
        program = MEMORY.format(side=arguments.side)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        print(f"VGG-16, {arguments.side}x{arguments.side}: peak memory of the process {float(done.stdout):.2f} GiB")


if __name__ == "__main__":
    main()
