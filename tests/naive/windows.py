"""Windows, and the loops that carry them over an image."""

import math

import numpy as np


def gaussian(size, sigma):
    """MATLAB's ``fspecial('gaussian')``: sampled, tiny entries set to zero, normalised to sum 1."""
    centre = (size - 1) / 2
    window = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            window[i, j] = math.exp(-((i - centre) ** 2 + (j - centre) ** 2) / (2.0 * sigma**2))
    window[window < np.finfo(np.float64).eps * window.max()] = 0.0
    return window / window.sum()


def uniform(size):
    return np.full((size, size), 1.0 / size**2)


def correlate_valid(image, window, step=1):
    """Correlation at every ``step``-th position where the window lies wholly inside the image."""
    size = window.shape[0]
    rows = range(0, image.shape[0] - size + 1, step)
    columns = range(0, image.shape[1] - size + 1, step)
    result = np.empty((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            result[i, j] = np.sum(window * image[top : top + size, left : left + size])
    return result


def moments(x, y, window):
    """Local means, variances and covariance (weights of ``window``, two passes), 'valid' positions."""
    size = window.shape[0]
    shape = (x.shape[0] - size + 1, x.shape[1] - size + 1)
    mean_x, mean_y, var_x, var_y, cov = (np.empty(shape) for _ in range(5))
    for i in range(shape[0]):
        for j in range(shape[1]):
            a = x[i : i + size, j : j + size]
            b = y[i : i + size, j : j + size]
            mean_x[i, j] = np.sum(window * a)
            mean_y[i, j] = np.sum(window * b)
            a = a - mean_x[i, j]
            b = b - mean_y[i, j]
            var_x[i, j] = np.sum(window * a * a)
            var_y[i, j] = np.sum(window * b * b)
            cov[i, j] = np.sum(window * a * b)
    return mean_x, mean_y, var_x, var_y, cov


def block_means_symmetric(image, factor):
    """``factor`` x ``factor`` means on every ``factor``-th sample; beyond the border the edge is repeated.

    An even window reaches one sample further to the bottom right, as MATLAB's ``imfilter`` has it.
    """
    rows, columns = image.shape
    before = (factor - 1) // 2
    result = np.empty((math.ceil(rows / factor), math.ceil(columns / factor)))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            total = 0.0
            for di in range(factor):
                for dj in range(factor):
                    row = mirror_repeating_edge(i * factor - before + di, rows)
                    column = mirror_repeating_edge(j * factor - before + dj, columns)
                    total += image[row, column]
            result[i, j] = total / factor**2
    return result


def mirror_repeating_edge(index, length):
    """Half-sample symmetry: ... 1 0 | 0 1 2 ... (MATLAB's 'symmetric')."""
    if index < 0:
        return -index - 1
    return 2 * length - 1 - index if index >= length else index


def mirror(index, length):
    """Whole-sample symmetry: ... 2 1 | 0 1 2 ... (matlabPyrTools' 'reflect1')."""
    index = abs(index)
    return 2 * (length - 1) - index if index >= length else index


def sample_or_zero(image, row, column):
    inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
    return image[row, column] if inside else 0.0


def block_means_zero(image, factor):
    """``factor`` x ``factor`` means on every ``factor``-th sample; black beyond the border (MATLAB's ``conv2``, 'same')."""
    rows, columns = image.shape
    first = factor // 2 - (factor - 1)
    result = np.empty((math.ceil(rows / factor), math.ceil(columns / factor)))
    for i, j in np.ndindex(result.shape):
        places = [(i * factor + first + a, j * factor + first + b) for a in range(factor) for b in range(factor)]
        result[i, j] = sum(sample_or_zero(image, *place) for place in places) / factor**2
    return result


def scharr_magnitude(image):
    """Scharr / 16, black beyond every border."""
    result = np.empty(image.shape)
    for i, j in np.ndindex(image.shape):
        along, down = 0.0, 0.0
        for d, weight in ((-1, 3 / 16), (0, 10 / 16), (1, 3 / 16)):
            along += weight * (sample_or_zero(image, i + d, j + 1) - sample_or_zero(image, i + d, j - 1))
            down += weight * (sample_or_zero(image, i + 1, j + d) - sample_or_zero(image, i - 1, j + d))
        result[i, j] = math.sqrt(along**2 + down**2)
    return result
