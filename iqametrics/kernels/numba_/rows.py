"""What every fused kernel does with a row of formula values: add it up, and show it if a map is asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from iqametrics.kernels.numba_.compiler import part_of_kernel

#: Columns worked on at a time: what the rows of a window need stays in the cache.
TILE = 2048


@dataclass
class Tally:
    """Results of a fused pass, a row of the image at a time.

    Attributes
    ----------
    sums : ndarray (results, planes * rows)
        Sums over the rows.
    spreads : ndarray (planes * rows,), or None
        Sums of squared differences from the row's mean, of the first result; kernels are compiled without them for None.
    maps : ndarray (results, planes, rows, columns), or empty
        The values themselves.
    shape : tuple of int
        Planes, rows and columns.
    """

    sums: np.ndarray
    spreads: np.ndarray | None
    maps: np.ndarray
    shape: tuple[int, int, int]

    @classmethod
    def empty(cls, results: int, shape: tuple[int, int, int], dtype: Any, spread: bool, maps: bool) -> "Tally":
        """A tally to be filled for maps of this shape ``(planes, rows, columns)``."""
        planes, rows, columns = shape
        return cls(
            np.zeros((results, planes * rows)),
            np.zeros(planes * rows) if spread else None,
            np.empty((results, planes, rows, columns) if maps else (results, 0, 0, 0), dtype),
            shape,
        )

    @classmethod
    def of_maps(cls, maps: tuple[np.ndarray, ...]) -> "Tally":
        """A tally of maps ``(planes, rows, columns)`` that have been made otherwise."""
        whole = np.stack(maps)
        lines = whole.reshape(len(whole), -1, whole.shape[-1]).astype(np.float64)
        spreads = ((lines[0] - lines[0].mean(-1, keepdims=True)) ** 2).sum(-1)
        return cls(lines.sum(-1), spreads, whole, whole.shape[1:])

    def plane_sums(self) -> np.ndarray:
        """Sum over every plane ``(results, planes)``."""
        return self.sums.reshape(len(self.sums), *self.shape[:2]).sum(-1)

    def plane_means(self) -> np.ndarray:
        """Mean over every plane ``(results, planes)``."""
        return self.plane_sums() / (self.shape[1] * self.shape[2])

    def plane_variance(self, unbiased: bool = True) -> np.ndarray:
        """Variance over every plane of the first result, with divisor n - 1, or n, joined from the rows'."""
        if self.spreads is None:
            raise ValueError("this pass was not asked for spreads: run the field with spread=True")
        planes, rows, columns = self.shape
        steps = self.sums[0].reshape(planes, rows) / columns - self.plane_means()[0, :, None]
        spread = self.spreads.reshape(planes, rows).sum(-1) + columns * (steps * steps).sum(-1)
        return spread / (rows * columns - unbiased)


@part_of_kernel
def tally(values, count, row, rows, column, sums, spreads, maps):
    """Add `count` values of a row, which start at a column of the map."""
    for k in range(values.shape[0]):
        total = 0.0
        for j in range(count):
            total += values[k, j]
        if spreads is not None and k == 0:
            mean = total / count
            spread = 0.0
            for j in range(count):
                spread += (values[0, j] - mean) ** 2
            if column:  # join with the columns before (Chan, Golub and LeVeque 1979)
                step = mean - sums[0, row] / column
                spread += step * step * column * count / (column + count)
            spreads[row] += spread
        sums[k, row] += total
        if maps.size:
            for j in range(count):
                maps[k, row // rows, row % rows, column + j] = values[k, j]
