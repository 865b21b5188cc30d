"""What lies beyond the edge of an image."""

import numpy as np


def mirrored(size: int, before: int, after: int, border: str) -> np.ndarray:
    """Indices that extend ``range(size)`` by a mirror at both ends."""
    return np.pad(np.arange(size), (before, after), mode=border)  # type: ignore[call-overload]


def margins(taps: int) -> tuple[int, int]:
    """Samples a filter of `taps` taps sees before and after its centre.

    An even filter looks one sample further ahead than back, as both ``imfilter`` and ``conv2(..., 'same')`` do in MATLAB
    (SciPy's ``mode='same'`` and ``ndimage`` look back).
    """
    return (taps - 1) // 2, taps // 2
