"""A formula that uses every name that formulas may use."""

from iqametrics.formulas.names import absolute, log, maximum, power, sqrt, where


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
    )
