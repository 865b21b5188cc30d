"""Gradient magnitude similarity deviation (Xue et al. 2014)."""

import math

import numpy as np

T = 170.0


def gmsd(x, y):
    gradient_x, gradient_y = _gradient_magnitude(_halve(x)), _gradient_magnitude(_halve(y))
    similarity = np.empty(gradient_x.shape)
    for i, j in np.ndindex(similarity.shape):
        a, b = gradient_x[i, j], gradient_y[i, j]
        similarity[i, j] = (2.0 * a * b + T) / (a**2 + b**2 + T)
    mean = similarity.sum() / similarity.size
    return math.sqrt(sum((s - mean) ** 2 for s in similarity.ravel()) / (similarity.size - 1))


def _halve(image):
    """2x2 means of the samples at and after every second one; black beyond the bottom and the right."""
    rows, columns = image.shape
    result = np.empty(((rows + 1) // 2, (columns + 1) // 2))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = sum(_sample(image, 2 * i + di, 2 * j + dj) for di in (0, 1) for dj in (0, 1)) / 4.0
    return result


def _gradient_magnitude(image):
    """Prewitt / 3, black beyond every border."""
    result = np.empty(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            along = sum(_sample(image, i + d, j + 1) - _sample(image, i + d, j - 1) for d in (-1, 0, 1)) / 3.0
            down = sum(_sample(image, i + 1, j + d) - _sample(image, i - 1, j + d) for d in (-1, 0, 1)) / 3.0
            result[i, j] = math.sqrt(along**2 + down**2)
    return result


def _sample(image, row, column):
    inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
    return image[row, column] if inside else 0.0
