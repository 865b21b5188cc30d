"""Planes as kernels take them: C-contiguous arrays in the type they came in."""

from typing import Any

import numpy as np

from iqametrics.planes import Planes

#: Types a kernel reads as they are; others are brought to double first.
_READ = ("uint8", "uint16", "float32", "float64")


def data(planes: Planes) -> np.ndarray:
    """The samples in their own units."""
    array = planes.data if planes.data.dtype.name in _READ else planes.data.astype(np.float64)
    return np.ascontiguousarray(array)


def pair(x: Planes, y: Planes) -> tuple[np.ndarray, np.ndarray, Any]:
    """Both arrays and the type to work in: single precision if both are."""
    first, second = data(x), data(y)
    single = x.single and y.single
    return first, second, np.float32 if single else np.float64


def shift(array: np.ndarray, scale: float) -> np.ndarray:
    """A constant per plane near its scaled values, from some of them: moments about it keep their digits."""
    return array[:, ::16, ::16].mean(axis=(-2, -1), dtype=np.float64) * scale
