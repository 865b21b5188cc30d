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
