"""Universal image quality index (``img_qi``; Wang and Bovik 2002)."""

import numpy as np

SIZE = 8


def uqi(x, y):
    """Sums rather than means, as in the authors' code; a window is 1 until a test says otherwise."""
    total, n = 0.0, SIZE**2
    positions = np.ndindex(x.shape[0] - SIZE + 1, x.shape[1] - SIZE + 1)
    for i, j in positions:
        a = x[i : i + SIZE, j : j + SIZE]
        b = y[i : i + SIZE, j : j + SIZE]
        sum_a, sum_b = a.sum(), b.sum()
        means = sum_a**2 + sum_b**2
        # n sum(a^2) - sum(a)^2, in two passes; a constant window holds no variation, whatever its mean rounds to.
        variations = sum(n * ((p - p.mean()) ** 2).sum() for p in (a, b) if np.ptp(p) > 0)
        covariation = n * ((a - a.mean()) * (b - b.mean())).sum()
        if variations == 0.0 and means != 0.0:
            total += 2.0 * sum_a * sum_b / means
        elif variations * means != 0.0:
            total += 4.0 * covariation * sum_a * sum_b / (variations * means)
        else:
            total += 1.0
    return total / ((x.shape[0] - SIZE + 1) * (x.shape[1] - SIZE + 1))
