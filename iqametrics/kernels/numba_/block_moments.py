"""Fused pass over local moments about a pixel nearby, which keeps the digits of small variances.

The image is worked on in blocks; moments are taken about the pixel in the middle of each. What rounding takes of one
is then in proportion to the squared contrast of the neighbourhood, not of the image. The layout of the passes is that of
:mod:`iqametrics.kernels.numba_.moments`.
"""

import numpy as np

from iqametrics.kernels.numba_.compiler import apply, kernel, subroutine
from iqametrics.kernels.numba_.ring import BAND, STRIDE, fill
from iqametrics.kernels.numba_.rows import tally
from iqametrics.kernels.numba_.samples import read

#: Taps that a loop takes at a time, so many that it can be unrolled; a window is brought to a multiple of it by taps of
#: weight 0. A kernel takes seconds to compile, and a metric of several scales would need one for every window.
AT_ONCE = 9
#: Columns of a block; its rows are a band.
BLOCK = 512


def padded(taps):
    """The taps of a window and zeros up to a multiple of what is taken at a time."""
    return np.array(taps + (taps[0] - taps[0],) * (-len(taps) % AT_ONCE))


@subroutine
def _down(image, tap, columns, sums, squares):
    """Add the sums down the columns of an image and of its squares."""
    for j in range(columns):
        a, b = sums[j], squares[j]
        for k in range(AT_ONCE):
            u = image[k * STRIDE + j]
            tu = tap[k] * u
            a += tu
            b += tu * u
        sums[j], squares[j] = a, b


@subroutine
def _product_down(x, y, tap, columns, products):
    """Add the sums down the columns of the product of the images."""
    for j in range(columns):
        a = products[j]
        for k in range(AT_ONCE):
            a += tap[k] * (x[k * STRIDE + j] * y[k * STRIDE + j])
        products[j] = a


@subroutine
def _across(row, tap, columns, out):
    """Add the sums across the columns."""
    for j in range(columns):
        a = out[j]
        for k in range(AT_ONCE):
            a += tap[k] * row[j + k]
        out[j] = a


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
    start,
    stop,
    sums,
    spreads,
    maps,
):
    """Moments ``(mx, my, vx, vy, cxy)``."""
    reach = taps.size - 1
    height, width, area = size
    zero = correction - correction
    ring = np.empty((2, (BAND + reach) * STRIDE), maps.dtype)
    down = np.empty((5, BLOCK + reach), maps.dtype)
    moments = np.empty((5, BLOCK), maps.dtype)
    values = np.empty((sums.shape[0], BLOCK), maps.dtype)
    centres = np.empty(2, maps.dtype)
    row = start
    while row < stop:
        plane, first = row // height, row % height
        count = min(BAND, stop - row, height - first)
        for column in range(0, width, BLOCK):
            columns = min(BLOCK, width - column)
            needed = columns + reach
            top = first - origin
            near = min(first - origin + count // 2, area[0] - 1)
            read(centres[:1], x, place_x, plane, near, column + columns // 2, scales[0], zero)
            read(centres[1:], y, place_y, plane, near, column + columns // 2, scales[1], zero)
            centre_x, centre_y = centres[0], centres[1]
            fill(ring[0], x, place_x, plane, area, top, count + reach, column, needed, scales[0], centre_x)
            fill(ring[1], y, place_y, plane, area, top, count + reach, column, needed, scales[1], centre_y)
            for r in range(count):
                down[:, :needed] = zero
                moments[:, :columns] = zero
                for k in range(0, taps.size, AT_ONCE):
                    tap, window = taps[k : k + AT_ONCE], slice((r + k) * STRIDE, (r + k + AT_ONCE) * STRIDE)
                    _down(ring[0, window], tap, needed, down[0], down[1])
                    _down(ring[1, window], tap, needed, down[2], down[3])
                    _product_down(ring[0, window], ring[1, window], tap, needed, down[4])
                for q in range(5):
                    for k in range(0, taps.size, AT_ONCE):
                        _across(down[q, k:], taps[k : k + AT_ONCE], columns, moments[q])
                mean_x, square_x, mean_y, square_y, product = (
                    moments[0],
                    moments[1],
                    moments[2],
                    moments[3],
                    moments[4],
                )
                for j in range(columns):
                    a, b = mean_x[j], mean_y[j]
                    results = apply(
                        name,
                        (
                            a + centre_x,
                            b + centre_y,
                            (square_x[j] - a * a) * correction,
                            (square_y[j] - b * b) * correction,
                            (product[j] - a * b) * correction,
                        ),
                        constants,
                    )
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + r, height, column, sums, spreads, maps)
        row += count
