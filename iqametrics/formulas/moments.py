"""Equations of moments up to the fourth."""

from iqametrics.formulas.names import sqrt, where


def joined(part_mean, second, third, fourth, mean):
    """Central moments of a part of a block about the mean of the whole block."""
    away = part_mean - mean
    squared = away * away
    return (
        second + squared,
        third + away * (3 * second + squared),
        fourth + away * (4 * third + away * (6 * second + squared)),
    )


def shape(mean, second, third, fourth, correction, tiny):
    """Standard deviation times a correction, skewness and kurtosis; these are 0 where there is next to no deviation."""
    deviation = sqrt(second)
    some = deviation > tiny
    safe = where(some, deviation, 1.0)
    skewness = where(some, third / (safe * safe * safe), 0.0)
    kurtosis = where(some, fourth / (safe * safe * safe * safe), 0.0)
    return deviation * correction, skewness, kurtosis
