"""Equations of most apparent distortion (Larson and Chandler 2010)."""

from iqametrics.formulas.names import absolute, log, maximum, power, where
from iqametrics.formulas.pooling import power_of_positive

#: Logarithm of the contrast below which nothing masks, and that of a contrast that is none.
MASKS_FROM, NONE = -5.0, -1000.0


def luminance(pixel, brightest):
    """Lightness on the display, from a pixel of 0..255; above `brightest` there is no more."""
    return 0.02874 * power_of_positive(-maximum(-pixel, -brightest), 2.2 / 3)


def least(a, b):
    """Return the smaller of two values."""
    return -maximum(-a, -b)


def log_contrast(deviation, mean):
    """Logarithm of a contrast, where there is one and light to see it."""
    some = where(mean >= 0.5, deviation, 0.0) > 0
    return where(some, log(where(some, deviation, 1.0) / where(some, mean, 1.0)), NONE)


def visibility(deviation_error, deviation, mean):
    """By how much the contrast of the error exceeds what the reference masks, both as logarithms."""
    error, masking = log_contrast(deviation_error, mean), log_contrast(deviation, mean)
    return maximum(error - maximum(masking, MASKS_FROM), 0.0)


def detected(visible, squared_error):
    """Squared visible error of a place."""
    error = 200 * visible * squared_error
    return error * error


def appearance(std_x, skewness_x, kurtosis_x, std_y, skewness_y, kurtosis_y):
    """Difference of the statistics of a block."""
    return absolute(std_x - std_y) + 2 * absolute(skewness_x - skewness_y) + absolute(kurtosis_x - kurtosis_y)


def squared(value):
    """Its square."""
    return value * value


def adaptive(detection, changed, weight, exponent):
    """Geometric mean of both distortions: what is detected counts the more, the less there is of it (eqs. 12 and 13)."""
    some = where(detection > 0, changed, 0.0) > 0
    high, low = where(some, detection, 1.0), where(some, changed, 1.0)
    share = 1 / (1 + weight * power(high, exponent))
    return where(some, power(low, 1 - share) * power(high, share), 0.0)
