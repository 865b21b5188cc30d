"""Equations of the plain error measures."""

from iqametrics.formulas.names import log, where

DECIBELS_PER_NEPER = 4.3429448190325175  # 10 / ln(10)


def squared_error(x, y):
    """Squared difference of two pixels."""
    d = x - y
    return d * d


def peak_ratio(mse, peak):
    """Peak signal to error ratio in decibels; infinite, with a zero gradient, where there is no error."""
    some = mse > 0
    return where(some, DECIBELS_PER_NEPER * log(peak * peak / where(some, mse, 1.0)), float("inf"))
