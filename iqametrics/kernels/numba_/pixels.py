"""Fused pass over pairs of pixels."""

from typing import TYPE_CHECKING

import numpy as np

from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import apply, entry, kernel, name_of, result_count
from iqametrics.kernels.numba_.rows import TILE, Tally, tally
from iqametrics.kernels.numba_.threads import over_rows

if TYPE_CHECKING:
    from iqametrics.stencils.pixels import PixelField


def run(field: "PixelField", spread: bool, maps: bool) -> Tally:
    """Evaluate a field row by row."""
    x, y, number = planes.pair(field.x, field.y)
    scales = number(field.x.scale), number(field.y.scale)
    out = Tally.empty(result_count(field.formula), x.shape, number, spread, maps)
    name, constants = name_of(field.formula), tuple(number(c) for c in field.constants)
    arguments = x, y, scales, constants, 0, 1, out.sums, out.spreads, out.maps
    code = entry(_rows, name, *arguments)

    def task(start: int, stop: int) -> None:
        code(name, x, y, scales, constants, start, stop, out.sums, out.spreads, out.maps)

    over_rows(task, x.shape[0] * x.shape[1], x.shape[2])
    return out


@kernel
def _rows(name, x, y, scales, constants, start, stop, sums, spreads, maps):
    height, width = x.shape[1:]
    scale_x, scale_y = scales
    values = np.empty((sums.shape[0], TILE), maps.dtype)
    for row in range(start, stop):
        of_x, of_y = x[row // height, row % height], y[row // height, row % height]
        for column in range(0, width, TILE):
            count = min(TILE, width - column)
            part_x, part_y = of_x[column : column + count], of_y[column : column + count]
            for j in range(count):
                results = apply(name, (part_x[j] * scale_x, part_y[j] * scale_y), constants)
                values[0, j] = results[0]
                if len(results) == 2:
                    values[1, j] = results[-1]
            tally(values, count, row, height, column, sums, spreads, maps)
