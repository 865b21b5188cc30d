"""CW-SSIM (Sampat et al. 2009): the pyramid is built level by level, cropping the spectrum each time."""

import math

import numpy as np


def cw_ssim(x, y, levels=6, orientations=16):
    bands = zip(_coarsest(x, levels, orientations), _coarsest(y, levels, orientations), strict=True)
    return sum(_similarity(a, b) for a, b in bands) / orientations


def _similarity(a, b):
    rows, columns = a.shape[0] - 6, a.shape[1] - 6
    total, weights = 0.0, 0.0
    for i in range(rows):
        for j in range(columns):
            c, d = a[i : i + 7, j : j + 7], b[i : i + 7, j : j + 7]
            weight = math.exp(-((i - (rows - 1) / 2) ** 2 + (j - (columns - 1) / 2) ** 2) / (2 * (a.shape[0] / 4) ** 2))
            energy = (np.abs(c) ** 2).sum() + (np.abs(d) ** 2).sum()
            total += weight * 2 * abs((c * d.conj()).sum()) / energy
            weights += weight
    return total / weights


def _coarsest(image, levels, orientations):
    rows, columns = image.shape
    centre = (math.ceil((rows + 0.5) / 2) - 1, math.ceil((columns + 0.5) / 2) - 1)
    down = (np.arange(rows) - centre[0])[:, None] / (rows / 2) * np.ones((1, columns))
    across = (np.arange(columns) - centre[1])[None] / (columns / 2) * np.ones((rows, 1))
    angle, radius = np.arctan2(down, across), np.sqrt(down**2 + across**2)
    radius[centre] = radius[centre[0], centre[1] - 1]
    octaves = np.log2(radius)
    steps = np.arange(-257, 2)
    rise = np.cos(np.pi * steps / 512) ** 2
    rise[0], rise[-1] = rise[1], rise[-2]
    low, high = np.sqrt(1 - rise), np.sqrt(rise)
    spectrum = np.fft.fftshift(np.fft.fft2(image)) * np.interp(octaves, steps / 256, low)
    for level in range(1, levels):
        keep = []
        for size in spectrum.shape:
            less = math.ceil((size - 0.5) / 2)
            start = math.ceil((size + 0.5) / 2) - math.ceil((less + 0.5) / 2)
            keep.append(slice(start, start + less))
        spectrum, angle, octaves = (each[tuple(keep)] for each in (spectrum, angle, octaves))
        spectrum = spectrum * np.interp(octaves, steps / 256 - level, low)
    spectrum = spectrum * np.interp(octaves, steps / 256 - levels, high)
    order = orientations - 1
    gain = math.sqrt(2.0 ** (2 * order) * math.factorial(order) ** 2 / (orientations * math.factorial(2 * order)))
    angles = np.pi * np.arange(-2049, 1026) / 1024
    lobe = 2 * gain * np.cos(angles) ** order * (np.abs((angles + np.pi) % (2 * np.pi) - np.pi) < np.pi / 2)
    for number in range(orientations):
        mask = np.interp(angle, angles + np.pi * number / orientations, lobe)
        yield np.fft.ifft2(np.fft.ifftshift((-1j) ** order * spectrum * mask))
