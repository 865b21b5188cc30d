"""An axis of a drawing: where values lie, and round numbers beside it."""

from collections.abc import Sequence
from math import ceil, floor, log10

#: Share of the values' span that is left free at either end.
_MARGIN = 0.04
_TICKS = 5

Ticks = tuple[tuple[float, str], ...]
"""Places on an axis, and what they are called."""


class Axis:
    """Values to places on the drawing.

    Parameters
    ----------
    values : sequence of float
        What must have a place; finite.
    start, end : float
        Where the axis begins and ends on the drawing.
    """

    def __init__(self, values: Sequence[float], start: float, end: float):
        self.lowest, self.highest = (min(values), max(values)) if values else (0.0, 1.0)
        margin = _MARGIN * (self.highest - self.lowest) or abs(self.lowest) * _MARGIN or 1.0
        self.low, self.high = self.lowest - margin, self.highest + margin
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> Ticks:
        """Round numbers: 1, 2 or 5 times a power of ten apart."""
        rough = (self.high - self.low) / _TICKS
        power = 10.0 ** floor(log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= 0.999 * rough)
        first, last = ceil(self.low / step), floor(self.high / step)
        return tuple((round(self(k * step), 1), f"{k * step:.6g}") for k in range(first, last + 1))
