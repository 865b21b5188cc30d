"""Figures without pyplot: no window system, no global state."""

from pathlib import Path
from typing import TYPE_CHECKING

from iqametrics.errors import DependencyError
from iqametrics.report.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of this size in inches.

    Raises
    ------
    DependencyError
        matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DependencyError(
            f'figures need matplotlib ({error}); install it with: pip install "iqametrics[plot]"'
        ) from error
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: "Figure", path: Path, dpi: int = 100) -> None:
    """Write a figure to a file, whole or not at all."""
    with replacing(path) as unfinished:
        figure.savefig(unfinished, dpi=dpi)
