"""Mean squared error and the peak signal-to-noise ratio."""

import math


def mse(x, y):
    total = 0.0
    for a, b in zip(x.ravel(), y.ravel(), strict=True):
        total += (float(a) - float(b)) ** 2
    return total / x.size


def psnr(x, y):
    error = mse(x, y)
    return math.inf if error == 0.0 else 10.0 * math.log10(255.0**2 / error)
