"""Smoothing that several distortions share. Beyond its border an image goes on as in a mirror."""

from math import ceil
from typing import Literal

import numpy as np


def gaussian(
    pixels: np.ndarray, sigma: float, truncate: float = 4.0, boundary: Literal["reflect", "wrap"] = "reflect"
) -> np.ndarray:
    """Filter the rows and columns of ``(H, W, C)`` with a Gaussian, cut off at `truncate` standard deviations."""
    from scipy.ndimage import gaussian_filter

    if not sigma:
        return pixels
    return gaussian_filter(pixels, sigma, mode=boundary, radius=ceil(truncate * sigma), axes=(0, 1))


def convolved(pixels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Convolve every channel of ``(H, W, C)`` with a kernel that sums to 1."""
    from scipy.signal import oaconvolve

    rows, columns = kernel.shape[0] // 2, kernel.shape[1] // 2
    padded = np.pad(pixels, ((rows, rows), (columns, columns), (0, 0)), mode="symmetric")
    return oaconvolve(padded, kernel[..., None], mode="valid", axes=(0, 1))
