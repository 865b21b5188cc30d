"""A formula that uses every name that formulas may use."""

from iqametrics.formulas.names import absolute, arctan2, cos, exp, log, maximum, power, sin, sqrt, where


def every_name(a, b):
    """One number, since fused passes take two at most; the factors keep errors from making up for each other."""
    size = absolute(a) + 1.0
    return (
        size
        + 0.7 * log(size)
        + 1.3 * maximum(a, b)
        + 1.7 * power(size, 0.01 * b)
        + 2.3 * sqrt(size)
        + 2.9 * where(a > b, a, 2 * b)
        + 3.1 * arctan2(a, b)
        + 3.7 * cos(a)
        + 4.1 * sin(b)
        + 4.3 * exp(0.01 * a)
    )
