"""Compare the metrics' speed with other packages': ``python -m benchmarks.compare``.

Prints a table of ratios and writes a file of results, from which the documentation's page is made.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

import iqametrics
from benchmarks import machine, results_file
from benchmarks.limits import limit
from benchmarks.perf import contenders, pictures
from benchmarks.perf.options import SIZES, THREADS, Sizes
from benchmarks.perf.timing import interleaved, set_threads
from benchmarks.results_file import Case, LeftOut, Results, Timing, milliseconds

#: Columns of text where no terminal says how many there are.
WIDTH = 132
#: Load average from which on somebody else is at work.
BUSY = 0.5


def measure(metric: str, pair: pictures.Pair, rounds: int, budget: float, threads: int) -> Case:
    """Let all contenders for a metric take turns on a pair of images."""
    truth = contenders.truth(metric, pair)
    timed = [(contender, contender.gate(truth)) for contender in contenders.executors(metric, pair)]
    left_out = []
    for peer in contenders.peers(metric):
        try:
            contender = contenders.against(peer, pair)
            timed.append((contender, contender.gate(truth)))
        except ImportError as error:
            left_out.append(LeftOut(peer.name, f"{peer.name} is not installed ({error})"))
        except contenders.NotTheSameNumberError as error:
            left_out.append(LeftOut(peer.name, str(error)))
    times = interleaved([contender.call for contender, _ in timed], rounds, budget)
    timings = []
    for (contender, (score, difference)), taken in zip(timed, times, strict=True):
        low, middle, high = (float(q) for q in np.percentile(taken, (25, 50, 75)))
        timings.append(Timing(contender.name, contender.kind, middle, high - low, len(taken), score, difference))
    height, width = pair.x.shape
    least = limit(metric, height, width, pair.x.itemsize, contenders.precision(metric, pair), threads)
    return Case(metric, height, width, pair.x.dtype.name, tuple(timings), tuple(left_out), least)


def table(cases: Sequence[Case]) -> Table:
    """A row per case; a ratio below 1 is a loss."""
    shown = Table(title="Milliseconds (medians). A ratio says how many times as long as ours another takes.")
    for heading in ("metric", "images"):
        shown.add_column(heading, no_wrap=True)
    for heading in ("ours", "fastest peer", "ratio", "NumPy", "ratio", "limit", "ours / limit"):
        shown.add_column(heading, no_wrap=True, justify="right")
    for case in cases:
        shown.add_row(
            case.metric,
            case.images,
            milliseconds(case.ours.median),
            *_other(case, case.fastest_peer, named=True),
            *_other(case, case.plain_numpy),
            f"{milliseconds(case.limit.seconds)} {case.limit.bound_by}" if case.limit else "",
            f"{case.times_limit:.1f}" if case.limit else "",
        )
    return shown


def _other(case: Case, other: Timing | None, named: bool = False) -> tuple[str, str]:
    if other is None:
        return "", ""
    ratio = case.ratio(other)
    name = f"{other.name} " if named else ""
    return f"{name}{milliseconds(other.median)}", f"[bold red]{ratio:.2f}[/]" if ratio < 1 else f"{ratio:.1f}"


@click.command()
@click.option("--sizes", type=Sizes(), default=SIZES, show_default=True, help="Sizes of the images, width x height.")
@click.option("--metrics", help="Names of metrics, with commas. [default: all]")
@click.option("--threads", default=THREADS, show_default=True, help="Threads of every contender.")
@click.option("--rounds", default=15, show_default=True, help="Calls of every contender that are timed.")
@click.option("--budget", default=3.0, show_default=True, help="Seconds of calls after which a contender drops out.")
@click.option("--quick", is_flag=True, help="A first look: 512x512, 3 rounds, no file unless --folder is given.")
@click.option("--machine", "name", help="What to call the machine. [default: its processor]")
@click.option(
    "--folder", type=click.Path(path_type=Path), help=f"Where the file goes. [default: {results_file.FOLDER}]"
)
def main(
    sizes: list[tuple[int, int]],
    metrics: str | None,
    threads: int,
    rounds: int,
    budget: float,
    quick: bool,
    name: str | None,
    folder: Path | None,
) -> None:
    """Time every metric on grey pictures next to the packages that compute the same number."""
    if quick:
        sizes, rounds, budget = [(512, 512)], 3, 0.2
    chosen = (
        [iqametrics.metric(given).name for given in metrics.split(",")] if metrics else iqametrics.metrics(task="fr")
    )
    load, (commit, dirty) = machine.load(), machine.commit()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    if load > BUSY:
        console.print(
            f"[bold red]The machine is busy (load average {load:.2f}): times of threads that wait for each other "
            "are worth nothing.[/]"
        )
    set_threads(threads)
    work = [(metric, *size, dtype) for size in sizes for dtype in pictures.DTYPES for metric in chosen]
    cases = [
        measure(metric, pictures.pair(height, width, dtype), rounds, budget, threads)
        for metric, height, width, dtype in track(work, "measuring", console=console, auto_refresh=False)
    ]
    cases.sort(key=lambda case: (chosen.index(case.metric), case.height * case.width))
    console.print(table(cases))
    for case in cases:
        for peer in case.left_out:
            console.print(f"left out: {case.metric} {case.images}: {peer.reason}")
    if not quick or folder:
        results = Results(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=machine.describe(name),
            load=load,
            threads=threads,
            rounds=rounds,
            budget=budget,
            versions=machine.versions(),
            commit=commit,
            dirty=dirty,
            cases=tuple(cases),
        )
        console.print(f"wrote {results_file.write(results, folder or results_file.FOLDER)}")


if __name__ == "__main__":
    main()
