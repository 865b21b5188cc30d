"""Equations of the normalised Laplacian pyramid distance (Laparra et al. 2016)."""

from iqametrics.formulas.names import absolute


def size(a):
    """How large a coefficient is."""
    return absolute(a)


def normalised_error(x, around_x, y, around_y, floor):
    """Squared difference of two coefficients, each divided by what its neighbours hold."""
    d = x / (floor + around_x) - y / (floor + around_y)
    return d * d


def mean_of_six(a, b, c, d, e, f):
    """Mean over the six levels."""
    return (a + b + c + d + e + f) / 6
