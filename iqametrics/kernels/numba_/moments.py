"""Fused pass over local moments.

The rows that the windows of a block need are brought to working precision and kept in the cache, where a chunk of moments
after the other is made of them; the formula ends it.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from iqametrics.formulas.information import LOGARITHMS
from iqametrics.kernels.numba_ import local_moments, planes
from iqametrics.kernels.numba_.addressing import smaller
from iqametrics.kernels.numba_.chunks import tally_chunk
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of, result_count
from iqametrics.kernels.numba_.memory import allocate, release
from iqametrics.kernels.numba_.ring import BAND, BLOCK, STRIDE, WIDEST, fill
from iqametrics.kernels.numba_.rows import Tally
from iqametrics.kernels.numba_.samples import samples
from iqametrics.kernels.numba_.strips import in_strips, launch
from iqametrics.kernels.numba_.vectors import BYTES
from iqametrics.kernels.numba_.window_sums import CHUNK, room, window_sums

if TYPE_CHECKING:
    from iqametrics.stencils.moments import MomentField, Window


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
    taps: Any = tuple(map(number, field.window.taps))
    reach = len(taps) - 1
    count, height, width = x.shape[0], *(side - reach for side in x.shape[1:])
    logarithms = field.formula in LOGARITHMS and not (spread or maps)
    formula = LOGARITHMS[field.formula] if logarithms else field.formula
    out = Tally.empty(result_count(formula), (count, height, width), number, spread, maps)
    constants = tuple(map(number, field.constants))
    last: tuple[Any, ...]
    if field.joint:
        code = _rows
        last = tuple(planes.offsets(data, scale).astype(number) for data, scale in zip((x, y), scales, strict=True))
    else:
        code, last = local_moments.rows, (len(taps), *((None, ()) if logarithms else ((), None)))
        taps = local_moments.padded(taps)
    for strip in in_strips((x, y), height, lambda first, stop: (first, stop + reach)):
        yield strip.share
        of_x, of_y = (samples(part) for part in strip.parts(x, y))
        inputs = (
            name_of(formula),
            *of_x,
            *of_y,
            (height, width, (strip.end - strip.origin, width + reach)),
            strip.origin,
            scales,
            taps,
        )
        before = *inputs, number(field.window.correction), constants, *last
        launch(code, before, (out.sums, out.spreads, out.maps), count, height, strip, width + reach)
    return out


_sums = window_sums(((0, 1),), energy=True, mirrored=True)


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
    lanes = BYTES // maps.itemsize
    rings = allocate(maps, (2, (BAND + reach) * STRIDE))
    stacked = allocate(maps, (4 * room(lanes),))
    moments = allocate(maps, (4, CHUNK * lanes))
    values = allocate(maps, (sums.shape[0], CHUNK * lanes))
    line = allocate(maps, (sums.shape[0], CHUNK))
    halves = allocate(sums, (CHUNK // 2 * lanes,))
    mean_x, mean_y, product, energy = moments[0], moments[1], moments[2], moments[3]
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = smaller(BAND, smaller(stop - row, height - first))
        centre_x, centre_y = shift_x[plane], shift_y[plane]
        for column in range(0, width, BLOCK):
            columns = smaller(BLOCK, width - column)
            top, needed = first - origin, columns + reach
            fill(rings[0], x, kind_x, plane, area, top, rows + reach, column, needed, scales[0], centre_x)
            fill(rings[1], y, kind_y, plane, area, top, rows + reach, column, needed, scales[1], centre_y)
            for r in range(0, rows, lanes):
                for c in range(0, columns, CHUNK):
                    some = smaller(CHUNK, columns - c)
                    _sums(rings, r, taps, c, some, stacked, moments)
                    for j in range(some * lanes):
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
                    tally_chunk(
                        values,
                        lanes,
                        some,
                        row + r,
                        smaller(lanes, rows - r),
                        height,
                        column + c,
                        sums,
                        spreads,
                        maps,
                        halves,
                        line,
                    )
        row += rows
    release(rings, stacked, moments, values, line, halves)
