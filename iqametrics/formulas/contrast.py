"""Equations of metrics that ask which contrast a viewer sees."""

from iqametrics.formulas.names import absolute, where

#: Contrasts have nothing to refer to where the ground, of 0..255 images, is less than this.
DARK = 1e-9


def energies(signal, error):
    """Energy of a signal and of what is wrong with it."""
    return signal * signal, error * error


def contrast(band, ground):
    """What a band adds to all coarser ones, as a share of them; 0 on black."""
    lit = absolute(ground) > DARK
    return where(lit, band / where(lit, ground, 1.0), 0.0)


def seen(band_x, band_y, contrast_x, contrast_y, threshold, masking):
    """Of a band in both images what is seen (Damera-Venkata et al. 2000).

    The distorted band is the reference's where the reference's contrast hides the difference, whose just noticeable size
    grows with that contrast. What is below the threshold of sight is not there. A contrast of more than 1, also a negative
    one, counts as 1 in the distorted image.
    """
    clipped = where(absolute(contrast_y) > 1, 1.0, contrast_y)
    hidden = absolute(clipped - contrast_x) < 0.86 * (contrast_x - masking) + 0.3 * masking
    left_x = where(absolute(contrast_x) < threshold, 0.0, band_x)
    left_y = where(absolute(clipped) < threshold, 0.0, where(hidden, band_x, band_y))
    return left_x, left_y
