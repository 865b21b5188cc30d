"""Fused pass over local moments.

The rows a window needs are brought to working precision and kept in the cache. A vertical pass over whole rows comes first,
since neighbouring columns vectorise; products are computed again for every tap, which is cheaper than storing them. The
horizontal pass runs over the row just made, and the formula ends it. Loops are kept small, so that the compiler unrolls
the one over the taps and vectorises the one over the columns.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from numba.extending import overload

from iqametrics.formulas.information import LOGARITHMS
from iqametrics.kernels.numba_ import local_moments, planes
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of, part_of_kernel, result_count
from iqametrics.kernels.numba_.ring import BAND, STRIDE, fill
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.samples import samples
from iqametrics.kernels.numba_.strips import in_strips, launch
from iqametrics.kernels.numba_.symmetric import VECTOR, across

if TYPE_CHECKING:
    from iqametrics.stencils.moments import MomentField

#: Taps up to which the compiler unrolls a loop over all the products.
UNROLLED = 11


def run(field: "MomentField", spread: bool, maps: bool) -> Generator[float, None, Tally]:
    """Evaluate a field, a strip after the other."""
    if not (field.window.symmetric if field.joint else local_moments.has_loops(field.window)):
        yield 1.0
        return Tally.of_maps(field.values())
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    taps: Any = tuple(number(tap) for tap in field.window.taps)
    reach = len(taps) - 1
    count, height, width = x.shape[0], *(side - reach for side in x.shape[1:])
    out = Tally.empty(result_count(field.formula), (count, height, width), number, spread, maps)
    constants = tuple(number(c) for c in field.constants)
    formula = field.formula
    last: tuple[Any, ...]
    if field.joint:
        code = _rows
        last = tuple(planes.typical(data, scale).astype(number) for data, scale in zip((x, y), scales, strict=True))
    else:
        logarithms = formula in LOGARITHMS and not (spread or maps)
        formula = LOGARITHMS[formula] if logarithms else formula
        code, last = local_moments.rows, (len(taps), () if logarithms else None)
        taps = local_moments.padded(taps)
    for strip in in_strips((x, y), height, lambda first, stop: (first, stop + reach)):
        yield strip.share
        of_x, of_y = (samples(part) for part in strip.parts(x, y))
        seen = (
            name_of(formula),
            *of_x,
            *of_y,
            (height, width, (strip.end - strip.origin, width + reach)),
            strip.origin,
            scales,
            taps,
        )
        before = *seen, number(field.window.correction), constants, *last
        launch(code, before, (out.sums, out.spreads, out.maps), count, height, strip, width + reach)
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


@kernel
def _rows(
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
    shift_x,
    shift_y,
    start,
    stop,
    sums,
    spreads,
    maps,
):
    """Moments ``(mx, my, vx + vy, cxy)`` about a constant."""
    reach = len(taps) - 1
    height, width, area = size
    tile = min(TILE, width, STRIDE - reach)
    zero = correction - correction
    tap = np.empty(len(taps), maps.dtype)
    for k in range(len(taps)):
        tap[k] = taps[k]
    ring_x = np.empty((BAND + reach) * STRIDE, maps.dtype)
    ring_y = np.empty((BAND + reach) * STRIDE, maps.dtype)
    down = np.zeros((4, tile + reach + 2 * VECTOR), maps.dtype)
    moments = np.empty((4, tile + VECTOR), maps.dtype)
    values = np.empty((sums.shape[0], tile), maps.dtype)
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = min(BAND, stop - row, height - first)
        centre_x, centre_y = shift_x[plane], shift_y[plane]
        for column in range(0, width, tile):
            columns = min(tile, width - column)
            needed = columns + reach
            top = first - origin
            fill(ring_x, x, place_x, plane, area, top, rows + reach, column, needed, scales[0], centre_x)
            fill(ring_y, y, place_y, plane, area, top, rows + reach, column, needed, scales[1], centre_y)
            for r in range(rows):
                window = slice(r * STRIDE, (r + reach + 1) * STRIDE)
                of_x, of_y = ring_x[window], ring_y[window]
                _down(of_x, of_y, tap, taps, needed, down, zero)
                for kind in range(4):
                    across(down[kind], taps, columns, moments[kind])
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
