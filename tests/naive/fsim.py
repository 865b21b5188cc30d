"""Phase congruency (Kovesi 1999) and FSIM (Zhang et al. 2011) with whole complex transforms, filter by filter."""

import math

import numpy as np

from tests.naive.windows import block_means_zero, scharr_magnitude


def _frequencies(size):
    centred = (np.arange(size) - size // 2) / (size if size % 2 == 0 else size - 1)
    return np.array([centred[(k + size // 2) % size] for k in range(size)])


def _filters(rows, columns):
    """[orientation][scale] -> filter on the whole grid."""
    down, across = np.meshgrid(_frequencies(rows), _frequencies(columns), indexing="ij")
    radius = np.sqrt(down**2 + across**2)
    radius[0, 0] = 1.0
    theta = np.arctan2(-down, across)
    banks = []
    for orientation in range(4):
        angle = orientation * math.pi / 4
        sine = np.sin(theta) * math.cos(angle) - np.cos(theta) * math.sin(angle)
        cosine = np.cos(theta) * math.cos(angle) + np.sin(theta) * math.sin(angle)
        fan = np.exp(-(np.abs(np.arctan2(sine, cosine)) ** 2) / (2 * (math.pi / 4 / 1.2) ** 2))
        bank = []
        for scale in range(4):
            bell = np.exp(-(np.log(radius * 6 * 2**scale) ** 2) / (2 * math.log(0.55) ** 2))
            bell = bell / (1 + (radius / 0.45) ** 30)
            bell[0, 0] = 0
            bank.append(bell * fan)
        banks.append(bank)
    return banks


def phase_congruency(image):
    rows, columns = image.shape
    spectrum = np.fft.fft2(image)
    energy, amplitudes = np.zeros(image.shape), np.zeros(image.shape)
    for bank in _filters(rows, columns):
        responses = [np.fft.ifft2(spectrum * each) for each in bank]
        total = sum(responses)
        length = np.abs(total) + 1e-4
        mean_even, mean_odd = total.real / length, total.imag / length
        found = 0
        for response in responses:
            found = found + response.real * mean_even + response.imag * mean_odd
            found = found - np.abs(response.real * mean_odd - response.imag * mean_even)
        kernels = [np.fft.ifft2(each).real * math.sqrt(image.size) for each in bank]
        noise_power = np.median(np.abs(responses[0]) ** 2) / -math.log(0.5) / (bank[0] ** 2).sum()
        noise = 2 * noise_power * sum((kernel**2).sum() for kernel in kernels)
        for first in range(4):
            for second in range(first + 1, 4):
                noise += 4 * noise_power * (kernels[first] * kernels[second]).sum()
        tau = math.sqrt(noise / 2)
        threshold = (tau * math.sqrt(math.pi / 2) + 2 * math.sqrt((2 - math.pi / 2) * tau**2)) / 1.7
        energy += np.maximum(found - threshold, 0)
        amplitudes += sum(np.abs(response) for response in responses)
    return energy / amplitudes


def fsim(x, y, convention="zhang2011"):
    if convention not in ("zhang2011", "tid2013"):
        raise ValueError(convention)
    factor = max(1, math.floor(min(x.shape) / 256 + 0.5))
    x, y = block_means_zero(x, factor), block_means_zero(y, factor)
    phase_x, phase_y = phase_congruency(x), phase_congruency(y)
    gradient_x, gradient_y = scharr_magnitude(x), scharr_magnitude(y)
    total, weights = 0.0, 0.0
    for i, j in np.ndindex(x.shape):
        p, q, a, b = phase_x[i, j], phase_y[i, j], gradient_x[i, j], gradient_y[i, j]
        similarity = (2 * p * q + 0.85) / (p * p + q * q + 0.85) * (2 * a * b + 160) / (a * a + b * b + 160)
        total += similarity * max(p, q)
        weights += max(p, q)
    return total / weights
