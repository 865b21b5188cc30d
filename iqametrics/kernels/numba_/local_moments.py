"""Fused pass over local moments about the central pixel of every window, which keeps all digits of small variances.

Down a column differences are taken from the pixel in the window's middle row; the columns' sums are then referred to the
middle column. The layout of the passes is that of :mod:`iqametrics.kernels.numba_.moments`.
"""

import numpy as np

from iqametrics.kernels.borders import margins
from iqametrics.kernels.numba_.compiler import apply, kernel, part_of_kernel, subroutine
from iqametrics.kernels.numba_.ring import BAND, STRIDE, fill
from iqametrics.kernels.numba_.rows import TILE, tally

#: Windows up to this size are brought to it by taps of weight 0: a kernel takes seconds to compile, and a metric of several
#: scales would need one for every window. Its smaller windows belong to its smaller scales, where the waste is small.
SIZE = 17


def margin(taps):
    """Samples by which widening a window moves its first one."""
    return margins(max(SIZE - len(taps), 0) + 1)[0]


def widened(taps):
    """The taps of a window in the size the kernel is compiled for; what is added is never weighed."""
    before, after = margins(max(SIZE - len(taps), 0) + 1)
    zero = taps[0] - taps[0]
    return (zero,) * before + taps + (zero,) * after


@subroutine
def _down(image, tap, taps, columns, sums, squares, zero):
    """Sums down the columns of the differences from the middle row, and of their squares."""
    middle = image[len(taps) // 2 * STRIDE : len(taps) // 2 * STRIDE + columns]
    for j in range(columns):
        a = b = zero
        for k in range(len(taps)):
            u = image[k * STRIDE + j] - middle[j]
            tu = tap[k] * u
            a += tu
            b += tu * u
        sums[j], squares[j] = a, b


@part_of_kernel
def _product_down(x, y, tap, taps, columns, product, zero):
    """Sums down the columns of the products of both images' differences."""
    middle_x = x[len(taps) // 2 * STRIDE : len(taps) // 2 * STRIDE + columns]
    middle_y = y[len(taps) // 2 * STRIDE : len(taps) // 2 * STRIDE + columns]
    for j in range(columns):
        a = zero
        for k in range(len(taps)):
            a += tap[k] * ((x[k * STRIDE + j] - middle_x[j]) * (y[k * STRIDE + j] - middle_y[j]))
        product[j] = a


@subroutine
def _mean_across(middle, sums, tap, taps, columns, means, zero):
    """Mean less the central pixel, from the columns' sums."""
    for j in range(columns):
        centre = middle[j + len(taps) // 2]
        a = zero
        for k in range(len(taps)):
            a += tap[k] * (middle[j + k] - centre + sums[j + k])
        means[j] = a


@subroutine
def _variance_across(middle, sums, squares, means, tap, taps, columns, variances, zero):
    """Variance, from the columns' sums."""
    for j in range(columns):
        centre = middle[j + len(taps) // 2]
        a = zero
        for k in range(len(taps)):
            step, down = middle[j + k] - centre, sums[j + k]
            a += tap[k] * (step * (step + down + down) + squares[j + k])
        variances[j] = a - means[j] * means[j]


@part_of_kernel
def _product_across(middle_x, middle_y, products, tap, taps, columns, out, zero):
    """The part of the mean product that lies in the columns and in their middles."""
    for j in range(columns):
        centre_x, centre_y = middle_x[j + len(taps) // 2], middle_y[j + len(taps) // 2]
        a = zero
        for k in range(len(taps)):
            a += tap[k] * ((middle_x[j + k] - centre_x) * (middle_y[j + k] - centre_y) + products[j + k])
        out[j] = a


@subroutine
def _mixed_across(middle, sums, tap, taps, columns, out, zero):
    """The part of the mean product that lies between the middles in one image and the columns in the other."""
    for j in range(columns):
        centre = middle[j + len(taps) // 2]
        a = zero
        for k in range(len(taps)):
            a += tap[k] * ((middle[j + k] - centre) * sums[j + k])
        out[j] += a


@kernel
def rows(
    name,
    x,
    place_x,
    y,
    place_y,
    size,
    origin,
    scales,
    taps,
    correction,
    constants,
    margin,
    start,
    stop,
    sums,
    spreads,
    maps,
):
    """Moments ``(mx, my, vx, vy, cxy)``."""
    reach, middle = len(taps) - 1, len(taps) // 2
    height, width, area = size
    tile = min(TILE, width)
    zero = correction - correction
    tap = np.empty(len(taps), maps.dtype)
    for k in range(len(taps)):
        tap[k] = taps[k]
    ring = np.empty((2, (BAND + reach) * STRIDE), maps.dtype)
    down = np.empty((5, tile + reach), maps.dtype)
    moments = np.empty((5, tile), maps.dtype)
    values = np.empty((sums.shape[0], tile), maps.dtype)
    row = start
    while row < stop:
        plane, first = row // height, row % height
        count = min(BAND, stop - row, height - first)
        for column in range(0, width, tile):
            columns = min(tile, width - column)
            needed = columns + reach
            top, left = first - origin - margin, column - margin
            fill(ring[0], x, place_x, plane, area, top, count + reach, left, needed, scales[0], zero)
            fill(ring[1], y, place_y, plane, area, top, count + reach, left, needed, scales[1], zero)
            for r in range(count):
                window, line = slice(r * STRIDE, (r + reach + 1) * STRIDE), (r + middle) * STRIDE
                of_x, of_y = ring[0, window], ring[1, window]
                middle_x, middle_y = ring[0, line : line + needed], ring[1, line : line + needed]
                for q in range(2):
                    _down(ring[q, window], tap, taps, needed, down[2 * q], down[2 * q + 1], zero)
                    line_q, sums_q, squares_q = ring[q, line : line + needed], down[2 * q], down[2 * q + 1]
                    _mean_across(line_q, sums_q, tap, taps, columns, moments[2 * q], zero)
                    _variance_across(
                        line_q, sums_q, squares_q, moments[2 * q], tap, taps, columns, moments[2 * q + 1], zero
                    )
                _product_down(of_x, of_y, tap, taps, needed, down[4], zero)
                _product_across(middle_x, middle_y, down[4], tap, taps, columns, moments[4], zero)
                _mixed_across(middle_x, down[2], tap, taps, columns, moments[4], zero)
                _mixed_across(middle_y, down[0], tap, taps, columns, moments[4], zero)
                mean_x, variance_x, mean_y, variance_y, product = (
                    moments[0],
                    moments[1],
                    moments[2],
                    moments[3],
                    moments[4],
                )
                centre_x, centre_y = middle_x[middle:], middle_y[middle:]
                for j in range(columns):
                    results = apply(
                        name,
                        (
                            centre_x[j] + mean_x[j],
                            centre_y[j] + mean_y[j],
                            variance_x[j] * correction,
                            variance_y[j] * correction,
                            (product[j] - mean_x[j] * mean_y[j]) * correction,
                        ),
                        constants,
                    )
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + r, height, column, sums, spreads, maps)
        row += count
