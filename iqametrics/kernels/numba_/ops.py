"""Primitive operations where no fused pass does the whole stencil: NumPy's."""

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
