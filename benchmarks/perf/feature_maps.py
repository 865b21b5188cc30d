"""How long selecting feature maps takes, and how much memory: python -m benchmarks.perf.feature_maps [PART...].

Parts: `linear` and `logistic4`, a forward selection among 4224 maps on 3000 images (synthetic scores that all follow
the opinions a little); `alexnet` and `vgg16`, the scores of all maps of pairs of 512x384 pixels, 5 pictures at 5 levels of 4
distortions, with surrogate weights (the arithmetic is that of any others). Each part runs in a process of its own,
which tells its peak memory.
"""

import resource
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from time import perf_counter

import numpy as np

PARTS = ("linear", "logistic4", "alexnet", "vgg16")
_IMAGES, _MAPS = 3000, 4224


def synthetic_scores(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores that share a curve of the truth and have noise of their own."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=_IMAGES)
    noise = random.standard_normal((_IMAGES, _MAPS), dtype=np.float32) * random.uniform(0.8, 4, _MAPS).astype(
        np.float32
    )
    values = 1 / (1 + np.exp(-random.uniform(0.5, 3, _MAPS).astype(np.float32) * (truth[:, None] + noise)))
    return values.astype(np.float32), 100 / (1 + np.exp(-1.5 * truth)) + 8 * random.normal(size=_IMAGES)


def pairs() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Hundred pairs of 512x384 pixels."""
    from skimage import data

    from iqametrics.datasets import distortions

    photographs = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket(), data.astronaut()[:, ::-1]]
    for photograph in photographs:
        missing = [max(0, side - have) for side, have in zip((384, 512), photograph.shape, strict=False)]
        whole = np.pad(photograph, [(0, missing[0]), (0, missing[1]), (0, 0)], mode="symmetric")
        picture = np.ascontiguousarray(whole[:384, :512])
        for name in ("gaussian_blur", "gaussian_noise", "jpeg", "brighten"):
            for level in range(1, 6):
                yield picture, distortions.apply(name, picture, level=level)


def run(part: str, count: int) -> str:
    """Do one part; return what it took."""
    from iqametrics import deep_metric
    from iqametrics.deep.selection import forward_selection, score_matrix

    if part in ("linear", "logistic4"):
        values, opinions = synthetic_scores()
        start = perf_counter()
        path = forward_selection(values, opinions, fit=part, min_gain=0 if part == "linear" else 1e-3)
        seconds = perf_counter() - start
        return f"{seconds:.1f} s for {len(path.columns)} steps, {path.fits} fits, PLCC {path.curve[-1]:.4f}"
    made = list(pairs())[:count]
    metric = deep_metric("ssim", backbone=part, weights="surrogate")
    score_matrix(made[:1], metric)  # compiles
    start = perf_counter()
    found = score_matrix(made, metric)
    seconds = perf_counter() - start
    return f"{seconds:.1f} s for {found.values.shape[0]} pairs and {found.values.shape[1]} maps"


def main() -> None:
    """Run the parts asked for."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all by default")
    parser.add_argument("--pairs", type=int, default=100, help="pairs of the networks' parts")
    parser.add_argument("--inside", help="do one part in this process")
    given = parser.parse_args()
    if unknown := set(given.parts) - {*PARTS}:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    if given.inside:
        text = run(given.inside, given.pairs)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{given.inside:<10} {text}, peak {peak:.2f} GiB")
        return
    for part in given.parts or PARTS:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.perf.feature_maps", "--inside", part, "--pairs", str(given.pairs)],
            check=True,
        )


if __name__ == "__main__":
    main()
