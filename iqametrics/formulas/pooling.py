"""Equations that combine pooled values."""

from iqametrics.formulas.names import power, where


def power_of_positive(value, exponent):
    """``value ** exponent``; 0, with a gradient of 0, where the value is negative."""
    positive = value > 0
    return where(positive, power(where(positive, value, 1.0), exponent), 0.0)


def ratio(numerator, denominator):
    """``numerator / denominator``, or 0 where the denominator is not positive."""
    some = denominator > 0
    return where(some, numerator / where(some, denominator, 1.0), 0.0)
