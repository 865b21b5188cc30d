"""Fused pass over what some planes, a pair of images at least, hold at the same place."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.addressing import put, smaller, stretch, taken
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of, result_count
from iqametrics.kernels.numba_.memory import allocate, release
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.samples import read, samples
from iqametrics.kernels.numba_.strips import Strip, in_strips, launch

if TYPE_CHECKING:
    from iqametrics.stencils.pixels import PixelField, PointField

#: Pixels that are as much work as one sample of a window's pass: waking a thread takes longer than a few million of them.
_LIGHT = 32
#: Values of up to 16 bits whose sum takes no more than 32.
_EXACT = 1 << 12


def run(field: "PointField", spread: bool, maps: bool, weighted: bool = False) -> Generator[float, None, Tally]:
    """Evaluate a field row by row."""
    sources, number = planes.together(*field.planes)
    shape = sources[0].shape
    out = Tally.empty(result_count(field.formula), shape, number, spread, maps)
    name, constants = name_of(field.formula), tuple(map(number, field.constants))
    scales = tuple(map(number, field.scales))
    count, height, width = shape
    whole = field.whole and all(source.dtype == np.uint8 for source in sources) and not (spread or maps)
    for strip in in_strips(sources, height, lambda first, stop: (first, stop)):
        yield strip.share
        if whole:
            parts = [np.ascontiguousarray(part) for part in strip.parts(*sources)]
            launch(_whole_numbers, (name, *parts), (out.sums,), count, height, strip, width // _LIGHT)
        else:
            pixels, kinds = zip(*(samples(part) for part in strip.parts(*sources)), strict=True)
            before = name, pixels, kinds, scales, (height, width), strip.origin, weighted, constants
            work = width * len(sources) // _LIGHT
            launch(_rows, before, (out.sums, out.spreads, out.maps), count, height, strip, work)
    return out


def maximum(field: "PixelField") -> np.ndarray:
    """Largest value of a formula in every plane."""
    x, y, number = planes.pair(field.x, field.y)
    count, height, width = x.shape
    largest = np.empty(count * height)
    before = name_of(field.formula), np.asarray(x), np.asarray(y), number(1), tuple(map(number, field.constants))
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
def _rows(name, pixels, kinds, scales, size, origin, weighted, constants, start, stop, sums, spreads, maps):
    """Bring a row of every plane to working precision, and apply the formula along them.

    Where the second result is the weight of the first one (`weighted`), their product is added up in the first one's place.
    """
    height, width = size
    tile = smaller(TILE // 4, width)
    lines, values = allocate(maps, (len(pixels) * tile,)), allocate(maps, (sums.shape[0], tile))
    zero = scales[0] - scales[0]
    for row in range(start, stop):
        plane, line = row // height, row % height - origin
        for column in range(0, width, tile):
            count = smaller(tile, width - column)
            for k in range(len(pixels)):
                read(stretch(lines, k * tile), count, pixels[k], kinds[k], plane, line, column, scales[k], zero)
            for j in range(count):
                put(values, j, apply(name, taken(lines, tile, j, scales), constants))
            if weighted:
                for j in range(count):
                    values[0, j] *= values[1, j]
            tally(values, count, row, height, column, sums, spreads, maps)
    release(lines, values)


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
