"""Equations that compare two non-negative features of the reference and the distorted image."""

from iqametrics.formulas.names import sqrt


def root(a):
    """Square root of a non-negative number."""
    return sqrt(a)


def magnitude(a, b):
    """Length of a gradient vector."""
    return sqrt(a * a + b * b)


def similarity(a, b, c):
    """Similarity of two features, 1 where they agree (Xue et al. 2014, eq. 4; the core of many metrics)."""
    return (2 * a * b + c) / (a * a + b * b + c)


def dissimilarity(a, b, c):
    """What the similarity of two features lacks of 1, with all digits where it is next to nothing."""
    d = a - b
    return d * d / (a * a + b * b + c)


def masked_similarity(a, b, alpha, c):
    """Similarity of two gradients that counts for less where both are large (Zhang et al. 2017, eq. 5)."""
    product = a * b
    return ((2 - alpha) * product + c) / (a * a + b * b - alpha * product + c)
