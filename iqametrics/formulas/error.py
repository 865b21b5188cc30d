"""Equations of the plain error measures, `x` being the reference."""

from iqametrics.formulas.names import absolute, log, maximum, where

DECIBELS_PER_NEPER = 4.3429448190325175  # 10 / ln(10)


def itself(value):
    """A value that has been computed before."""
    return value


def difference(x, y):
    """How much brighter the reference is."""
    return x - y


def absolute_error(x, y):
    """Distance of two pixels."""
    return absolute(x - y)


def squared_error(x, y):
    """Squared difference of two pixels."""
    d = x - y
    return d * d


def peak_ratio(mse, peak):
    """Peak signal to error ratio in decibels; infinite, with a zero gradient, where there is no error."""
    none = mse <= 0  # not where it is NaN
    return where(none, float("inf"), DECIBELS_PER_NEPER * log(peak * peak / where(none, 1.0, mse)))


def energy_ratio(signal, error):
    """Ratio of two energies in decibels; infinite without error and minus infinite without signal, with a zero gradient."""
    right, dark = error <= 0, signal <= 0  # not where they are NaN
    some = DECIBELS_PER_NEPER * log(where(dark, 1.0, signal) / where(right, 1.0, error))
    return where(right, float("inf"), where(dark, float("-inf"), some))


def blocking_effect(across, within, times):
    """What the squared differences across the edges of blocks exceed others by (Yim and Bovik 2011, eq. 5)."""
    return times * maximum(across - within, 0.0)


def ratio_with_blocking(error, blocking, peak):
    """Peak signal to error ratio in decibels, the blocking effect being an error."""
    return peak_ratio(error + blocking, peak)


def error_and_size(x, y):
    """Distance of two pixels, and that of the reference from black."""
    return absolute(x - y), absolute(x)


def error_and_energy(x, y):
    """Squared difference, and the energy of the reference."""
    d = x - y
    return d * d, x * x


def lost_and_left(x, y):
    """Energy that the distorted image lacks, and what it has."""
    return (x - y) * (x + y), y * y


def mismatch_and_energy(x, y):
    """What the product of both has more than the energy of the reference, and that energy."""
    return x * (y - x), x * x


def relative(excess, divisor, identity, tiny):
    """A quotient of sums, written as ``identity + excess / divisor``.

    With next to no divisor it is infinite, or `identity` where there is no excess either; the gradient is then 0.
    """
    some = divisor > tiny
    nothing = where(excess > tiny, float("inf"), identity)
    return where(some, identity + excess / where(some, divisor, 1.0), nothing)
