"""Fused pass over local moments.

The rows a window needs are brought to working precision and kept in the cache. Sums down the columns come first, and sums
across the rows just made; the formula ends them.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from iqametrics.kernels.numba_ import local_moments, planes
from iqametrics.kernels.numba_.addressing import smaller, stretch
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of, result_count
from iqametrics.kernels.numba_.memory import release, vacant
from iqametrics.kernels.numba_.ring import BAND, STRIDE, fill
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.samples import samples
from iqametrics.kernels.numba_.strips import in_strips, launch
from iqametrics.kernels.numba_.symmetric import ROWS, VECTOR, across, down, of_energy, of_x, of_xy, of_y

if TYPE_CHECKING:
    from iqametrics.stencils.moments import MomentField, Window

#: Taps up to which the sums are written out for every tap.
WIDEST = 65


def has_loops(window: "Window") -> bool:
    """Whether the loops are made for a window."""
    return window.symmetric and window.size <= WIDEST


def run(field: "MomentField", spread: bool, maps: bool) -> Generator[float, None, Tally]:
    """Evaluate a field, a strip after the other."""
    if not (has_loops if field.joint else local_moments.has_loops)(field.window):
        yield 1.0
        return Tally.of_maps(field.values())
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    taps: Any = tuple(number(tap) for tap in field.window.taps)
    reach = len(taps) - 1
    count, height, width = x.shape[0], *(side - reach for side in x.shape[1:])
    out = Tally.empty(result_count(field.formula), (count, height, width), number, spread, maps)
    constants = tuple(number(c) for c in field.constants)
    last: tuple[Any, ...]
    if field.joint:
        code = _rows
        last = tuple(planes.typical(data, scale).astype(number) for data, scale in zip((x, y), scales, strict=True))
    else:
        code, last = local_moments.rows, (len(taps),)
        taps = local_moments.padded(taps)
    for strip in in_strips((x, y), height, lambda first, stop: (first, stop + reach)):
        yield strip.share
        of_x, of_y = (samples(part) for part in strip.parts(x, y))
        seen = (
            name_of(field.formula),
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


_down = down(of_x, of_y, of_xy, of_energy)


@kernel
def _rows(
    name,
    x,
    kind_x,
    y,
    kind_y,
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
    tile = smaller(width, smaller(TILE, STRIDE - reach - VECTOR))
    pitch = tile + reach + 2 * VECTOR
    ring_x = vacant(maps, ((BAND + reach) * STRIDE,))
    ring_y = vacant(maps, ((BAND + reach) * STRIDE,))
    stacked = vacant(maps, (ROWS * 4 * pitch,))
    moments = vacant(maps, (4, tile + VECTOR))
    values = vacant(maps, (sums.shape[0], tile))
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = smaller(BAND, smaller(stop - row, height - first))
        centre_x, centre_y = shift_x[plane], shift_y[plane]
        for column in range(0, width, tile):
            columns = smaller(tile, width - column)
            needed = columns + reach
            top = first - origin
            fill(ring_x, x, kind_x, plane, area, top, rows + reach, column, needed, scales[0], centre_x)
            fill(ring_y, y, kind_y, plane, area, top, rows + reach, column, needed, scales[1], centre_y)
            for r in range(rows):
                if r % ROWS == 0:
                    _down(ring_x, ring_y, r * STRIDE, taps, needed, stacked, pitch)
                for q in range(4):
                    across(stretch(stacked, (r % ROWS * 4 + q) * pitch), taps, columns, moments[q])
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
    release(ring_x, ring_y, stacked, moments, values)
