"""The biorthogonal 9/7 wavelet (CDF 9/7), as MeTriX MuX has its taps."""

from typing import Any, NamedTuple

from iqametrics.planes import Planes
from iqametrics.stencils.moments import Window

#: Analysis filters, of nine and of seven taps; the gain of the low-pass filter is the square root of 2.
LOW = (
    0.03782845550726, -0.02384946501956, -0.11062440441844, 0.37740285561283, 0.85269867900889,
    0.37740285561283, -0.11062440441844, -0.02384946501956, 0.03782845550726,
)  # fmt: skip
HIGH = (
    -0.0645388826287, 0.04068941760916, 0.41809227322162, -0.78848561640558, 0.41809227322162, 0.04068941760916,
    -0.0645388826287,
)  # fmt: skip
#: The low-pass filter with a gain of 1.
LOW_PASS = Window(tuple(tap / sum(LOW) for tap in LOW))


class Level(NamedTuple):
    """A level of the transform.

    Attributes
    ----------
    low : Planes
        The smaller version, which the next level is made of.
    along, down, diagonal : Planes
        Bands of what changes along the rows, down the columns, and both.
    """

    low: Planes
    along: Planes
    down: Planes
    diagonal: Planes


def wavelet97(planes: Planes) -> Level:
    """One level of the transform, of planes with even sides; beyond the border they are mirrored without the edge.

    Low-pass samples lie at even places, high-pass samples at odd ones.
    """

    def compute() -> list[Any]:
        low, high = _split(planes, planes.values, -1)
        return [*_split(planes, low, -2), *_split(planes, high, -2)]

    low, down, along, diagonal = (planes.made(band) for band in planes.derive("wavelet97", compute))
    return Level(low, along, down, diagonal)


def _split(planes: Planes, x: Any, axis: int) -> tuple[Any, Any]:
    """Low-pass and high-pass samples along an axis."""
    ops, half = planes.ops, len(LOW) // 2
    ends = half, half
    x = ops.pad(x, ends, (0, 0), "reflect") if axis == -2 else ops.pad(x, (0, 0), ends, "reflect")
    count = (x.shape[axis] - 2 * half) // 2

    def filtered(taps: tuple[float, ...], first: int) -> Any:
        total: Any = 0
        for i, tap in enumerate(taps):
            steps = slice(first + i, first + i + 2 * count - 1, 2)
            total = total + tap * (x[..., steps, :] if axis == -2 else x[..., steps])
        return total

    return filtered(LOW, 0), filtered(HIGH, 2)
