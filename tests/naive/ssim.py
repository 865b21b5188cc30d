"""SSIM (Wang et al. 2004) and MS-SSIM (Wang et al. 2003)."""

import math

import numpy as np

from tests.naive.windows import block_means_symmetric, gaussian, moments, uniform

C1 = (0.01 * 255.0) ** 2
C2 = (0.03 * 255.0) ** 2
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def ssim(x, y, convention="wang2004"):
    if convention == "wang2004-downsampled":
        factor = max(1, math.floor(min(x.shape) / 256 + 0.5))
        x, y = block_means_symmetric(x, factor), block_means_symmetric(y, factor)
    if convention == "skimage":
        # scikit-image's defaults: a 7x7 box and the unbiased variance (divisor n - 1).
        return _ssim_and_contrast(x, y, uniform(7), 49 / 48)[0]
    if convention not in ("wang2004", "wang2004-downsampled", "tid2013"):
        raise ValueError(convention)
    return _ssim_and_contrast(x, y, gaussian(11, 1.5), 1.0)[0]


def ms_ssim(x, y, levels=5, convention="wang2003"):
    means = []  # the contrast-structure term of every scale but the coarsest, whose full SSIM counts
    for level in range(levels):
        similarity, contrast = _ssim_and_contrast(x, y, gaussian(11, 1.5), 1.0)
        means.append(similarity if level == levels - 1 else contrast)
        x, y = block_means_symmetric(x, 2), block_means_symmetric(y, 2)
    weights = SCALE_WEIGHTS[:levels]
    total = sum(weights)
    if convention == "wang2003-sum":
        return sum(w / total * max(m, 0.0) for w, m in zip(weights, means, strict=True))
    if convention != "wang2003":
        raise ValueError(convention)
    if levels == len(SCALE_WEIGHTS):
        total = 1.0  # the authors take the product's five exponents as published, though they sum to 1.0001
    return math.prod(max(m, 0.0) ** (w / total) for w, m in zip(weights, means, strict=True))


def _ssim_and_contrast(x, y, window, variance_factor):
    mean_x, mean_y, var_x, var_y, cov = moments(x, y, window)
    similarity, contrast = 0.0, 0.0
    for i, j in np.ndindex(mean_x.shape):
        mx, my = mean_x[i, j], mean_y[i, j]
        vx, vy, c = (variance_factor * moment[i, j] for moment in (var_x, var_y, cov))
        luminance = (2.0 * mx * my + C1) / (mx**2 + my**2 + C1)
        contrast_structure = (2.0 * c + C2) / (vx + vy + C2)
        similarity += luminance * contrast_structure
        contrast += contrast_structure
    return similarity / mean_x.size, contrast / mean_x.size
