"""Fused passes over gradient magnitudes by a 3x3 operator, the image being zero beyond its border."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.formulas.similarity import magnitude
from iqametrics.kernels.borders import extended
from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.addressing import smaller, stretch
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of, part_of_kernel, result_count, subroutine
from iqametrics.kernels.numba_.memory import allocate, release
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.samples import read, samples
from iqametrics.kernels.numba_.strips import Strip, Strips, in_strips, launch, whole_or_strips
from iqametrics.planes import Planes

if TYPE_CHECKING:
    from iqametrics.stencils.gradients import GradientField


def run(field: "GradientField", spread: bool, maps: bool) -> Generator[float, None, Tally]:
    """Evaluate a field, a strip after the other."""
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    taps = tuple(number(tap) for row in field.operator for tap in row)
    count, height, width = x.shape
    out = Tally.empty(result_count(field.formula), x.shape, number, spread, maps)
    names, constants = (name_of(field.formula), name_of(magnitude)), tuple(map(number, field.constants))
    for strip in in_strips((x, y), height, lambda first, stop: (max(first - 1, 0), min(stop + 1, height))):
        yield strip.share
        of_x, of_y = (samples(part) for part in strip.parts(x, y))
        before = *names, *of_x, *of_y, (height, width), strip.origin, scales, taps, constants
        launch(_rows, before, (out.sums, out.spreads, out.maps), count, height, strip, width)
    return out


def magnitudes(source: Planes, operator: Sequence[Sequence[float]]) -> np.ndarray | Strips:
    """Gradient magnitudes of planes."""
    x, _, number = planes.pair(source, source)
    scale, taps = number(source.scale), tuple(number(tap) for row in operator for tap in row)
    count, height, width = x.shape

    def make(part: np.ndarray, needed: np.ndarray, out: np.ndarray) -> None:
        before = name_of(magnitude), *samples(part), (part.shape[1], width), scale, taps, needed
        launch(_magnitudes, before, (out,), count, out.shape[1], Strip(0, out.shape[1]), width)

    rows, offsets = extended(height, 3, "zero"), np.zeros(count)  # near enough: gradients are small
    return whole_or_strips(Strips(x, rows, 3, 1, x.shape, offsets, number, make), source.prepared)


@subroutine
def _padded(row, pixels, kind, plane, index, size, origin, column, columns, scale):
    """A row of the image from the column before to the column after; zero beyond the image."""
    zero = scale - scale
    height, width = size
    if not 0 <= index < height:
        row[:] = zero
        return
    left, right = int(column == 0), int(column + columns == width)
    row[0] = row[columns + 1] = zero
    count, first = columns + 2 - left - right, column - 1 + left
    read(stretch(row, left), count, pixels, kind, plane, index - origin, first, scale, zero)


@part_of_kernel
def _derivatives(above, here, below, j, t):
    """Both derivatives; correlating with the transpose gives the one down."""
    a, b, c = above[j], above[j + 1], above[j + 2]
    d, e, f = here[j], here[j + 1], here[j + 2]
    g, h, i = below[j], below[j + 1], below[j + 2]
    across = t[0] * a + t[1] * b + t[2] * c + t[3] * d + t[4] * e + t[5] * f + t[6] * g + t[7] * h + t[8] * i
    down = t[0] * a + t[3] * b + t[6] * c + t[1] * d + t[4] * e + t[7] * f + t[2] * g + t[5] * h + t[8] * i
    return across, down


@kernel
def _rows(name, length, x, kind_x, y, kind_y, size, origin, scales, taps, constants, start, stop, sums, spreads, maps):
    height, width = size
    tile = smaller(TILE, width)
    ring = allocate(maps, (2, 3, tile + 2))
    values = allocate(maps, (sums.shape[0], tile))
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = smaller(stop - row, height - first)
        for column in range(0, width, tile):
            columns = smaller(tile, width - column)
            for i in range(first - 1, first + rows + 1):
                _padded(ring[0, i % 3], x, kind_x, plane, i, size, origin, column, columns, scales[0])
                _padded(ring[1, i % 3], y, kind_y, plane, i, size, origin, column, columns, scales[1])
                if i <= first:
                    continue
                above_x, here_x, below_x = ring[0, (i - 2) % 3], ring[0, (i - 1) % 3], ring[0, i % 3]
                above_y, here_y, below_y = ring[1, (i - 2) % 3], ring[1, (i - 1) % 3], ring[1, i % 3]
                for j in range(columns):
                    (of_x,) = apply(length, _derivatives(above_x, here_x, below_x, j, taps), ())
                    (of_y,) = apply(length, _derivatives(above_y, here_y, below_y, j, taps), ())
                    results = apply(name, (of_x, of_y), constants)
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + i - 1 - first, height, column, sums, spreads, maps)
        row += rows
    release(ring, values)


@kernel
def _magnitudes(length, x, kind, size, scale, taps, rows, start, stop, out):
    height, width = out.shape[1:]
    ring = allocate(out, (3, width + 2))
    for row in range(start, stop):
        plane, line = row // height, row % height
        fresh = 3 if row == start or line == 0 else 1
        for e in range(line + 3 - fresh, line + 3):
            _padded(ring[e % 3], x, kind, plane, rows[e], size, 0, 0, width, scale)
        above, here, below = ring[line % 3], ring[(line + 1) % 3], ring[(line + 2) % 3]
        result = out[plane, line]
        for j in range(width):
            (result[j],) = apply(length, _derivatives(above, here, below, j, taps), ())
    release(ring)
