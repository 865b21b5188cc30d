"""Fused pass over local moments that keeps the digits of small variances.

Moments about a constant lose of a variance what is small beside the mean square about that constant. Every block has its
own, a pixel in its middle. Where a variance is next to nothing beside the mean square, as on even ground beside an edge,
moments are taken again about a nearer pixel, the central one of the window. The layout of the passes is that of
:mod:`iqametrics.kernels.numba_.moments`.
"""

import numpy as np

from iqametrics.kernels.numba_.addressing import smaller
from iqametrics.kernels.numba_.chunks import tally_chunk, tally_logarithms
from iqametrics.kernels.numba_.compiler import apply, kernel, part_of_kernel, subroutine
from iqametrics.kernels.numba_.memory import allocate, release
from iqametrics.kernels.numba_.ring import BAND, BLOCK, STRIDE, fill
from iqametrics.kernels.numba_.vectors import BYTES
from iqametrics.kernels.numba_.window_sums import CHUNK, room, window_sums

#: Taps of the loops, which are unrolled. A smaller window is brought to the first size by taps of weight 0: a kernel takes
#: seconds to compile, and a metric of several scales would need one for every window. One of the second size is the same
#: from both ends.
FEW, MANY = 9, 17
#: Share of the mean square below which a variance is computed again: above it, less than 1e-10 of it is rounding.
ENOUGH = 3e-5


def has_loops(window):
    """Whether the loops are made for a window."""
    return window.size <= FEW or (window.size == MANY and window.symmetric)


def padded(taps):
    """The taps of a window, and zeros up to a size that loops are made for."""
    zero = taps[0] - taps[0]
    return np.array(taps + (zero,) * (FEW - len(taps)))


_SQUARES_AND_PRODUCT = (0, 0), (1, 1), (0, 1)
_few_sums = window_sums(_SQUARES_AND_PRODUCT, energy=False, mirrored=False, count=FEW)
_many_sums = window_sums(_SQUARES_AND_PRODUCT, energy=False, mirrored=True, count=MANY)


@part_of_kernel
def _sums(buffers, row, taps, first, columns, down, moments):
    """Moments about the constants, of a chunk."""
    if taps.size == FEW:
        _few_sums(buffers, row, taps, first, columns, down, moments)
    else:
        _many_sums(buffers, row, taps, first, columns, down, moments)


@subroutine
def _variances(moments, count, centres):
    """Turn moments about the centres into means and variances, and tell which rounding took much of, and how many."""
    centre_x, centre_y = centres[0, 0], centres[1, 0]
    mean_x, mean_y, of_x, of_y, product, doubtful = (
        moments[0], moments[1], moments[2], moments[3], moments[4], moments[5]
    )  # fmt: skip
    found = 0
    for j in range(count):
        a, b = mean_x[j], mean_y[j]
        vx, vy = of_x[j] - a * a, of_y[j] - b * b
        doubt = (vx < ENOUGH * of_x[j]) | (vy < ENOUGH * of_y[j])
        doubtful[j] = doubt
        found += doubt
        mean_x[j], mean_y[j] = a + centre_x, b + centre_y
        of_x[j], of_y[j] = vx, vy
        product[j] -= a * b
    return found


@subroutine
def _fill(buffers, centres, images, kinds, plane, within, row, rows, column, columns, scales, down, right):
    """Fill buffers with a part of both images less a pixel of theirs, so far down and to the right."""
    zero = scales[0] - scales[0]
    one = centres.shape[1]  # a literal would be a type of its own, and functions compiled once more
    for i in range(2):  # loops over the two compile faster than calls for each
        image, kind, scale = images[i], kinds[i], scales[i]
        fill(centres[i], image, kind, plane, within, row + down, one, column + right, one, scale, zero)
        fill(buffers[i], image, kind, plane, within, row, rows, column, columns, scale, centres[i, 0])


