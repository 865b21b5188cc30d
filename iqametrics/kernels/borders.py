"""What lies beyond the edge of an image."""

from functools import lru_cache

import numpy as np


def mirrored(size: int, before: int, after: int, border: str) -> np.ndarray:
    """Indices that extend ``range(size)`` by a mirror at both ends."""
    return np.pad(np.arange(size), (before, after), mode=border)  # type: ignore[call-overload]


@lru_cache(maxsize=64)  # small images are filtered in less time than this takes
def extended(side: int, taps: int, border: str) -> np.ndarray:
    """Where each sample of an axis extended for a filter comes from; -1 for a zero. Not to be written to."""
    before, after = (0, 0) if border == "valid" else margins(taps)
    if border in ("valid", "zero"):
        index = np.pad(np.arange(side), (before, after), constant_values=-1)
    else:
        index = mirrored(side, before, after, border)
    index.flags.writeable = False
    return index


def margins(taps: int) -> tuple[int, int]:
    """Samples a filter of `taps` taps sees before and after its centre.

    An even filter looks one sample further ahead than back, as both ``imfilter`` and ``conv2(..., 'same')`` do in MATLAB
    (SciPy's ``mode='same'`` and ``ndimage`` look back).
    """
    return (taps - 1) // 2, taps // 2
