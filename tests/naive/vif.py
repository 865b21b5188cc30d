"""Visual information fidelity in the wavelet domain (``vifvec``; Sheikh and Bovik 2006)."""

import json
import math
from pathlib import Path

import numpy as np

from tests.naive.windows import mirror

TAPS = Path(__file__).parents[2] / "iqametrics" / "stencils" / "tables" / "sp5Filters.json"
LEVELS = 4
ORIENTATIONS = (0, 3)  # the two of six that the authors use
BLOCK = 3
NOISE = 0.4
TOLERANCE = 1e-15


def vif(x, y, convention="sheikh2006"):
    if np.array_equal(x, y):
        return 1.0
    if convention == "metrix-mux":
        x, y = _pad(x), _pad(y)
    elif convention != "sheikh2006":
        raise ValueError(convention)
    seen, present = 0.0, 0.0
    for level, (bands_x, bands_y) in enumerate(zip(_pyramid(x), _pyramid(y), strict=True)):
        window = 2 ** (LEVELS - level) + 1  # 17 on the finest level, 3 on the coarsest
        for band_x, band_y in zip(bands_x, bands_y, strict=True):
            band_seen, band_present = _information(_crop(band_x), _crop(band_y), window)
            seen += band_seen
            present += band_present
    return seen / present if present > 0.0 else 0.0


def _pad(image):
    """MeTriX MuX's frame: multiples of 32 and at least 128, mirrored strips, constant corners."""
    rows, columns = image.shape
    padded_rows, padded_columns = (max(128, 32 * math.ceil(side / 32)) for side in image.shape)
    top = math.floor((padded_rows - rows) / 2 + 0.5)
    left = math.floor((padded_columns - columns) / 2 + 0.5)
    result = np.empty((padded_rows, padded_columns))
    for i in range(padded_rows):
        for j in range(padded_columns):
            row, column = i - top, j - left
            above, below = row < 0, row >= rows
            before, after = column < 0, column >= columns
            if (above or below) and (before or after):
                row = min(1, rows - 1) if above else max(rows - 2, 0)
                column = min(1, columns - 1) if before else max(columns - 2, 0)
            else:
                row = _reflect_clamped(row, rows)
                column = _reflect_clamped(column, columns)
            result[i, j] = image[row, column]
    return result


def _reflect_clamped(index, length):
    """Mirrored without repeating the edge; a strip wider than the image repeats the far edge."""
    if index < 0:
        return min(length - 1, -index)
    return max(0, 2 * (length - 1) - index) if index >= length else index


def _pyramid(image):
    """Per level, finest first: the used orientation bands of the steerable pyramid sp5Filters."""
    taps = json.loads(TAPS.read_text())["values"]
    lowpass = _correlate_reflect(image, np.array(taps["lo0filt"]))
    levels = []
    for _ in range(LEVELS):
        levels.append([_correlate_reflect(lowpass, np.array(taps["bfilts"][k])) for k in ORIENTATIONS])
        lowpass = _correlate_reflect(lowpass, np.array(taps["lofilt"]), step=2)
    return levels


def _correlate_reflect(image, taps, step=1):
    half = taps.shape[0] // 2
    rows = range(0, image.shape[0], step)
    columns = range(0, image.shape[1], step)
    result = np.empty((len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            result[i, j] = np.sum(taps * _neighbourhood(image, row, column, half))
    return result


def _neighbourhood(image, row, column, half):
    """The square of side 2 half + 1 around a sample, mirrored at the borders."""
    rows = [mirror(row + d, image.shape[0]) for d in range(-half, half + 1)]
    columns = [mirror(column + d, image.shape[1]) for d in range(-half, half + 1)]
    return image[np.ix_(rows, columns)]


def _crop(band):
    rows, columns = (BLOCK * (side // BLOCK) for side in band.shape)
    return band[:rows, :columns]


def _information(x, y, window):
    """What of the reference band the viewer gets from the distorted band, and from the reference itself."""
    covariance = _covariance(x)
    inverse = np.linalg.pinv(covariance)
    eigenvalues = np.linalg.eigvalsh(covariance)
    blocks = (x.shape[0] // BLOCK, x.shape[1] // BLOCK)
    border = math.ceil((window - 1) / 2 / BLOCK)  # blocks whose window leaves the band
    seen, present = 0.0, 0.0
    for i in range(border, blocks[0] - border):
        for j in range(border, blocks[1] - border):
            row, column = BLOCK * i, BLOCK * j
            vector = x[row : row + BLOCK, column : column + BLOCK].ravel()
            energy = vector @ inverse @ vector / BLOCK**2
            gain, noise = _channel(x, y, row + 1, column + 1, window)
            for eigenvalue in eigenvalues:
                seen += math.log2(1.0 + gain**2 * energy * eigenvalue / (noise + NOISE))
                present += math.log2(1.0 + energy * eigenvalue / NOISE)
    return seen, present


def _covariance(band):
    """Covariance (divisor n) of the 9-vectors of all overlapping 3x3 blocks."""
    rows, columns = band.shape
    vectors = np.array(
        [
            band[i : i + BLOCK, j : j + BLOCK].ravel()
            for i in range(rows - BLOCK + 1)
            for j in range(columns - BLOCK + 1)
        ]
    )
    vectors = vectors - vectors.mean(axis=0)
    return vectors.T @ vectors / len(vectors)


def _channel(x, y, row, column, window):
    """Gain and noise variance of the distortion channel in the window around a block's centre."""
    a = _neighbourhood(x, row, column, window // 2)
    b = _neighbourhood(y, row, column, window // 2)
    a = a - a.mean()
    b = b - b.mean()
    sum_xx, sum_yy, sum_xy = np.sum(a * a), np.sum(b * b), np.sum(a * b)
    gain = sum_xy / (sum_xx + TOLERANCE)
    noise = (sum_yy - gain * sum_xy) / window**2
    if sum_xx < TOLERANCE:
        gain, noise = 0.0, sum_yy
    if sum_yy < TOLERANCE:
        gain, noise = 0.0, 0.0
    if gain < 0.0:
        gain, noise = 0.0, sum_yy
    return gain, max(noise, TOLERANCE)
