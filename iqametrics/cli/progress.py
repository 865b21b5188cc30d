"""Progress of long work on a terminal: how far, how fast, how long still."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

    from iqametrics.progress import Track

T = TypeVar("T")


def progress(unit: str) -> "Progress":
    """A bar on stderr, unless that is no terminal; it goes when the work is done.

    Parameters
    ----------
    unit : str
        What is counted, in the plural.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class RateColumn(ProgressColumn):
        """How many are done in a second."""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:.3g} {unit}/s", style="progress.data.speed")

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        RateColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def tracking(bar: "Progress", what: str) -> "Track":
    """What shows on a bar how far work has come, with a word for what the work is."""

    def track(items: Iterable[T], total: int | None = None, /) -> Iterable[T]:
        return bar.track(items, total, description=what)

    return track
