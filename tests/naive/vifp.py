"""Visual information fidelity in the pixel domain (``vifp_mscale``; Sheikh and Bovik 2006)."""

import math

import numpy as np

from tests.naive.windows import correlate_valid, gaussian, moments

NOISE = 2.0
EPS = 1e-10


def vifp(x, y):
    if np.array_equal(x, y):
        return 1.0
    seen, present = 0.0, 0.0
    for scale in (1, 2, 3, 4):
        size = 2 ** (5 - scale) + 1
        window = gaussian(size, size / 5)
        if scale > 1:
            x, y = correlate_valid(x, window, step=2), correlate_valid(y, window, step=2)
        _, _, var_x, var_y, cov = moments(x, y, window)
        for i, j in np.ndindex(cov.shape):
            vx, vy, c = max(var_x[i, j], 0.0), max(var_y[i, j], 0.0), cov[i, j]
            gain = c / (vx + EPS)
            noise = vy - gain * c
            if vx < EPS:
                gain, noise, vx = 0.0, vy, 0.0
            if vy < EPS:
                gain, noise = 0.0, 0.0
            if gain < 0.0:
                gain, noise = 0.0, vy
            noise = max(noise, EPS)
            seen += math.log10(1.0 + gain**2 * vx / (noise + NOISE))
            present += math.log10(1.0 + vx / NOISE)
    return seen / present if present > 0.0 else 0.0
