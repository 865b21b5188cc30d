"""How long the first call of a metric takes in a new process: python -m benchmarks.first_call.

Every call has a process of its own, without compiled kernels on disk and again with those that the first has left there.
The seconds are those of the call: Python and the package have started, images are at hand, and what compiles is not yet
imported. Metrics take turns; the medians of several rounds are printed, with the longest.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

import iqametrics

_CALL = """
import sys, time
import numpy as np
import iqametrics
first = np.random.default_rng(0).integers(0, 256, (512, 512), np.uint8).astype(sys.argv[2])
options = {"data_range": 255.0} if first.dtype == np.float32 else {}
metric = iqametrics.metric(sys.argv[1])
start = time.perf_counter()
metric(first, first // 2, backend="numba", **options)
print(time.perf_counter() - start)
"""


def seconds(metric: str, dtype: str, cache: Path) -> float:
    """Time of one call in a new process, with this folder for compiled kernels."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", _CALL, metric, dtype]
    return float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def measure(metrics: Sequence[str], dtype: str, rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Seconds of every metric's first call without the cache and with it, round by round."""
    times: dict[str, tuple[list[float], list[float]]] = {metric: ([], []) for metric in metrics}
    for _ in range(rounds):
        for metric, (without, cached) in times.items():
            with TemporaryDirectory() as folder:
                without.append(seconds(metric, dtype, Path(folder)))
                cached.append(seconds(metric, dtype, Path(folder)))
    return times


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("metrics", nargs="*", metavar="METRIC", help="all unless given")
    parser.add_argument("--dtype", choices=("uint8", "float32"), default="uint8")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    times = measure(options.metrics or iqametrics.metrics(task="fr"), options.dtype, options.rounds)
    shown = Table(title=f"Seconds of the first call, {options.dtype}, {options.rounds} rounds: median (longest)")
    for heading in ("metric", "nothing compiled", "compiled before"):
        shown.add_column(heading, justify="left" if heading == "metric" else "right")
    for metric, columns in times.items():
        shown.add_row(metric, *(f"{median(column):.2f} ({max(column):.2f})" for column in columns))
    Console(width=100).print(shown)


if __name__ == "__main__":
    main()
