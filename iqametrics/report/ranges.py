"""Estimates with their intervals as drawings of a page: who is where, and how surely. The macro ``ranges`` draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from iqametrics.report.axis import Axis, Ticks

WIDTH = 560
_LEFT, _RIGHT, _TOP, _LINE, _FOOT = 170.0, 548.0, 8.0, 22.0, 40.0


@dataclass(frozen=True)
class Range:
    """A name, its estimate on the drawing, and the ends of its interval; the same place thrice without one."""

    name: str
    text: str
    place: float
    low: float
    high: float
    height: float


@dataclass(frozen=True)
class Ranges:
    """Estimates below each other, on one axis."""

    title: str
    rows: tuple[Range, ...]
    ticks: Ticks
    height: float

    width: int = WIDTH
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP

    @property
    def bottom(self) -> float:
        """Where the axis lies."""
        return self.height - _FOOT


def ranges(title: str, estimates: Sequence[tuple[str, float, float, float]]) -> Ranges:
    """Lay out estimates, the largest first.

    Parameters
    ----------
    title : str
        What is estimated.
    estimates : sequence of (str, float, float, float)
        Name, value and limits of each; limits that are NaN are not drawn, nor values that are.
    """
    known = sorted((each for each in estimates if isfinite(each[1])), key=lambda each: -each[1])
    drawn = [
        (name, value, *((low, high) if isfinite(low) and isfinite(high) else (value, value)))
        for name, value, low, high in known
    ]
    axis = Axis([number for _, *numbers in drawn for number in numbers], _LEFT, _RIGHT)
    rows = tuple(
        Range(
            name=name,
            text=f"{value:.4f}",
            place=round(axis(value), 1),
            low=round(axis(low), 1),
            high=round(axis(high), 1),
            height=_TOP + _LINE * (k + 0.5),
        )
        for k, (name, value, low, high) in enumerate(drawn)
    )
    return Ranges(title, rows, axis.ticks(), _TOP + _LINE * len(rows) + _FOOT)
