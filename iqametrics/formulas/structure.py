"""Equations of the structural similarity family (Wang et al. 2004).

Arguments are local moments: means ``mx my``, the sum ``v`` of both variances, the covariance ``cxy``; ``c1`` and ``c2``
stabilise.
"""

from iqametrics.formulas.names import maximum, sqrt, where


def luminance(mx, my, c1):
    """Luminance term, eq. 6."""
    return (2 * mx * my + c1) / (mx * mx + my * my + c1)


def contrast_structure(mx, my, v, cxy, c2):
    """Contrast and structure terms with C3 = C2/2, eqs. 9 and 10 multiplied out."""
    return (2 * cxy + c2) / (v + c2)


def ssim(mx, my, v, cxy, c1, c2):
    """Structural similarity, eq. 13."""
    return luminance(mx, my, c1) * contrast_structure(mx, my, v, cxy, c2)


def contrast_structure_and_ssim(mx, my, v, cxy, c1, c2):
    """Eqs. 9 and 10 multiplied out, and eq. 13: what the finer and the coarsest of several scales need."""
    cs = contrast_structure(mx, my, v, cxy, c2)
    return cs, luminance(mx, my, c1) * cs


def contrast(mx, my, vx, vy, cxy, c2):
    """Contrast term, eq. 9."""
    return (2 * deviations(vx, vy) + c2) / (vx + vy + c2)


def structure(mx, my, vx, vy, cxy, c2):
    """Structure term, eq. 10."""
    return (cxy + 0.5 * c2) / (deviations(vx, vy) + 0.5 * c2)


def brightness(mx, my, vx, vy, cxy, c1):
    """Luminance term, eq. 6, of moments that are taken apart."""
    return luminance(mx, my, c1)


def deviations(vx, vy):
    """Product of both standard deviations."""
    return sqrt(maximum(vx, 0.0) * maximum(vy, 0.0))


#: Formulas that another one contains, and the place of their value among its results.
PARTS = {ssim: (contrast_structure_and_ssim, 1)}


def universal_quality(mx, my, vx, vy, cxy, tiny):
    """Universal quality index (Wang and Bovik 2002, eq. 1); a factor that divides nothing by nothing is 1."""
    energy, variance = mx * mx + my * my, vx + vy
    bright, textured = energy > tiny, variance > tiny
    luminance = where(bright, 2 * mx * my / where(bright, energy, 1.0), 1.0)
    structure = where(textured, 2 * cxy / where(textured, variance, 1.0), 1.0)
    return luminance * structure
