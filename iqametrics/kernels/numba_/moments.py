"""Fused pass over local moments.

The rows a window needs are brought to working precision and kept in the cache. A vertical pass over whole rows comes first,
since neighbouring columns vectorise; products are computed again for every tap, which is cheaper than storing them. The
horizontal pass runs over the row just made, and the formula ends it. Loops are kept small, so that the compiler unrolls
the one over the taps and vectorises the one over the columns.
"""

from typing import TYPE_CHECKING

import numpy as np
from numba.extending import overload

from iqametrics.kernels.numba_ import local_moments, planes
from iqametrics.kernels.numba_.compiler import apply, entry, kernel, name_of, part_of_kernel, result_count
from iqametrics.kernels.numba_.ring import BAND, STRIDE, fill
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.threads import over_rows

if TYPE_CHECKING:
    from iqametrics.stencils.moments import MomentField

#: Taps up to which the compiler unrolls a loop over all the products.
UNROLLED = 11


def run(field: "MomentField", spread: bool, maps: bool) -> Tally:
    """Evaluate a field, a band of rows at a time."""
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    taps = tuple(number(tap) for tap in field.window.taps)
    shape = x.shape[0], *(side - len(taps) + 1 for side in x.shape[1:])
    out = Tally.empty(result_count(field.formula), shape, number, spread, maps)
    name, constants = name_of(field.formula), tuple(number(c) for c in field.constants)
    if field.joint:
        code = _rows
        shifts = tuple(planes.shift(array, scale).astype(number) for array, scale in zip((x, y), scales, strict=True))
    else:
        code, shifts = local_moments.rows, ()
        (x, widened), (y, _) = (local_moments.widened(array, taps) for array in (x, y))
        taps = widened
    given = x, y, scales, taps, number(field.window.correction), constants
    rest = out.sums, out.spreads, out.maps
    compiled = entry(code, name, *given, *shifts, 0, 1, *rest)

    def task(start: int, stop: int) -> None:
        compiled(name, *given, *shifts, start, stop, *rest)

    over_rows(task, shape[0] * shape[1], x.shape[2])
    return out


@part_of_kernel
def _all_down(x, y, taps, columns, mean_x, mean_y, product, energy, zero):
    """Vertical pass over both images, their product and the sum of their squares, loading each pixel once."""
    for j in range(columns):
        a = b = c = d = zero
        for k in range(len(taps)):
            u, v = x[k * STRIDE + j], y[k * STRIDE + j]
            tu, tv = taps[k] * u, taps[k] * v
            a += tu
            b += tv
            c += tu * v
            d += tu * u + tv * v
        mean_x[j], mean_y[j], product[j], energy[j] = a, b, c, d


@part_of_kernel
def _mean_down(image, tap, taps, columns, mean, zero):
    """Vertical pass over an image."""
    for j in range(columns):
        a = zero
        for k in range(len(taps)):
            a += tap[k] * image[k * STRIDE + j]
        mean[j] = a


@part_of_kernel
def _products_down(x, y, tap, taps, columns, product, energy, zero):
    """Vertical pass over the product of the images and the sum of their squares."""
    for j in range(columns):
        a = b = zero
        for k in range(len(taps)):
            u, v = x[k * STRIDE + j], y[k * STRIDE + j]
            a += tap[k] * (u * v)
            b += tap[k] * (u * u + v * v)
        product[j], energy[j] = a, b


def _down(x, y, tap, taps, columns, out, zero):
    """Vertical pass over everything the moments need."""
    raise NotImplementedError("a part of kernels only")


@overload(_down, inline="always")
def _down_for(x, y, tap, taps, columns, out, zero):
    if len(taps) <= UNROLLED:
        return lambda x, y, tap, taps, columns, out, zero: _all_down(
            x, y, taps, columns, out[0], out[1], out[2], out[3], zero
        )

    def in_turn(x, y, tap, taps, columns, out, zero):
        _mean_down(x, tap, taps, columns, out[0], zero)
        _mean_down(y, tap, taps, columns, out[1], zero)
        _products_down(x, y, tap, taps, columns, out[2], out[3], zero)

    return in_turn


@part_of_kernel
def _across(row, tap, taps, columns, out, zero):
    """Horizontal pass."""
    for j in range(columns):
        total = zero
        for k in range(len(taps)):
            total += tap[k] * row[j + k]
        out[j] = total


@kernel
def _rows(name, x, y, scales, taps, correction, constants, shift_x, shift_y, start, stop, sums, spreads, maps):
    """Moments ``(mx, my, vx + vy, cxy)`` about a constant."""
    size = len(taps)
    height, width = x.shape[1] - size + 1, x.shape[2] - size + 1
    tile = min(TILE, width)
    zero = correction - correction
    tap = np.empty(size, maps.dtype)
    for k in range(size):
        tap[k] = taps[k]
    ring_x = np.empty((BAND + size - 1) * STRIDE, maps.dtype)
    ring_y = np.empty((BAND + size - 1) * STRIDE, maps.dtype)
    down = np.empty((4, tile + size - 1), maps.dtype)
    moments = np.empty((4, tile), maps.dtype)
    values = np.empty((sums.shape[0], tile), maps.dtype)
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = min(BAND, stop - row, height - first)
        centre_x, centre_y = shift_x[plane], shift_y[plane]
        for column in range(0, width, tile):
            columns = min(tile, width - column)
            wide = columns + size - 1
            fill(ring_x, x[plane], first, rows + size - 1, column, wide, scales[0], centre_x)
            fill(ring_y, y[plane], first, rows + size - 1, column, wide, scales[1], centre_y)
            for r in range(rows):
                of_x, of_y = ring_x[r * STRIDE : (r + size) * STRIDE], ring_y[r * STRIDE : (r + size) * STRIDE]
                _down(of_x, of_y, tap, taps, wide, down, zero)
                for kind in range(4):
                    _across(down[kind], tap, taps, columns, moments[kind], zero)
                mean_x, mean_y, product, energy = moments[0], moments[1], moments[2], moments[3]
                for j in range(columns):
                    a, b = mean_x[j], mean_y[j]
                    results = apply(
                        name,
                        (
                            a + centre_x,
                            b + centre_y,
                            (energy[j] - a * a - b * b) * correction,
                            (product[j] - a * b) * correction,
                        ),
                        constants,
                    )
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + r, height, column, sums, spreads, maps)
        row += rows
