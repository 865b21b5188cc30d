"""Fused pass over gradient magnitudes by a 3x3 operator, the image being zero beyond its border."""

from typing import TYPE_CHECKING

import numpy as np

from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import apply, entry, kernel, name_of, part_of_kernel, result_count
from iqametrics.kernels.numba_.names import sqrt
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.threads import over_rows

if TYPE_CHECKING:
    from iqametrics.stencils.gradients import GradientField


def run(field: "GradientField", spread: bool, maps: bool) -> Tally:
    """Evaluate a field row by row."""
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    taps = tuple(number(tap) for row in field.operator for tap in row)
    out = Tally.empty(result_count(field.formula), x.shape, number, spread, maps)
    name, constants = name_of(field.formula), tuple(number(c) for c in field.constants)
    rest = out.sums, out.spreads, out.maps
    code = entry(_rows, name, x, y, scales, taps, constants, 0, 1, *rest)

    def task(start: int, stop: int) -> None:
        code(name, x, y, scales, taps, constants, start, stop, *rest)

    over_rows(task, x.shape[0] * x.shape[1], x.shape[2])
    return out


@part_of_kernel
def _padded(row, source, index, column, columns, scale):
    """A row of the image from the column before to the column after; zero beyond the image."""
    height, width = source.shape
    if not 0 <= index < height:
        row[:] = 0
        return
    given = source[index]
    row[0] = given[column - 1] * scale if column else 0
    part = given[column : column + columns]
    for j in range(columns):
        row[j + 1] = part[j] * scale
    row[columns + 1] = given[column + columns] * scale if column + columns < width else 0


@part_of_kernel
def _magnitude(above, here, below, j, t):
    """Magnitude of the two derivatives; correlating with the transpose gives the one down."""
    a, b, c = above[j], above[j + 1], above[j + 2]
    d, e, f = here[j], here[j + 1], here[j + 2]
    g, h, i = below[j], below[j + 1], below[j + 2]
    across = t[0] * a + t[1] * b + t[2] * c + t[3] * d + t[4] * e + t[5] * f + t[6] * g + t[7] * h + t[8] * i
    down = t[0] * a + t[3] * b + t[6] * c + t[1] * d + t[4] * e + t[7] * f + t[2] * g + t[5] * h + t[8] * i
    return sqrt(across * across + down * down)


@kernel
def _rows(name, x, y, scales, taps, constants, start, stop, sums, spreads, maps):
    height, width = x.shape[1:]
    tile = min(TILE, width)
    ring = np.empty((2, 3, tile + 2), maps.dtype)
    values = np.empty((sums.shape[0], tile), maps.dtype)
    row = start
    while row < stop:
        plane, first = row // height, row % height
        rows = min(stop - row, height - first)
        for column in range(0, width, tile):
            columns = min(tile, width - column)
            for i in range(first - 1, first + rows + 1):
                _padded(ring[0, i % 3], x[plane], i, column, columns, scales[0])
                _padded(ring[1, i % 3], y[plane], i, column, columns, scales[1])
                if i <= first:
                    continue
                above_x, here_x, below_x = ring[0, (i - 2) % 3], ring[0, (i - 1) % 3], ring[0, i % 3]
                above_y, here_y, below_y = ring[1, (i - 2) % 3], ring[1, (i - 1) % 3], ring[1, i % 3]
                for j in range(columns):
                    results = apply(
                        name,
                        (_magnitude(above_x, here_x, below_x, j, taps), _magnitude(above_y, here_y, below_y, j, taps)),
                        constants,
                    )
                    values[0, j] = results[0]
                    if len(results) == 2:
                        values[1, j] = results[-1]
                tally(values, columns, row + i - 1 - first, height, column, sums, spreads, maps)
        row += rows
