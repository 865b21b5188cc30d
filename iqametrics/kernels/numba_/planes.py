"""Planes as fused passes take them: arrays in the type they came in, or strips of planes still to be made."""

from typing import Any

import numpy as np

from iqametrics.kernels.numba_.samples import TYPES
from iqametrics.kernels.numba_.strips import Strips
from iqametrics.planes import Planes


def data(planes: Planes) -> np.ndarray | Strips:
    """The samples in their own units, and in a type that kernels read."""
    source: Any = planes.source
    if isinstance(source, Strips):
        return source
    array = source if source.dtype in TYPES else source.astype(np.float64)
    return np.ascontiguousarray(array)


def pair(x: Planes, y: Planes) -> tuple[np.ndarray | Strips, np.ndarray | Strips, Any]:
    """Both data and the type to work in: single precision if both are."""
    (of_x, of_y), number = together(x, y)
    return of_x, of_y, number


def together(*all_planes: Planes) -> tuple[tuple[np.ndarray | Strips, ...], Any]:
    """The data of any number of planes and the type to work in: single precision if all are."""
    single = all(planes.single for planes in all_planes)
    return tuple(data(planes) for planes in all_planes), np.float32 if single else np.float64


def offsets(samples: np.ndarray | Strips, scale: float) -> np.ndarray:
    """A constant per plane near its scaled values, from some of them: moments about it keep their digits."""
    if isinstance(samples, Strips):
        return samples.offsets * scale
    some = samples[:, ::16, ::16]
    return np.add.reduce(some, axis=(1, 2), dtype=np.float64) * (scale / (some.shape[1] * some.shape[2]))
