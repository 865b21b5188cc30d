"""Whether the study of digits comes out as it must: ``python -m benchmarks.cnn_error --seeds 0 1 2``."""

import argparse
import resource
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from iqametrics.cnn_error.demo import Demonstration, Settings, demonstrate

_PSNR, _SSIM, _LAST, _METRIFIER = "\N{MINUS SIGN}psnr", "\N{MINUS SIGN}ssim", "features 10", "metrifier"
#: Pooled SROCC with 1 - p_true: smallest and largest value of each predictor.
RANGES = {_PSNR: (0.50, 0.68), _SSIM: (0.48, 0.66), _LAST: (0.68, 1.0), _METRIFIER: (0.70, 1.0)}


def shortfalls(found: Demonstration) -> Iterator[str]:
    """What does not come out as it must."""
    result = found.evaluation.result
    for worker, accuracies in found.dataset.info["clean_accuracy"].items():
        for name, share in accuracies.items():
            if share < 0.96:
                yield f"accuracy of {worker} on {name} without distortion is {share:.3f}, below 0.96"
    for kind, means in found.evaluation.dataset.error_by_level().iterrows():
        drops = [a - b for a, b in pairwise(means) if b < a]
        if len(drops) > 1 or max(drops, default=0) > 0.03:
            yield f"the mean error of {kind} falls with the level: {means.round(3).tolist()}"
    for name, (low, high) in RANGES.items():
        value = result[name].srocc.value
        if not low <= value <= high:
            yield f"SROCC of {name} is {value:.3f}, not in [{low:g}, {high:g}]"
    _, gap = result.difference(_METRIFIER, _SSIM)
    if not (gap.value >= 0.08 and gap.low > 0):
        yield f"the metrifier is {gap} above SSIM, not 0.08 with an interval that excludes 0"
    for name in (_PSNR, _SSIM):
        value = result[name].within_cell.value
        if not value < 0.3:
            yield f"{name} has {value:.3f} in type and level, not less than 0.3"


def main() -> None:
    """Run seeds and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    failed = False
    for seed in parser.parse_args().seeds:
        start, used = perf_counter(), _processor_seconds()
        with TemporaryDirectory() as folder:
            found = demonstrate(Path(folder), Settings(seed=seed, metrics=("psnr", "ssim", "gmsd")))
        print(
            f"seed {seed}: {perf_counter() - start:.0f} s, {_processor_seconds() - used:.0f} s of processor time; "
            "accuracy without distortion "
            + ", ".join(f"{name} {share:.3f}" for name, share in found.dataset.info["clean_accuracy"]["cnn"].items())
        )
        print(found.evaluation.dataset.error_by_level().round(3).to_string())
        columns = [
            "predictor",
            "srocc",
            "srocc_low",
            "srocc_high",
            "auc",
            "within_type",
            "within_source",
            "within_cell",
        ]
        print(found.evaluation.to_frame()[[*columns, "cell_means", "plcc", "aurc"]].round(3).to_string(index=False))
        _, gap = found.evaluation.result.difference(_METRIFIER, _SSIM)
        print(f"metrifier above SSIM: {gap}; calibration error {found.metrifier.reliability.error:.3f}")
        for text in shortfalls(found):
            failed = True
            print(f"  falls short: {text}")
        print(flush=True)
    raise SystemExit(failed)


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
