"""Equations of multi-scale gradient magnitude similarity deviation (Zhang et al. 2017)."""

from iqametrics.formulas.names import exp, sqrt


def root_of_weighted_squares(d1, d2, d3, d4, w1, w2, w3, w4):
    """Deviations of four scales together."""
    return sqrt(w1 * d1 * d1 + w2 * d2 * d2 + w3 * d3 * d3 + w4 * d4 * d4)


def squared_distance(ix, iy, qx, qy):
    """Squared distance of two chromas."""
    i, q = ix - iy, qx - qy
    return i * i + q * q


def with_chroma(deviation, error, b1, b2, b3):
    """Deviation of the gradients and error of chroma, of which the former counts the more the larger it is."""
    share = 2 / (1 + b2 * exp(-b3 * deviation)) - 1
    return share * deviation + (1 - share) * b1 * error
