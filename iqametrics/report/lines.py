"""Line charts as drawings of a page: where lines, marks and ticks lie. The macros of ``lines.html`` draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from iqametrics.report.axis import Axis, Ticks
from iqametrics.report.scatter import BOX, HEIGHT, WIDTH

#: Colours there are; a line beyond them is dashed.
COLOURS = 8


@dataclass(frozen=True)
class Lines:
    """A line chart.

    Attributes
    ----------
    name : str
        Identifier for anchors: letters, digits and hyphens.
    title, x_label, y_label : str
    x_ticks, y_ticks : tuple of (float, str)
        Places on the axis, and what they are called.
    lines : tuple of (str, str)
        Name of every line, and its path.
    marks : tuple of tuple of (float, float)
        Places of every line's marks.
    diagonal : str
        Path of the line on which both axes have the same value; empty without one.
    """

    name: str
    title: str
    x_label: str
    y_label: str
    x_ticks: Ticks
    y_ticks: Ticks
    lines: tuple[tuple[str, str], ...]
    marks: tuple[tuple[tuple[float, float], ...], ...]
    diagonal: str = ""

    width: int = WIDTH
    height: int = HEIGHT
    box: tuple[float, float, float, float] = BOX
    colours: int = COLOURS


def lines(
    name: str,
    title: str,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    labels: tuple[str, str],
    *,
    x_names: Sequence[str] = (),
    marked: bool = False,
    diagonal: bool = False,
) -> Lines:
    """Lay out a line chart.

    Parameters
    ----------
    name, title : str
    curves : mapping of str to (x, y)
        The points of every line by its name; those that are not finite are left out.
    labels : (str, str)
        What the axes show.
    x_names : sequence of str, optional
        What x = 0, 1, 2 ... are called, in place of numbers.
    marked : bool
        Whether points get marks.
    diagonal : bool
        Whether the line of equal values is drawn; both axes then reach from 0 to 1.
    """
    left, top, right, bottom = BOX
    points = {
        key: [(float(a), float(b)) for a, b in zip(x, y, strict=True) if isfinite(a) and isfinite(b)]
        for key, (x, y) in curves.items()
    }
    span = [(0.0, 0.0), (1.0, 1.0)] if diagonal else [(0.0, 0.0)] if not x_names else []
    every = [point for each in points.values() for point in each] + span
    x_axis = Axis([a for a, _ in every], left, right)
    y_axis = Axis([b for _, b in every], bottom, top)
    places = {key: tuple((round(x_axis(a), 1), round(y_axis(b), 1)) for a, b in each) for key, each in points.items()}
    ticks = tuple((round(x_axis(place), 1), each) for place, each in enumerate(x_names)) or x_axis.ticks()
    return Lines(
        name,
        title,
        *labels,
        x_ticks=ticks,
        y_ticks=y_axis.ticks(),
        lines=tuple((key, _path(each)) for key, each in places.items()),
        marks=tuple(each if marked else () for each in places.values()),
        diagonal=_path([(x_axis(0), y_axis(0)), (x_axis(1), y_axis(1))]) if diagonal else "",
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if place else 'M'}{x:g} {y:g}" for place, (x, y) in enumerate(points))
