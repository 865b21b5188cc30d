"""Smaller versions of an image: block means, low-pass decimation and padding to a grid."""

from math import floor
from typing import Any

import numpy as np

from iqametrics import kernels
from iqametrics.kernels.borders import margins
from iqametrics.planes import Planes
from iqametrics.stencils.moments import Window, uniform


def automatic_factor(size: tuple[int, int]) -> int:
    """Factor that brings the smaller side to about 256 pixels (halves rounded up, as in MATLAB)."""
    return max(1, floor(min(size) / 256 + 0.5))


def downsample(planes: Planes, factor: int, border: str) -> Planes:
    """Mean over ``factor x factor`` pixels around every `factor`-th pixel."""
    if factor == 1:
        return planes
    return decimate(planes, uniform(factor), factor, border)


def decimate(planes: Planes, window: Window, factor: int, border: str) -> Planes:
    """Low-pass filter, then every `factor`-th sample from the first on."""
    if not _sees_beyond(planes.size, window.size, factor):
        border = "valid"  # it makes no difference then: metrics that differ in it alone share the result

    def compute() -> Any:
        kernel = kernels.fused(planes.executor, "decimation")
        if kernel is not None:
            return kernel.decimate(planes, window.taps, factor, border)
        return planes.ops.correlate(planes.values, window.taps, border)[..., ::factor, ::factor]

    return planes.derive_planes(("decimate", window, factor, border), compute)


def _sees_beyond(size: tuple[int, int], taps: int, step: int) -> bool:
    """Whether a filter of so many taps looks beyond the edges at every `step`-th sample."""
    before, after = margins(taps)
    return before > 0 or any((side - 1) // step * step + after > side - 1 for side in size)


def correlate2d(planes: Planes, weights: np.ndarray, border: str, step: int = 1) -> Planes:
    """Filter with a square kernel, which is not flipped, and keep every `step`-th sample from the first on."""
    kernel = kernels.fused(planes.executor, "filtering")
    if kernel is not None:
        return planes.made(kernel.correlate2d(planes, weights, border, step))
    return planes.made(planes.ops.correlate2d(planes.values, weights, border, step))


def pad_to_grid(planes: Planes, grid: int, least: int) -> Planes:
    """Extend to a multiple of `grid`, and to `least` at least, as MeTriX MuX does.

    The extra row and column of an odd difference go to the top and the left. Sides are mirrored without repeating the
    edge; the mirror stops at the far edge of a small image; the four corners are constant.
    """
    height, width = planes.size
    top, bottom = grid_ends(height, grid, least)
    left, right = grid_ends(width, grid, least)
    ops = planes.ops

    def corner(row: int, column: int, rows: int, columns: int) -> Any:
        sample = planes.values[..., row : row + 1, column : column + 1]
        return ops.broadcast_to(sample, (*planes.values.shape[:-2], rows, columns))

    def compute() -> Any:
        x = planes.values
        near_row, far_row = min(1, height - 1), max(height - 2, 0)
        near_column, far_column = min(1, width - 1), max(width - 2, 0)
        before = [min(height - 1, d) for d in range(top, 0, -1)]
        after = [max(height - 1 - d, 0) for d in range(1, bottom + 1)]
        left_of = [min(width - 1, d) for d in range(left, 0, -1)]
        right_of = [max(width - 1 - d, 0) for d in range(1, right + 1)]
        bands = [
            (corner(near_row, near_column, top, left), x[..., before, :], corner(near_row, far_column, top, right)),
            (x[..., left_of], x, x[..., right_of]),
            (corner(far_row, near_column, bottom, left), x[..., after, :], corner(far_row, far_column, bottom, right)),
        ]
        return ops.concatenate([ops.concatenate(band, -1) for band in bands], -2)

    return planes.derive_planes(("pad", grid, least), compute)


def grid_ends(size: int, grid: int, least: int) -> tuple[int, int]:
    """Samples that padding to a grid adds before and after an axis."""
    total = max(least, grid * -(-size // grid)) - size
    return (total + 1) // 2, total // 2
