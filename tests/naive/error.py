"""The error measures, sample by sample."""

import math


def mse(x, y):
    total = 0.0
    for a, b in zip(x.ravel(), y.ravel(), strict=True):
        total += (float(a) - float(b)) ** 2
    return total / x.size


def psnr(x, y):
    error = mse(x, y)
    return math.inf if error == 0.0 else 10.0 * math.log10(255.0**2 / error)


def _pairs(x, y):
    return [(float(a), float(b)) for a, b in zip(x.ravel(), y.ravel(), strict=True)]


def mae(x, y):
    return sum(abs(a - b) for a, b in _pairs(x, y)) / x.size


def rmse(x, y):
    return math.sqrt(mse(x, y))


def md(x, y):
    return max(abs(a - b) for a, b in _pairs(x, y))


def ad(x, y):
    return sum(a - b for a, b in _pairs(x, y)) / x.size


def nae(x, y):
    return sum(abs(a - b) for a, b in _pairs(x, y)) / sum(abs(a) for a, _ in _pairs(x, y))


def sc(x, y):
    return sum(a * a for a, _ in _pairs(x, y)) / sum(b * b for _, b in _pairs(x, y))


def nk(x, y):
    return sum(a * b for a, b in _pairs(x, y)) / sum(a * a for a, _ in _pairs(x, y))


def _second_difference(line, i, extrapolated):
    """Inside, or on the straight line through the two nearest inside."""
    last = len(line) - 1
    if 0 < i < last:
        return line[i - 1] - 2 * line[i] + line[i + 1]
    if not extrapolated:
        return None
    near, next_ = (1, 2) if i == 0 else (last - 1, last - 2)
    return 2 * _second_difference(line, near, False) - _second_difference(line, next_, False)


def _laplacian(x, extrapolated):
    found = []
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            down = _second_difference([float(v) for v in x[:, j]], i, extrapolated)
            across = _second_difference([float(v) for v in x[i]], j, extrapolated)
            if down is not None and across is not None:
                found.append(down + across)
    return found


def lmse(x, y, convention="eskicioglu1995"):
    of_x, of_y = (_laplacian(image, convention == "del2") for image in (x, y))
    return sum((a - b) ** 2 for a, b in zip(of_x, of_y, strict=True)) / sum(a * a for a in of_x)
