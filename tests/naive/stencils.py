"""Stencils, visited sample by sample."""

import math

import numpy as np

SCHARR = np.array([[3, 0, -3], [10, 0, -10], [3, 0, -3]]) / 16
SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
PREWITT = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]]) / 3


def gradient(image, operator):
    """Length of the gradient by a 3x3 operator and its transpose, black beyond every border."""
    framed = np.pad(image, 1)
    result = np.empty(image.shape)
    for i, j in np.ndindex(image.shape):
        window = framed[i : i + 3, j : j + 3]
        result[i, j] = math.hypot(np.sum(window * operator), np.sum(window * operator.T))
    return result
