"""Equations of pools, and such as combine pooled values."""

from iqametrics.formulas.names import power, sqrt, where


def power_of_positive(value, exponent):
    """``value ** exponent``; 0, with a gradient of 0, where the value is negative."""
    none = value <= 0  # not where it is NaN
    return where(none, 0.0, power(where(none, 1.0, value), exponent))


def ratio(numerator, denominator):
    """``numerator / denominator``, or 0 where the denominator is not positive."""
    none = denominator <= 0  # not where it is NaN
    return where(none, 0.0, numerator / where(none, 1.0, denominator))


def weighted_mean(total, weight, nothing):
    """A weighted mean from its sums: ``total / weight``, or `nothing`, with a gradient of 0, where no place counts."""
    none = weight <= 0  # not where it is NaN
    return where(none, nothing, total / where(none, 1.0, weight))


def distance(a, b, c, d):
    """Distance of two complex numbers, ``a + bi`` and ``c + di``."""
    return sqrt((a - c) * (a - c) + (b - d) * (b - d))


def both(quality, weight):
    """A quality and its weight that have been computed before."""
    return quality, weight


def product_of_powers(*values_and_weights):
    """Product of some values, each to the power of its weight; the weights follow. A negative value counts 0."""
    half = len(values_and_weights) // 2
    product = 1.0
    for value, weight in zip(values_and_weights[:half], values_and_weights[half:], strict=True):
        product = product * power_of_positive(value, weight)
    return product
