"""WSNR (Mitsa and Varkur 1993) and NQM (Damera-Venkata et al. 2000) as in MeTriX MuX, with whole transforms."""

import math

import numpy as np


def wsnr(x, y):
    rows, columns = x.shape
    error = np.fft.fftshift(np.fft.fft2(y - x))
    total = 0.0
    for i in range(rows):
        for j in range(columns):
            u, v = (i - rows / 2 + 0.5) * 120 / rows, (j - columns / 2 + 0.5) * 120 / rows
            oblique = 0.15 * math.cos(4 * math.atan2(v, u)) + 0.85
            total += (contrast_sensitivity(math.hypot(u, v) / oblique) * abs(error[i, j])) ** 2
    return decibels((np.abs(np.fft.fft2(x)) ** 2).sum(), total)


def contrast_sensitivity(r):
    return 0.9809 if r < 7.8909 else 2.6 * (0.0192 + 0.114 * r) * math.exp(-((0.114 * r) ** 1.1))


def nqm(x, y):
    bands_x, bands_y = _bands(x), _bands(y)
    ground_x, ground_y = bands_x[0], bands_y[0]
    total_x, total_y = 0.0, 0.0
    for k in range(1, 6):
        contrast_x, contrast_y = _contrast(bands_x[k], ground_x), _contrast(bands_y[k], ground_y)
        ground_x, ground_y = ground_x + bands_x[k], ground_y + bands_y[k]
        contrast_y = np.where(np.abs(contrast_y) > 1, 1.0, contrast_y)
        masking, threshold = _threshold(k), _threshold(2**k * 3.5 * math.pi / 180)
        hidden = np.abs(contrast_y - contrast_x) < masking * (0.86 * (contrast_x / masking - 1) + 0.3)
        distorted = np.where(hidden, bands_x[k], bands_y[k])
        total_x = total_x + np.where(np.abs(contrast_x) < threshold, 0.0, bands_x[k])
        total_y = total_y + np.where(np.abs(contrast_y) < threshold, 0.0, distorted)
    return decibels((total_x**2).sum(), ((total_x - total_y) ** 2).sum())


def decibels(signal, error):
    if error == 0:
        return math.inf
    return 10 * math.log10(signal / error) if signal else -math.inf


def _bands(image):
    rows, columns = image.shape
    spectrum = np.fft.fft2(image)
    u, v = np.meshgrid(np.arange(rows) - rows / 2, np.arange(columns) - columns / 2, indexing="ij")
    radius = np.sqrt(u * u + v * v)
    masks = [np.where(radius <= 2, _octave(radius + 2, 1), 0.0), *(_octave(radius, k) for k in range(1, 6))]
    return [np.fft.ifft2(spectrum * np.fft.fftshift(mask)).real for mask in masks]


def _octave(radius, k):
    within = (radius >= 2 ** (k - 1)) & (radius <= 2 ** (k + 1))
    return np.where(within, 0.5 * (1 + np.cos(math.pi * np.log2(np.where(within, radius, 1.0)) - math.pi * k)), 0.0)


def _contrast(band, ground):
    lit = np.abs(ground) > 1e-9
    return np.where(lit, band / np.where(lit, ground, 1.0), 0.0)


def _threshold(f):
    return 1 / (200 * 2.6 * (0.0192 + 0.114 * f) * math.exp(-((0.114 * f) ** 1.1)))
