"""How long `iqametrics score` takes for a folder, over the time of decoding its files: python -m benchmarks.score_folder.

Writes pairs of PNG references and JPEG versions to a temporary folder: crops of photographs that come with scikit-image,
tiled to the size asked for. Decoding alone is one thread that reads all files one after the other, which is what a score can
not do without. The command runs in this process, after one that compiled and imported what it needs; then in a process of
its own, with starting Python, imports and output included. The best of several rounds counts for each.
"""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from os import cpu_count, getloadavg
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from PIL import Image
from skimage import data

from iqametrics import read_image
from iqametrics.cli import main


def write_pairs(folder: Path, count: int, height: int, width: int) -> tuple[Path, Path]:
    """Write as many pairs, every reference another picture."""
    photographs = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket()]
    references, versions = folder / "references", folder / "versions"
    references.mkdir()
    versions.mkdir()
    generator = np.random.default_rng(0)
    for i in range(count):
        photograph = np.roll(photographs[i % len(photographs)], generator.integers(0, 200, 2), axis=(0, 1))
        times = -(-height // photograph.shape[0]), -(-width // photograph.shape[1])
        # Mirrored at the seams, which would otherwise be edges that no photograph has.
        picture = np.pad(
            photograph, [(0, (n - 1) * side) for n, side in zip(times, photograph.shape[:2], strict=True)] + [(0, 0)],
            mode="symmetric",
        )[:height, :width]  # fmt: skip
        image = Image.fromarray(np.ascontiguousarray(picture))
        image.save(references / f"{i:04}.png")
        image.save(versions / f"{i:04}.jpg", quality=int(generator.integers(10, 95)))
    return references, versions


def best(work: Callable[[], object], rounds: int) -> float:
    """Shortest of several times in seconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--size", type=int, nargs=2, default=(512, 768), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--metrics", default="ssim,psnr")
    parser.add_argument("--rounds", type=int, default=3)
    return parser


def measure(pairs: int, size: tuple[int, int], metrics: str, rounds: int) -> None:
    """Make the pairs, take the times and print them."""
    with TemporaryDirectory() as name:
        folders = write_pairs(Path(name), pairs, *size)
        files = [path for folder in folders for path in sorted(folder.iterdir())]
        command = ["score", *map(str, folders), "-m", metrics, "-o", str(Path(name, "scores.csv"))]

        def decode() -> None:
            for path in files:
                read_image(path)

        def score() -> None:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                main(command, standalone_mode=False)

        def start() -> None:
            subprocess.run([sys.executable, "-m", "iqametrics", *command], check=True, capture_output=True)

        score()
        decoding = best(decode, rounds)
        scoring, process = best(score, rounds), best(start, rounds)
    print(f"{pairs} pairs of {size[1]}x{size[0]}, {metrics}, {cpu_count()} processors, load {getloadavg()[0]:.1f}")
    print(f"decoding alone  {decoding:6.2f} s")
    print(f"score           {scoring:6.2f} s  {scoring / decoding:.2f} times")
    print(f"whole process   {process:6.2f} s  {process / decoding:.2f} times")


if __name__ == "__main__":
    options = _arguments().parse_args()
    measure(options.pairs, tuple(options.size), options.metrics, options.rounds)
