"""Formulas of several shapes, for tests of fields and pools."""

from iqametrics.formulas.names import maximum, sqrt


def one(a):
    return 2 * a + 1


def three(a, b, c, d, e, k):
    """Of five planes and a constant."""
    return a * b - c, maximum(d, e) * k, sqrt(a * a + e * e)


def quality_and_weight(a, b, c):
    return (2 * a * b + 1) / (a * a + b * b + 1), maximum(c, 0.0)


def nothing_counts(a, b):
    return (2 * a * b + 1) / (a * a + b * b + 1), (a - a)


def parts(a, b):
    return a, b


def half(score):
    return score / 2


def product(a, b, k):
    return a * b * k
