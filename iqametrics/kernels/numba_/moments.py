"""Fused pass over local moments.

The rows a window needs are brought to working precision, less a constant, and kept in the cache. A vertical pass over
whole rows comes first, since neighbouring columns vectorise; products are computed again for every tap, which is cheaper
than storing them. The horizontal pass runs over the row just made, and the formula ends it.

Loops are kept small, so that the compiler unrolls the one over the taps and vectorises the one over the columns.
"""

from typing import TYPE_CHECKING

import numpy as np
from numba.extending import overload

from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import apply, entry, kernel, name_of, part_of_kernel, result_count
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.threads import over_rows

if TYPE_CHECKING:
    from iqametrics.stencils.moments import MomentField

#: Rows of results between two refills of the buffer.
BAND = 32
#: Samples between two rows of the buffer: a constant, so that the compiler can tell loads from stores, and not a multiple
#: of the cache's period, so that the rows of a window don't compete for the same lines.
STRIDE = TILE + 40
#: Local means to take, by number: of x, y, x y and x^2 + y^2, or of x, y, x y, x^2 and y^2. A kernel reads the length of
#: the tuple, which is part of its type.
JOINT = (0, 1, 2, 3)
SEPARATE = (0, 1, 2, 3, 4)
#: Taps up to which the compiler unrolls a loop over all the products.
UNROLLED = 11


def run(field: "MomentField", spread: bool, maps: bool) -> Tally:
    """Evaluate a field, a band of rows at a time."""
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    shifts = tuple(planes.shift(p, s).astype(number) for p, s in ((x, field.x.scale), (y, field.y.scale)))
    taps = tuple(number(tap) for tap in field.window.taps)
    size = len(taps) - 1
    shape = x.shape[0], x.shape[1] - size, x.shape[2] - size
    out = Tally.empty(result_count(field.formula), shape, number, spread, maps)
    name, constants = name_of(field.formula), tuple(number(c) for c in field.constants)
    correction = number(field.window.correction)
    kinds = JOINT if field.joint else SEPARATE
    rest = out.sums, out.spreads, out.maps
    code = entry(_rows, name, x, y, scales, *shifts, taps, correction, constants, kinds, 0, 1, *rest)

    def task(start: int, stop: int) -> None:
        code(name, x, y, scales, *shifts, taps, correction, constants, kinds, start, stop, *rest)

    over_rows(task, shape[0] * shape[1], x.shape[2])
    return out


@part_of_kernel
def _fill(ring, source, first, rows, column, columns, scale, shift):
    """Rows of the image in working precision, less the shift."""
    for r in range(rows):
        row, given = ring[r * STRIDE : r * STRIDE + columns], source[first + r, column : column + columns]
        for j in range(columns):
            row[j] = given[j] * scale - shift


@part_of_kernel
def _one_down(image, tap, taps, columns, mean, square, zero):
    """Vertical pass over an image and its square."""
    for j in range(columns):
        a = b = zero
        for k in range(len(taps)):
            u = image[k * STRIDE + j]
            tu = tap[k] * u
            a += tu
            b += tu * u
        mean[j], square[j] = a, b


@part_of_kernel
def _product_down(x, y, tap, taps, columns, product, zero):
    """Vertical pass over the product of the images."""
    for j in range(columns):
        a = zero
        for k in range(len(taps)):
            a += tap[k] * (x[k * STRIDE + j] * y[k * STRIDE + j])
        product[j] = a


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


def _down(x, y, tap, taps, columns, out, zero, kinds):
    """Vertical pass over everything the moments need."""
    raise NotImplementedError("a part of kernels only")


@overload(_down, inline="always")
def _down_for(x, y, tap, taps, columns, out, zero, kinds):
    joint = len(kinds) == len(JOINT)
    if joint and len(taps) <= UNROLLED:
        return lambda x, y, tap, taps, columns, out, zero, kinds: _all_down(
            x, y, taps, columns, out[0], out[1], out[2], out[3], zero
        )

    def in_turn(x, y, tap, taps, columns, out, zero, kinds):
        _one_down(x, tap, taps, columns, out[0], out[3], zero)
        _one_down(y, tap, taps, columns, out[1], out[4], zero)
        _product_down(x, y, tap, taps, columns, out[2], zero)
        if joint:
            energy, square_y = out[3], out[4]
            for j in range(columns):
                energy[j] += square_y[j]

    return in_turn


def _moments(a, b, product, c, d, shift_x, shift_y, correction, kinds):
    """Local moments, as the formula takes them, from the local means of the shifted images and of their products."""
    raise NotImplementedError("a part of kernels only")


@overload(_moments, inline="always")
def _moments_for(a, b, product, c, d, shift_x, shift_y, correction, kinds):
    if len(kinds) == len(JOINT):
        return lambda a, b, product, c, d, shift_x, shift_y, correction, kinds: (
            a + shift_x,
            b + shift_y,
            (c - a * a - b * b) * correction,
            (product - a * b) * correction,
        )
    return lambda a, b, product, c, d, shift_x, shift_y, correction, kinds: (
        a + shift_x,
        b + shift_y,
        (c - a * a) * correction,
        (d - b * b) * correction,
        (product - a * b) * correction,
    )


@part_of_kernel
def _across(row, tap, taps, columns, out, zero):
    """Horizontal pass."""
    for j in range(columns):
        total = zero
        for k in range(len(taps)):
            total += tap[k] * row[j + k]
        out[j] = total


@kernel
def _rows(name, x, y, scales, shift_x, shift_y, taps, correction, constants, kinds, start, stop, sums, spreads, maps):
    size = len(taps)
    height, width = x.shape[1] - size + 1, x.shape[2] - size + 1
    tile = min(TILE, width)
    zero = correction - correction
    tap = np.empty(size, maps.dtype)
    for k in range(size):
        tap[k] = taps[k]
    ring_x = np.empty((BAND + size - 1) * STRIDE, maps.dtype)
    ring_y = np.empty((BAND + size - 1) * STRIDE, maps.dtype)
    down = np.empty((len(SEPARATE), tile + size - 1), maps.dtype)
    moments = np.empty((len(kinds), tile), maps.dtype)
    values = np.empty((sums.shape[0], tile), maps.dtype)
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = min(BAND, stop - row, height - first)
        for column in range(0, width, tile):
            columns = min(tile, width - column)
            wide = columns + size - 1
            _fill(ring_x, x[plane], first, rows + size - 1, column, wide, scales[0], shift_x[plane])
            _fill(ring_y, y[plane], first, rows + size - 1, column, wide, scales[1], shift_y[plane])
            for r in range(rows):
                of_x, of_y = ring_x[r * STRIDE : (r + size) * STRIDE], ring_y[r * STRIDE : (r + size) * STRIDE]
                _down(of_x, of_y, tap, taps, wide, down, zero, kinds)
                for kind in range(len(kinds)):
                    _across(down[kind], tap, taps, columns, moments[kind], zero)
                mean_x, mean_y, third, fourth = moments[0], moments[1], moments[2], moments[3]
                last = moments[len(kinds) - 1]
                centre_x, centre_y = shift_x[plane], shift_y[plane]
                for j in range(columns):
                    results = apply(
                        name,
                        _moments(
                            mean_x[j], mean_y[j], third[j], fourth[j], last[j], centre_x, centre_y, correction, kinds
                        ),
                        constants,
                    )
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + r, height, column, sums, spreads, maps)
        row += rows