@subroutine
def _next_in_doubt(moments, place, lanes, rows, columns):
    """The next place in a chunk, from this one on, whose variance is in doubt; the end if there is none."""
    doubtful = moments[5]
    while place < columns * lanes and (doubtful[place] == 0 or place % lanes >= rows):
        place += 1
    return place


@subroutine
def _take_over(moments, place, start, end, once):
    """Moments that were taken again, from `start` on, for those in doubt that are no more; that of a place is not."""
    doubtful = moments[5]
    once[5, place - start] = 0  # no other constant is nearer
    for j in range(start, end):
        if doubtful[j] > once[5, j - start]:
            for q in range(6):
                moments[q, j] = once[q, j - start]


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
    taps,
    correction,
    constants,
    size,
    plain,
    logarithms,
    start,
    stop,
    sums,
    spreads,
    maps,
):
    """Moments ``(mx, my, vx, vy, cxy)`` in windows of this size.

    The formula's values are added up, or their logarithms: one of `plain` and `logarithms` is None, and its code left out.
    """
    height, width, within = area
    reach = taps.size - 1
    lanes = BYTES // maps.itemsize
    images, kinds = (x, y), (kind_x, kind_y)
    centres, centres_near = allocate(maps, (2, 1)), allocate(maps, (2, 1))
    rings, nears = allocate(maps, (2, (BAND + reach) * STRIDE)), allocate(maps, (2, (lanes + reach) * STRIDE))
    down, down_near = allocate(maps, (5 * room(lanes),)), allocate(maps, (5 * room(lanes),))
    moments, once = allocate(maps, (6, CHUNK * lanes)), allocate(maps, (6, CHUNK * lanes))
    mean_x, mean_y, vx, vy, covariance = moments[0], moments[1], moments[2], moments[3], moments[4]
    values, line = allocate(maps, (sums.shape[0], CHUNK * lanes)), allocate(maps, (sums.shape[0], CHUNK))
    halves = allocate(sums, (CHUNK // 2 * lanes,))
    row = start
    while row < stop:
        plane, first = row // height, row % height
        count, top = smaller(BAND, smaller(stop - row, height - first)), first - origin
        for column in range(0, width, BLOCK):
            columns = smaller(BLOCK, width - column)
            _fill(
                rings,
                centres,
                images,
                kinds,
                plane,
                within,
                top,
                count + reach,
                column,
                columns + reach,
                scales,
                (count + size) // 2,
                (columns + size) // 2,
            )
            for r in range(0, count, lanes):
                together = smaller(lanes, count - r)
                for c in range(0, columns, CHUNK):
                    some = smaller(CHUNK, columns - c)
                    _sums(rings, r, taps, c, some, down, moments)
                    end = some * lanes
                    place = 0 if _variances(moments, end, centres) else end
                    while True:
                        place = _next_in_doubt(moments, place, lanes, together, some)
                        if place == end:
                            break
                        left = place // lanes
                        _fill(
                            nears,
                            centres_near,
                            images,
                            kinds,
                            plane,
                            within,
                            top + r,
                            lanes + reach,
                            column + c + left,
                            some - left + reach,
                            scales,
                            place % lanes + size // 2,
                            size // 2,
                        )
                        _sums(nears, r - r, taps, r - r, some - left, down_near, once)
                        _variances(once, end - left * lanes, centres_near)
                        _take_over(moments, place, left * lanes, end, once)
                    for j in range(some * lanes):
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
                    if plain is not None:
                        tally_chunk(
                            values,
                            lanes,
                            some,
                            row + r,
                            together,
                            height,
                            column + c,
                            sums,
                            spreads,
                            maps,
                            halves,
                            line,
                        )
                    if logarithms is not None:
                        tally_logarithms(values, lanes, some, row + r, together, sums, halves)
        row += count
    release(centres, centres_near, rings, nears, down, down_near, moments, once, values, line, halves)
