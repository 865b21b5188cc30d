"""Who scores, and how the work goes on after a kill: ``--workers``, ``--processes``, ``--scheduler`` and the journal."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from iqametrics.cli.output import shown, unit_of
from iqametrics.errors import WorkerError
from iqametrics.scoring.pairing import Pair

if TYPE_CHECKING:
    from iqametrics.scoring.results import Result
    from iqametrics.scoring.settings import Settings


class Work(NamedTuple):
    """Who is asked to do the work.

    Attributes
    ----------
    workers : int or None
        How many; None for all processors.
    processes : bool
        Whether they are processes, or threads.
    scheduler : str or None
        Address of a Dask scheduler whose workers do it instead.
    """

    workers: int | None
    processes: bool
    scheduler: str | None

    def check(self, maps: Path | None) -> None:
        """Refuse what contradicts itself."""
        if self.scheduler is not None and (self.workers is not None or self.processes):
            raise click.UsageError("--scheduler has its own workers; leave out --workers and --processes")
        if maps is not None and (self.scheduler is not None or self.processes):
            option = "--processes" if self.processes else "--scheduler"
            raise click.UsageError(f"--map needs the pixels, which other processes don't send back; leave out {option}")

    @contextmanager
    def executor(self) -> Iterator[Executor | None]:
        """The executor; None for the usual one."""
        from iqametrics.scoring.freed_memory import keep_freed_memory

        keep_freed_memory()
        if self.scheduler is not None:
            from iqametrics.scoring.cluster import connected

            with connected(self.scheduler) as (executor, workers):
                if not workers:
                    click.echo(f"Note: the scheduler at {shown(self.scheduler)} has no workers yet; waiting", err=True)
                yield executor
        elif self.processes:
            from iqametrics.scoring.process_pool import ProcessPool
            from iqametrics.scoring.workers import processors

            with ProcessPool(self.workers or processors()) as pool:
                yield pool
        elif self.workers is not None:
            with ThreadPoolExecutor(self.workers, thread_name_prefix="iqametrics-pairs") as threads:
                yield threads
        else:
            yield None


_OPTIONS = (
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many images to score at once. Default: all processors that this process may use.",
    ),
    click.option("--processes", is_flag=True, help="Score in processes instead of threads."),
    click.option(
        "--scheduler", metavar="ADDRESS", help="Score on the Dask cluster of this scheduler: tcp://host:8786."
    ),
)


def work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options ``workers``, ``processes`` and ``scheduler`` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def journal_beside(output: Path, pairs: Sequence[Pair], settings: "Settings") -> "Iterator[tuple[Path, list[Result]]]":
    """The journal of an output file, and a list for the results.

    Says how much of the work is done already, and, if the work ends early, how to go on.
    """
    from iqametrics.scoring.journal import already_scored

    journal = output.with_name(f"{output.name}.partial")
    before = already_scored(journal, pairs, settings)
    if before:
        click.echo(f"Resuming: {before} of {len(pairs)} {unit_of(pairs)} already scored", err=True)
    results: list[Result] = []
    try:
        yield journal, results
    except (OSError, KeyboardInterrupt, WorkerError):
        if journal.exists():
            click.echo(
                f"Note: the scores so far are in {shown(str(journal))}; the same command goes on from there", err=True
            )
        raise
    changed = before - sum(result.resumed for result in results)
    if changed > 0:
        click.echo(f"Note: {changed} of them had other files then, and were scored again", err=True)
