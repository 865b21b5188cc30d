"""Stencils, visited sample by sample."""

import math

import numpy as np

from tests.naive.windows import mirror, mirror_repeating_edge

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


def correlate_same(image, kernel, beyond):
    """Correlation at every sample; even kernels look one sample further ahead, ``beyond(index, length)`` finds mirrors."""
    rows, columns = kernel.shape
    result = np.zeros(image.shape)
    for i, j in np.ndindex(image.shape):
        for k, m in np.ndindex(rows, columns):
            row, column = i + k - (rows - 1) // 2, j + m - (columns - 1) // 2
            if beyond is None:
                inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
                value = image[row, column] if inside else 0.0
            else:
                value = image[beyond(row, image.shape[0]), beyond(column, image.shape[1])]
            result[i, j] += kernel[k, m] * value
    return result


def haar(image, scale):
    """Differences of the lower and the upper half of squares, and of their right and left half, over the side."""
    side = 2**scale
    down = np.full((side, side), 1.0 / side)
    down[side // 2 :] = -1.0 / side
    return correlate_same(image, down, None), correlate_same(image, down.T, None)


def dct(block):
    """Orthonormal two-dimensional cosine transform of a square block."""
    n = len(block)
    result = np.zeros((n, n))
    for k, m in np.ndindex(n, n):
        for i, j in np.ndindex(n, n):
            waves = math.cos(math.pi * (2 * i + 1) * k / (2 * n)) * math.cos(math.pi * (2 * j + 1) * m / (2 * n))
            result[k, m] += block[i, j] * waves
        result[k, m] *= math.sqrt((2.0 if k else 1.0) / n) * math.sqrt((2.0 if m else 1.0) / n)
    return result


def enlarged_symmetric(low, taps, shape):
    """Twice the size: a frame of repeated samples, zeros in between, a filter that sees zeros beyond, and a crop."""
    framed = np.pad(low, 1, mode="edge")
    spread = np.zeros((2 * framed.shape[0], 2 * framed.shape[1]))
    spread[::2, ::2] = 4 * framed
    filtered = correlate_same(spread, np.outer(taps, taps), None)
    return filtered[2 : 2 + shape[0], 2 : 2 + shape[1]]


def enlarged_reflected(low, taps, shape):
    """Twice the size: zeros in between, and a filter that mirrors."""
    spread = np.zeros(shape)
    spread[::2, ::2] = low
    return correlate_same(spread, np.outer(taps, taps), mirror)


def laplacian_pyramid(image, taps, levels, border):
    """What every version has more than the next one, enlarged; the last one as it is."""
    bands = []
    beyond = mirror_repeating_edge if border == "symmetric" else mirror
    for _ in range(levels - 1):
        low = correlate_same(image, np.outer(taps, taps), beyond)[::2, ::2]
        enlarge = enlarged_symmetric if border == "symmetric" else enlarged_reflected
        bands.append(image - enlarge(low, taps, image.shape))
        image = low
    return [*bands, image]


def imresize_line(line, count, kernel):
    """MATLAB's imresize of one line: every sample from all that its kernel reaches, each weighed by its distance."""
    scale = count / len(line)
    result = []
    for i in range(1, count + 1):
        centre = i / scale + 0.5 * (1 - 1 / scale)
        total = weights = 0.0
        for place in range(math.floor(centre - 4 / min(scale, 1)) - 2, math.ceil(centre + 4 / min(scale, 1)) + 3):
            weight = KERNELS[kernel](abs(centre - place) * min(scale, 1))
            total += (
                weight * line[(list(range(len(line))) + list(range(len(line)))[::-1])[(place - 1) % (2 * len(line))]]
            )
            weights += weight
        result.append(total / weights)
    return result


def imresize(image, shape, kernel):
    rows = np.array([imresize_line(column, shape[0], kernel) for column in image.T]).T
    return np.array([imresize_line(row, shape[1], kernel) for row in rows])


def cubic(x):
    if x <= 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


KERNELS = {"bicubic": cubic, "bilinear": lambda x: max(0.0, 1 - x)}


def wavelet_line(line, low, high):
    """One level of a wavelet transform of a line: low-pass samples of even places, high-pass samples of odd ones."""
    found = []
    for taps, first in ((low, 0), (high, 1)):
        half = len(taps) // 2
        found.append(
            [
                sum(tap * line[mirror(place + k - half, len(line))] for k, tap in enumerate(taps))
                for place in range(first, len(line), 2)
            ]
        )
    return found


def wavelet(image, low, high):
    """Low-pass, along, down and diagonal bands."""
    rows = [wavelet_line(row, low, high) for row in image]
    bands = {}
    for name, half in (("low", 0), ("high", 1)):
        columns = [wavelet_line(column, low, high) for column in np.array([row[half] for row in rows]).T]
        bands[name] = [np.array([column[part] for column in columns]).T for part in (0, 1)]
    return bands["low"][0], bands["high"][0], bands["low"][1], bands["high"][1]
