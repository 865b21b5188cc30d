"""Fused pass over local moments that keeps the digits of small variances.

Moments about a constant lose of a variance what is small beside the mean square about that constant. The image is worked
on in blocks, and moments are taken about a pixel in the middle of each. Where a variance is next to nothing beside the mean
square, as on even ground beside an edge, they are taken again about a nearer pixel, the central one of the window. The
layout of the passes is that of :mod:`iqametrics.kernels.numba_.moments`.
"""

import numpy as np

from iqametrics.kernels.numba_.addressing import smaller, stretch
from iqametrics.kernels.numba_.compiler import apply, kernel, subroutine
from iqametrics.kernels.numba_.memory import release, vacant
from iqametrics.kernels.numba_.ring import BAND, STRIDE, fill
from iqametrics.kernels.numba_.rows import tally
from iqametrics.kernels.numba_.symmetric import VECTOR, across

#: Taps of the loops, which are unrolled. A smaller window is brought to the first size by taps of weight 0: a kernel takes
#: seconds to compile, and a metric of several scales would need one for every window. One of the second size is the same
#: from both ends.
FEW, MANY = 9, 17
#: Columns of a block; its rows are a band.
BLOCK = 256
#: Columns that are computed again at a time.
AGAIN = 32
#: Share of the mean square below which a variance is computed again: above it, less than 1e-10 of it is rounding.
ENOUGH = 3e-5


def has_loops(window):
    """Whether the loops are made for a window."""
    return window.size <= FEW or (window.size == MANY and window.symmetric)


def padded(taps):
    """The taps of a window, and zeros up to a size that loops are made for; the same if they are many, or else zeros."""
    zero = taps[0] - taps[0]
    if len(taps) == MANY:
        return np.array(taps), taps
    return np.array(taps + (zero,) * (FEW - len(taps))), (zero,) * MANY


def _down(count):
    """Sums down the columns, over this many taps, of both images, their squares and their product."""

    def down(x, y, start, tap, columns, zero, of_x, of_xx, of_y, of_yy, of_xy):
        x, y = stretch(x, start), stretch(y, start)
        for j in range(columns):
            a = b = c = d = e = zero
            for k in range(count):
                u, v = x[k * STRIDE + j], y[k * STRIDE + j]
                tu, tv = tap[k] * u, tap[k] * v
                a += tu
                b += tu * u
                c += tv
                d += tv * v
                e += tu * v
            of_x[j], of_xx[j], of_y[j], of_yy[j], of_xy[j] = a, b, c, d, e

    return subroutine(down)


_few_down, _many_down = _down(FEW), _down(MANY)


@subroutine
def _few_across(row, tap, columns, zero, out):
    """Sums across this many columns."""
    for j in range(columns):
        a = zero
        for k in range(FEW):
            a += tap[k] * row[j + k]
        out[j] = a


@subroutine
def _shift(ring, centre, rows, columns, near):
    """Rows of the buffer less a constant."""
    for r in range(rows):
        row, out = stretch(ring, r * STRIDE), stretch(near, r * STRIDE)
        for j in range(columns):
            out[j] = row[j] - centre


@subroutine
def _variances(mean_x, of_x, mean_y, of_y, product, columns, centre_x, centre_y, doubtful):
    """Turn moments about the centres into means and variances, and tell which rounding took much of, and how many."""
    found = 0
    for j in range(columns):
        a, b = mean_x[j], mean_y[j]
        vx, vy = of_x[j] - a * a, of_y[j] - b * b
        doubt = (vx < ENOUGH * of_x[j]) | (vy < ENOUGH * of_y[j])
        doubtful[j] = doubt
        found += doubt
        mean_x[j], mean_y[j] = a + centre_x, b + centre_y
        of_x[j], of_y[j] = vx, vy
        product[j] -= a * b
    return found


@kernel
def rows(
    name,
    x,
    kind_x,
    y,
    kind_y,
    area,
    origin,
    scales,
    weights,
    correction,
    constants,
    size,
    start,
    stop,
    sums,
    spreads,
    maps,
):
    """Moments ``(mx, my, vx, vy, cxy)`` in windows of this size."""
    height, width, within = area
    taps, many = weights
    zero = correction - correction
    reach = taps.size - 1
    # Of both images each; loops over the two compile faster than calls for each.
    images, kinds = (x, y), (kind_x, kind_y)
    rings = vacant(maps, (2, (BAND + reach) * STRIDE))
    nears = vacant(maps, (2, (BAND + reach) * STRIDE))
    closes = vacant(maps, (2, taps.size * STRIDE))
    down = vacant(maps, (5, BLOCK + reach + 2 * VECTOR))
    sums_down = down[0], down[1], down[2], down[3], down[4]
    moments = vacant(maps, (6, BLOCK + VECTOR))
    mean_x, vx, mean_y, vy, covariance, doubtful = (
        moments[0], moments[1], moments[2], moments[3], moments[4], moments[5]
    )  # fmt: skip
    values = vacant(maps, (sums.shape[0], BLOCK))
    row = start
    while row < stop:
        plane, first = row // height, row % height
        count = smaller(BAND, smaller(stop - row, height - first))
        for column in range(0, width, BLOCK):
            columns = smaller(BLOCK, width - column)
            top, lines, needed = first - origin, count + reach, columns + reach
            block = (count + size) // 2 * STRIDE + (columns + size) // 2
            for i in range(2):
                fill(rings[i], images[i], kinds[i], plane, within, top, lines, column, needed, scales[i], zero)
                _shift(rings[i], rings[i][block], lines, needed, nears[i])
            for r in range(count):
                of_x, of_y, begin, centre, j, some = nears[0], nears[1], r * STRIDE, block, 0, columns
                nearer = False
                while j < columns:
                    if taps.size == FEW:
                        _few_down(of_x, of_y, begin, taps, some + reach, zero, *sums_down)
                        for q in range(5):
                            _few_across(down[q], taps, some, zero, stretch(moments[q], j))
                    else:
                        _many_down(of_x, of_y, begin, taps, some + reach, zero, *sums_down)
                        for q in range(5):
                            across(down[q], many, some, stretch(moments[q], j))
                    found = _variances(
                        stretch(mean_x, j),
                        stretch(vx, j),
                        stretch(mean_y, j),
                        stretch(vy, j),
                        stretch(covariance, j),
                        some,
                        rings[0][centre],
                        rings[1][centre],
                        stretch(doubtful, j),
                    )
                    if nearer:  # nothing is nearer than the window's own centre
                        doubtful[j] = zero
                    elif found == 0:
                        j = columns
                    while j < columns and doubtful[j] == zero:
                        j += 1
                    if j < columns:
                        line, some = r * STRIDE + j, smaller(AGAIN, columns - j)
                        centre = line + size // 2 * (STRIDE + 1)
                        for i in range(2):
                            _shift(stretch(rings[i], line), rings[i][centre], taps.size, some + reach, closes[i])
                        of_x, of_y, begin, nearer = closes[0], closes[1], 0, True
                for j in range(columns):
                    results = apply(
                        name,
                        (
                            mean_x[j],
                            mean_y[j],
                            vx[j] * correction,
                            vy[j] * correction,
                            covariance[j] * correction,
                        ),
                        constants,
                    )
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + r, height, column, sums, spreads, maps)
        row += count
    release(rings, nears, closes, down, moments, values)
