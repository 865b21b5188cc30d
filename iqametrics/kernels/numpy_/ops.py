"""Primitive operations on stacks of planes ``(..., height, width)``, in NumPy and double precision."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from iqametrics.formulas import names
from iqametrics.kernels import binding
from iqametrics.kernels.borders import margins, mirrored

concatenate = np.concatenate
broadcast_to = np.broadcast_to
#: Names in formulas are NumPy's.
NAMES = {name: getattr(np, name) for name in names.__all__}


@cache
def bind(formula: binding.Formula) -> binding.Formula:
    """Give a formula NumPy's functions."""
    return binding.bind(formula, NAMES)


def working(data: Any, scale: float, single: bool) -> np.ndarray:
    """Pixel data times `scale`, in double precision even where single would do."""
    values = np.asarray(data, dtype=np.float64)
    return values if scale == 1 else values * scale


def pad(x: np.ndarray, rows: tuple[int, int], columns: tuple[int, int], border: str) -> np.ndarray:
    """Extend the planes beyond their edges."""
    if border == "zero":
        return np.pad(x, [(0, 0)] * (x.ndim - 2) + [rows, columns])
    height, width = x.shape[-2:]
    return x[..., mirrored(height, *rows, border), :][..., mirrored(width, *columns, border)]


def correlate(x: np.ndarray, taps: Sequence[float], border: str) -> np.ndarray:
    """Filter rows and columns with the same taps."""
    before, after = margins(len(taps))
    if border != "valid":
        x = pad(x, (before, after), (before, after), border)
    for axis in (-2, -1):
        size = x.shape[axis] - len(taps) + 1
        total = np.zeros_like(_part(x, axis, 0, size))
        for i, tap in enumerate(taps):
            total += tap * _part(x, axis, i, size)
        x = total
    return x


def _part(x: np.ndarray, axis: int, start: int, size: int) -> np.ndarray:
    """Some neighbouring rows (axis -2) or columns (axis -1)."""
    return x[..., start : start + size, :] if axis == -2 else x[..., start : start + size]


def correlate2d(x: np.ndarray, kernel: np.ndarray, border: str, step: int = 1) -> np.ndarray:
    """Filter with a two-dimensional kernel, which is not flipped, and keep every `step`-th sample."""
    rows, columns = kernel.shape
    if border != "valid":
        x = pad(x, margins(rows), margins(columns), border)
    height, width = x.shape[-2] - rows + 1, x.shape[-1] - columns + 1
    out = np.zeros((*x.shape[:-2], -(-height // step), -(-width // step)))
    for i, j in np.ndindex(rows, columns):
        if kernel[i, j]:
            out += kernel[i, j] * x[..., i : i + height : step, j : j + width : step]
    return out


def resample(x: np.ndarray, index: np.ndarray, weight: np.ndarray, axis: int) -> np.ndarray:
    """Samples along an axis, each a weighted sum of those at some places ``(samples, terms)``."""
    parts = (
        np.take(x, index[:, term], axis) * (weight[:, term, None] if axis == -2 else weight[:, term])
        for term in range(index.shape[1])
    )
    return sum(parts, np.zeros(()))


def plane_mean(x: np.ndarray) -> np.ndarray:
    """Mean of every plane."""
    return x.mean(axis=(-2, -1))


def plane_sum(x: np.ndarray) -> np.ndarray:
    """Sum of every plane."""
    return x.sum(axis=(-2, -1))


def plane_max(x: np.ndarray) -> np.ndarray:
    """Largest value of every plane."""
    return x.max(axis=(-2, -1))


def smallest_mean(x: np.ndarray, count: int) -> np.ndarray:
    """Mean of so many of the smallest values of every plane."""
    values = x.reshape(*x.shape[:-2], -1)
    return np.partition(values, count - 1, -1)[..., :count].mean(-1)


def plane_median(x: np.ndarray) -> np.ndarray:
    """Median of every plane; of an even count the mean of the two in the middle."""
    return np.median(x, axis=(-2, -1))


def centre(x: np.ndarray) -> np.ndarray:
    """A constant per plane near its values, to work on differences from it."""
    return x.mean(axis=(-2, -1), keepdims=True)


def identical(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether two planes hold the same values, for every pair of planes."""
    return np.array([_same(a, b) for a, b in zip(x, y, strict=True)])


def _same(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two planes hold the same values, looking no further than to the first rows that differ."""
    rows = max(1, 65536 // x.shape[1])
    return all((x[i : i + rows] == y[i : i + rows]).all() for i in range(0, len(x), rows))


def set_value(x: np.ndarray, mask: np.ndarray, value: float) -> np.ndarray:
    """Replace the values under the mask."""
    return np.where(mask, value, x)


def within(x: np.ndarray, low: float, high: float, rounding: float) -> np.ndarray:
    """Values that rounding has brought beyond an end of a range set to that end; what is further out stays to be seen."""
    inside = (low <= x) & (x <= high)
    if inside.all():
        return x
    for end in (low, high):
        if np.isfinite(end):
            x = np.where(~inside & (np.abs(x - end) <= rounding * max(1.0, abs(end))), end, x)
    return x


def may_be_near(x: np.ndarray, value: float, tolerance: float) -> bool:
    """Whether any value is as near to another one."""
    return np.isfinite(value) and bool((np.abs(x - value) <= tolerance).any())


def second_moment(vectors: np.ndarray) -> np.ndarray:
    """Mean of the outer products of the vectors ``(..., length, count)``."""
    return vectors @ np.swapaxes(vectors, -1, -2) / vectors.shape[-1]


def at_least(x: np.ndarray, bound: float) -> np.ndarray:
    """Values not below a bound."""
    return np.maximum(x, bound)


def stack(parts: Sequence[np.ndarray], axis: int) -> np.ndarray:
    """Join arrays along a new axis."""
    return np.stack(parts, axis)


def eigenvalues(matrices: np.ndarray) -> np.ndarray:
    """Eigenvalues of symmetric matrices."""
    return np.linalg.eigvalsh(matrices)


def pseudo_inverse(matrices: np.ndarray, relative: float, absolute: float) -> np.ndarray:
    """Inverse of symmetric matrices; directions with eigenvalues below the tolerance are left out."""
    values, vectors = np.linalg.eigh(matrices)
    keep = values > np.maximum(relative * values[..., -1:], absolute)
    inverse = np.where(keep, 1 / np.where(keep, values, 1.0), 0.0)
    return (vectors * inverse[..., None, :]) @ np.swapaxes(vectors, -1, -2)


def rfft2(x: np.ndarray) -> np.ndarray:
    """Half of the spectrum of real planes."""
    return _transformed("rfft2", x)


def irfft2(half: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Real planes from half of their spectrum."""
    return _transformed("irfft2", half, size)


def fft2(x: np.ndarray) -> np.ndarray:
    """Spectrum of planes."""
    return _transformed("fft2", x)


def ifft2(spectrum: np.ndarray) -> np.ndarray:
    """Complex planes from their spectrum."""
    return _transformed("ifft2", spectrum)


def _transformed(name: str, *arguments: Any) -> np.ndarray:
    from scipy import fft

    from iqametrics.kernels.numba_.threads import thread_count

    found: np.ndarray = getattr(fft, name)(*arguments, workers=thread_count())
    return found


def constant(values: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Numbers that do not depend on the images, to compute with `like`."""
    return values
