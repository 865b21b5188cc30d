"""Primitive operations where no fused pass does the whole stencil: NumPy's, but for the filters."""

import numpy as np

from iqametrics.kernels.borders import margins
from iqametrics.kernels.numba_.compiler import entry, kernel, name_of
from iqametrics.kernels.numba_.threads import over_rows
from iqametrics.kernels.numpy_.ops import (
    at_least,
    bind,
    broadcast_to,
    centre,
    concatenate,
    correlate,
    eigenvalues,
    identical,
    pad,
    plane_mean,
    plane_sum,
    pseudo_inverse,
    second_moment,
    set_value,
    stack,
    working,
)

__all__ = [
    "at_least",
    "bind",
    "broadcast_to",
    "centre",
    "concatenate",
    "correlate",
    "correlate2d",
    "eigenvalues",
    "identical",
    "pad",
    "plane_mean",
    "plane_sum",
    "pseudo_inverse",
    "second_moment",
    "set_value",
    "stack",
    "working",
]


def correlate2d(x: np.ndarray, weights: np.ndarray, border: str, step: int = 1) -> np.ndarray:
    """Filter with a two-dimensional kernel, which is not flipped, and keep every `step`-th sample."""
    if border != "valid":
        rows, columns = weights.shape
        x = pad(x, margins(rows), margins(columns), border)
    x = np.ascontiguousarray(x)
    shape = x.shape[0], *(-(-(side - size + 1) // step) for side, size in zip(x.shape[1:], weights.shape, strict=True))
    out = np.empty(shape)
    name = name_of(None)
    code = entry(_correlate, name, x, weights, step, 0, 1, out)

    def task(start: int, stop: int) -> None:
        code(name, x, weights, step, start, stop, out)

    over_rows(task, shape[0] * shape[1], shape[2] * weights.size)
    return out


@kernel
def _correlate(name, x, weights, step, start, stop, out):
    height, width = out.shape[1:]
    for row in range(start, stop):
        plane, first = row // height, (row % height) * step
        result = out[plane, row % height]
        result[:] = 0
        for i in range(weights.shape[0]):
            source = x[plane, first + i]
            for k in range(weights.shape[1]):
                weight = weights[i, k]
                if weight == 0:
                    continue
                if step == 1:
                    for j in range(width):
                        result[j] += weight * source[j + k]
                else:
                    for j in range(width):
                        result[j] += weight * source[j * step + k]
