"""Fused pass over pairs of pixels."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.addressing import smaller
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of, result_count
from iqametrics.kernels.numba_.memory import release, vacant
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.strips import Strip, in_strips, launch

if TYPE_CHECKING:
    from iqametrics.stencils.pixels import PixelField

#: Pixels that are as much work as one sample of a window's pass: waking a thread takes longer than a few million of them.
_LIGHT = 32
#: Values of up to 16 bits whose sum takes no more than 32.
_EXACT = 1 << 12


def run(field: "PixelField", spread: bool, maps: bool) -> Generator[float, None, Tally]:
    """Evaluate a field row by row."""
    x, y, number = planes.pair(field.x, field.y)
    out = Tally.empty(result_count(field.formula), x.shape, number, spread, maps)
    name, constants = name_of(field.formula), tuple(number(c) for c in field.constants)
    count, height, width = x.shape
    whole = field.whole and x.dtype == y.dtype == np.uint8 and not (spread or maps)
    for strip in in_strips((x, y), height, lambda first, stop: (first, stop)):
        yield strip.share
        parts = [np.ascontiguousarray(part) for part in strip.parts(x, y)]
        if whole:
            launch(_whole_numbers, (name, *parts), (out.sums,), count, height, strip, width // _LIGHT)
        else:
            before = name, *parts, strip.origin, height, number(1), constants
            launch(_rows, before, (out.sums, out.spreads, out.maps), count, height, strip, width // _LIGHT)
    return out


def maximum(field: "PixelField") -> np.ndarray:
    """Largest value of a formula in every plane."""
    x, y, number = planes.pair(field.x, field.y)
    count, height, width = x.shape
    largest = np.empty(count * height)
    before = name_of(field.formula), np.asarray(x), np.asarray(y), number(1), tuple(number(c) for c in field.constants)
    launch(_largest, before, (largest,), count, height, Strip(0, height), width // _LIGHT)
    return largest.reshape(count, height).max(axis=1)


@kernel
def _whole_numbers(name, x, y, start, stop, sums):
    """Sums for a formula that makes whole numbers of 16 bits at most of whole numbers of 8."""
    height, width = x.shape[1:]
    for row in range(start, stop):
        of_x, of_y = x[row // height, row % height], y[row // height, row % height]
        for column in range(0, width, _EXACT):
            part_x, part_y = of_x[column : column + _EXACT], of_y[column : column + _EXACT]
            total = np.uint32(0)
            for j in range(part_x.size):
                (value,) = apply(name, (np.int32(part_x[j]), np.int32(part_y[j])), ())
                total = np.uint32(total + np.uint32(value))
            sums[0, row] += total


@kernel
def _rows(name, x, y, origin, height, one, constants, start, stop, sums, spreads, maps):
    width = x.shape[2]
    values = vacant(maps, (sums.shape[0], TILE))
    for row in range(start, stop):
        plane, line = row // height, row % height - origin
        of_x, of_y = x[plane, line], y[plane, line]
        for column in range(0, width, TILE):
            count = smaller(TILE, width - column)
            part_x, part_y = of_x[column : column + count], of_y[column : column + count]
            for j in range(count):
                results = apply(name, (part_x[j] * one, part_y[j] * one), constants)
                values[0, j] = results[0]
                if len(results) == 2:
                    values[1, j] = results[-1]
            tally(values, count, row, height, column, sums, spreads, maps)
    release(values)


@kernel
def _largest(name, x, y, one, constants, start, stop, largest):
    height, width = x.shape[1:]
    for row in range(start, stop):
        of_x, of_y = x[row // height, row % height], y[row // height, row % height]
        (highest,) = apply(name, (of_x[0] * one, of_y[0] * one), constants)
        for j in range(1, width):
            (value,) = apply(name, (of_x[j] * one, of_y[j] * one), constants)
            highest = value if value > highest else highest
        largest[row] = highest
