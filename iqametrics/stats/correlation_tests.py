"""Whether two correlations with the same opinions differ."""

import numpy as np
from scipy.stats import norm, t

from iqametrics.errors import OptionError

from .significance import UNDEFINED, TestResult


def williams_test(r12: float, r13: float, r23: float, n: int) -> TestResult:
    r"""Whether two correlations with the same opinions differ; positive where the first is larger.

    .. math:: t = (r_{12} - r_{13}) \sqrt{\frac{(n - 1)(1 + r_{23})}
              {2 \frac{n - 1}{n - 3} D + \bar r^2 (1 - r_{23})^3}},\quad
              D = 1 - r_{12}^2 - r_{13}^2 - r_{23}^2 + 2 r_{12} r_{13} r_{23}

    Parameters
    ----------
    r12, r13 : float
        Correlation of the opinions (1) with each metric (2, 3), signs counted alike.
    r23 : float
        Correlation of the two metrics with each other.
    n : int
        Number of independent images.

    Returns
    -------
    TestResult
        t with n - 3 degrees of freedom; nan where n <= 3.

    Raises
    ------
    OptionError
        If a correlation lies outside [-1, 1].

    Notes
    -----
    Made for Pearson's correlation of normal variables. With rank correlations it is an approximation in
    common use. Rows that share a reference are not independent: the clustered bootstrap of :func:`compare`
    is the safer test.

    References
    ----------
    .. [1] E. J. Williams, "The comparison of regression variables", J. Royal Statistical Society B 21,
       396-399, 1959.
    .. [2] J. H. Steiger, "Tests for comparing elements of a correlation matrix", Psychological Bulletin 87,
       1980. https://doi.org/10.1037/0033-2909.87.2.245

    Examples
    --------
    >>> from iqametrics.stats import williams_test
    >>> result = williams_test(0.50, 0.40, 0.10, 103)
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (0.8913, 0.3749)
    """
    _check_correlations(r12, r13, r23)
    if n <= 3 or np.isnan([r12, r13, r23]).any():
        return UNDEFINED
    if r12 == r13:
        return TestResult(0.0, 1.0, (float(n - 3),))
    determinant = 1 - r12**2 - r13**2 - r23**2 + 2 * r12 * r13 * r23
    mean = (r12 + r13) / 2
    variance = 2 * (n - 1) / (n - 3) * max(determinant, 0.0) + mean**2 * (1 - r23) ** 3
    statistic = (
        (r12 - r13) * np.sqrt((n - 1) * (1 + r23) / variance) if variance > 0 else np.copysign(np.inf, r12 - r13)
    )
    return TestResult(float(statistic), float(2 * t.sf(abs(statistic), n - 3)), (float(n - 3),))


def meng_test(r12: float, r13: float, r23: float, n: int) -> TestResult:
    r"""Whether two correlations with the same opinions differ, in Fisher's z; positive where the first is larger.

    .. math:: Z = (z_{12} - z_{13}) \sqrt{\frac{n - 3}{2 (1 - r_{23}) h}},\quad
              h = \frac{1 - f R}{1 - R},\quad R = \frac{r_{12}^2 + r_{13}^2}{2},\quad
              f = \min\left(1, \frac{1 - r_{23}}{2 (1 - R)}\right)

    Parameters
    ----------
    r12, r13 : float
        Correlation of the opinions (1) with each metric (2, 3), signs counted alike.
    r23 : float
        Correlation of the two metrics with each other.
    n : int
        Number of independent images.

    Returns
    -------
    TestResult
        A normal Z; nan where n <= 3.

    Raises
    ------
    OptionError
        If a correlation lies outside [-1, 1].

    References
    ----------
    .. [1] X.-L. Meng, R. Rosenthal, D. B. Rubin, "Comparing correlated correlation coefficients",
       Psychological Bulletin 111, 1992. https://doi.org/10.1037/0033-2909.111.1.172

    Examples
    --------
    >>> from iqametrics.stats import meng_test
    >>> result = meng_test(0.63, -0.03, -0.19, 15)
    >>> round(result.statistic, 2), round(result.p_value, 2)
    (1.68, 0.09)
    """
    _check_correlations(r12, r13, r23)
    if n <= 3 or np.isnan([r12, r13, r23]).any():
        return UNDEFINED
    if r12 == r13:
        return TestResult(0.0, 1.0)
    square = (r12**2 + r13**2) / 2
    if square >= 1 or max(abs(r12), abs(r13)) >= 1 or r23 >= 1:
        return TestResult(float(np.copysign(np.inf, r12 - r13)), 0.0)
    f = min(1.0, (1 - r23) / (2 * (1 - square)))
    h = (1 - f * square) / (1 - square)
    statistic = (np.arctanh(r12) - np.arctanh(r13)) * np.sqrt((n - 3) / (2 * (1 - r23) * h))
    return TestResult(float(statistic), float(2 * norm.sf(abs(statistic))))


def _check_correlations(*correlations: float) -> None:
    for r in correlations:
        if abs(r) > 1:
            raise OptionError(f"{r!r} is not a correlation: it lies between -1 and 1.")
