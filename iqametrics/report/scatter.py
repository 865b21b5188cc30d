"""Scatter plots as drawings of a page: where dots, ticks and the curve lie. The macro ``scatter`` draws them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from iqametrics.report.axis import Axis, Ticks

WIDTH, HEIGHT = 400, 300
#: Left, top, right and bottom edge of the plotting area.
BOX = (46.0, 10.0, 392.0, 258.0)
_CURVE_POINTS = 160
#: Outlines about a dot, so that groups are told apart without colours too.
_MARKS = (
    "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",  # disc
    "m-2.7-2.7h5.4v5.4h-5.4z",  # square
    "m0-3.6l3.4 6h-6.8z",  # triangle
    "m0-3.8l3.8 3.8l-3.8 3.8l-3.8-3.8z",  # diamond
    "m0 3.6l-3.4-6h6.8z",  # triangle on its tip
    "m-1.2-3.6h2.4v2.4h2.4v2.4h-2.4v2.4h-2.4v-2.4h-2.4v-2.4h2.4z",  # plus
    "m-3.4-1.4h6.8v2.8h-6.8z",  # bar
    "m-1.4-3.4h2.8v6.8h-2.8z",  # post
)
#: A dot of a stroke's width, for plots with more groups than marks.
_DOT = "h.01"
MOST_MARKS = len(_MARKS)


@dataclass(frozen=True)
class Scatter:
    """A scatter plot.

    Attributes
    ----------
    title, x_label, y_label : str
    x_ticks, y_ticks : tuple of (float, str)
        Places on the axis, and what they are called.
    dots : tuple of (float, float) or None
        Where every point lies; None for points without a finite value.
    groups : tuple of (str, str)
        Name of every group, and the path that draws its points.
    marked : bool
        Whether groups have marks of their own; otherwise paths are to be stroked.
    curve : str
        The path of the fitted curve; empty without one.
    """

    title: str
    x_label: str
    y_label: str
    x_ticks: Ticks
    y_ticks: Ticks
    dots: tuple[tuple[float, float] | None, ...]
    groups: tuple[tuple[str, str], ...]
    marked: bool
    curve: str

    width: int = WIDTH
    height: int = HEIGHT
    box: tuple[float, float, float, float] = BOX

    @property
    def marks(self) -> tuple[str, ...]:
        """Outlines of the groups' marks about a dot."""
        return _MARKS

    @property
    def left_out(self) -> int:
        """How many points could not be drawn."""
        return sum(dot is None for dot in self.dots)


def scatter(
    title: str,
    x: Sequence[float],
    y: Sequence[float],
    labels: tuple[str, str],
    groups: Sequence[str] | None = None,
    curve: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Scatter:
    """Lay out a scatter plot.

    Parameters
    ----------
    title : str
    x, y : sequence of float
        The points; those that are not finite are left out.
    labels : (str, str)
        What the axes show.
    groups : sequence of str, optional
        The group of every point.
    curve : callable, optional
        y of a curve through the points, for an array of x.
    """
    names = list(dict.fromkeys(groups)) if groups is not None else [""]
    finite = [isfinite(a) and isfinite(b) for a, b in zip(x, y, strict=True)]
    left, top, right, bottom = BOX
    x_axis = Axis([a for a, good in zip(x, finite, strict=True) if good], left, right)
    y_axis = Axis([b for b, good in zip(y, finite, strict=True) if good], bottom, top)
    dots = tuple(
        (round(x_axis(a), 1), round(y_axis(b), 1)) if good else None for a, b, good in zip(x, y, finite, strict=True)
    )
    marked = len(names) <= MOST_MARKS
    members = groups if groups is not None else [""] * len(dots)
    paths = tuple(
        (
            name,
            "".join(
                f"M{dot[0]:g} {dot[1]:g}{_MARKS[place] if marked else _DOT}"
                for dot, group in zip(dots, members, strict=True)
                if dot is not None and group == name
            ),
        )
        for place, name in enumerate(names)
    )
    drawn = _curve(curve, x_axis, y_axis) if curve is not None and any(finite) else ""
    return Scatter(title, *labels, x_axis.ticks(), y_axis.ticks(), dots, paths, marked, drawn)


def _curve(curve: Callable[[np.ndarray], np.ndarray], x_axis: Axis, y_axis: Axis) -> str:
    """A line through the values of a curve, broken where it leaves the plotting area."""
    at = np.linspace(x_axis.lowest, x_axis.highest, _CURVE_POINTS)
    path, drawing = [], False
    for a, b in zip(at, np.asarray(curve(at), dtype=float), strict=True):
        inside = isfinite(b) and y_axis.low <= b <= y_axis.high
        if inside:
            path.append(f"{'L' if drawing else 'M'}{x_axis(a):.1f} {y_axis(b):.1f}")
        drawing = inside
    return "".join(path)
