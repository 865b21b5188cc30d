"""How long `iqametrics score` takes for a folder, over the time of decoding its files: python -m benchmarks.score_folder.

Writes pairs of PNG references and distorted versions to a temporary folder: the demonstration's photographs, mirrored at
their sides until they have the size asked for, in JPEG of several qualities; with --png in PNG, with the distortions of the
LIVE data set at their five levels in turn. Decoding alone, on as many threads as --decoders says, is what a score can not
do without. The command runs in this process, after one that compiled and
imported what it needs; then in a process of its own, with starting Python, imports and output included. Several --metrics
take turns with decoding; the best of several rounds counts for each.

With --memory it prints instead how much more memory a process needs for all pairs than for a tenth of them.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from PIL import Image

from iqametrics import read_image
from iqametrics.cli import main
from iqametrics.datasets import distortions
from iqametrics.demo.pictures import pictures

#: What versions in PNG have been through (Sheikh, Sabir and Bovik 2006).
LIVE = ("jpeg2000", "jpeg", "gaussian_noise", "gaussian_blur")


def write_pairs(folder: Path, count: int, height: int, width: int, png: bool = False) -> tuple[Path, Path]:
    """Write as many pairs, every reference another picture."""
    photographs = list(pictures().values())
    references, versions = folder / "references", folder / "versions"
    references.mkdir()
    versions.mkdir()
    generator = np.random.default_rng(0)
    for i in range(count):
        photograph = np.roll(photographs[i % len(photographs)], generator.integers(0, 200, 2), axis=(0, 1))
        # Mirrored at the seams, which would otherwise be edges that no photograph has.
        missing = [(0, max(0, size - had)) for size, had in zip((height, width), photograph.shape[:2], strict=True)]
        picture = np.pad(photograph, [*missing, (0, 0)], mode="symmetric")[:height, :width]
        image = Image.fromarray(np.ascontiguousarray(picture))
        image.save(references / f"{i:04}.png")
        if png:
            version = distortions.apply(LIVE[i % len(LIVE)], np.asarray(image), level=1 + i // len(LIVE) % 5)
            Image.fromarray(version).save(versions / f"{i:04}.png")
        else:
            image.save(versions / f"{i:04}.jpg", quality=int(generator.integers(10, 95)))
    return references, versions


def _best(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Shortest of several times of each in seconds; they take turns, so that all see the same machine."""
    times = [[_seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--size", type=int, nargs=2, default=(512, 768), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--metrics", action="append", metavar="LIST", help="several times for several comparisons")
    parser.add_argument("--png", action="store_true", help="versions as PNG too")
    parser.add_argument("--decoders", type=int, default=1, help="threads that decode alone")
    parser.add_argument("--workers", type=int, help="of the command")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="measure memory, not time")
    return parser


def measure(
    pairs: int,
    size: tuple[int, int],
    metrics: Sequence[str],
    rounds: int,
    png: bool = False,
    decoders: int = 1,
    workers: int | None = None,
) -> None:
    """Make the pairs, take the times and print them."""
    with TemporaryDirectory() as name:
        folders = write_pairs(Path(name), pairs, *size, png)
        files = [path for folder in folders for path in sorted(folder.iterdir())]
        common = ["score", *map(str, folders), "-o", str(Path(name, "scores.csv"))]
        commands = [[*common, *(["--workers", str(workers)] if workers else []), "-m", each] for each in metrics]

        def decode() -> None:
            with ThreadPoolExecutor(decoders) as pool:
                deque(pool.map(lambda path: read_image(path).size, files), maxlen=0)

        def score(command: list[str]) -> None:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                main(command, standalone_mode=False)

        def start(command: list[str]) -> None:
            subprocess.run([sys.executable, "-m", "iqametrics", *command], check=True, capture_output=True)

        for command in commands:
            score(command)
        works = [decode]
        for command in commands:
            works += [partial(score, command), partial(start, command)]
        decoding, *times = _best(works, rounds)
        megabytes = sum(path.stat().st_size for path in files) / len(files) / 1e6
    load = os.getloadavg()[0]
    print(
        f"{pairs} pairs of {size[1]}x{size[0]}, {megabytes:.2f} MB a file, {os.cpu_count()} processors, load {load:.1f}"
    )
    print(f"decoding alone  {decoding:6.2f} s  with {decoders} threads")
    for each, scoring, process in zip(metrics, times[::2], times[1::2], strict=True):
        print(each)
        print(f"score           {scoring:6.2f} s  {scoring / decoding:.2f} times")
        print(f"whole process   {process:6.2f} s  {process / decoding:.2f} times")


def measure_memory(pairs: int, size: tuple[int, int], metrics: str, workers: int | None = None) -> None:
    """Print the most memory that a process had for a tenth of the pairs and for all."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        kinds = min(pairs, 40)
        write_pairs(folder, kinds, *size)
        peaks = []
        for count in (max(1, pairs // 10), pairs):
            lines = [f"references/{i % kinds:04}.png,versions/{i % kinds:04}.jpg" for i in range(count)]
            (folder / "pairs.csv").write_text("\n".join(["reference,distorted", *lines]))
            command = ["score", str(folder / "pairs.csv"), "-m", metrics, "-o", str(folder / "scores.csv")]
            command += ["--workers", str(workers)] if workers else []
            process = subprocess.Popen([sys.executable, "-m", "iqametrics", *command], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            if status:
                raise RuntimeError(f"iqametrics score ended with {status}")
            peaks.append(usage.ru_maxrss / 1024)
            print(f"{count:6} pairs of {size[1]}x{size[0]}, {metrics}: at most {peaks[-1]:.1f} MB")
    print(f"growth {peaks[1] - peaks[0]:.1f} MB")


if __name__ == "__main__":
    options = _arguments().parse_args()
    wanted = options.metrics or ["ssim,psnr"]
    if options.memory:
        for each in wanted:
            measure_memory(options.pairs, tuple(options.size), each, options.workers)
    else:
        measure(
            options.pairs, tuple(options.size), wanted, options.rounds, options.png, options.decoders, options.workers
        )
