"""Equations of FSIM and its kin: similarities of features, weighted by how much a place draws the eye."""

from iqametrics.formulas.names import absolute, maximum, power, where
from iqametrics.formulas.similarity import similarity


def feature_similarity(phase_x, phase_y, gradient_x, gradient_y, t1, t2):
    """Similarity of phase congruency times that of gradients, and the larger phase congruency (Zhang et al. 2011, eq. 6)."""
    quality = similarity(phase_x, phase_y, t1) * similarity(gradient_x, gradient_y, t2)
    return quality, maximum(phase_x, phase_y)


def chromatic_power(product, exponent, turned):
    """Real part of a power of a product of similarities; `turned` is that of -1. Its slope at 0 is 0."""
    none = absolute(product) <= 0
    size = power(where(none, 1.0, absolute(product)), exponent)
    return where(none, 0.0, where(product < 0, turned * size, size))


def chromatic_similarity(phase_x, phase_y, gradient_x, gradient_y, i_x, i_y, q_x, q_y, t1, t2, t3, exponent, turned):
    """Feature similarity times a power of that of two chroma, and the larger phase congruency (ibid., eqs. 8 to 10)."""
    quality, weight = feature_similarity(phase_x, phase_y, gradient_x, gradient_y, t1, t2)
    chroma = similarity(i_x, i_y, t3) * similarity(q_x, q_y, t3)
    return quality * chromatic_power(chroma, exponent, turned), weight
