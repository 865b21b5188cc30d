"""Equations of FSIM and its kin: similarities of features, weighted by how much a place draws the eye."""

from iqametrics.formulas.names import maximum
from iqametrics.formulas.similarity import similarity


def feature_similarity(phase_x, phase_y, gradient_x, gradient_y, t1, t2):
    """Similarity of phase congruency times that of gradients, and the larger phase congruency (Zhang et al. 2011, eq. 6)."""
    quality = similarity(phase_x, phase_y, t1) * similarity(gradient_x, gradient_y, t2)
    return quality, maximum(phase_x, phase_y)
