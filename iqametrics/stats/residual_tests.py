"""Whether the residuals of two metrics, after their fits, are of unlike size."""

import numpy as np
import numpy.typing as npt
from scipy.stats import f as f_distribution
from scipy.stats import t

from iqametrics.errors import OptionError

from .correlation import constant_side, pearson
from .rows import paired
from .significance import UNDEFINED, TestResult


def f_test(residuals_a: npt.ArrayLike, residuals_b: npt.ArrayLike, *, ddof: int = 1) -> TestResult:
    r"""Ratio of two metrics' residual variances after their fits; above 1 the second metric is better.

    .. math:: F = s_a^2 / s_b^2 \sim F(n - k, n - k)

    Parameters
    ----------
    residuals_a, residuals_b : array_like of float, shape (n,)
        Opinion minus predicted opinion of each metric.
    ddof : int, optional
        k: 1 as in [1]_, or the number of the curve's parameters.

    Returns
    -------
    TestResult
        F with its two-sided p-value; nan where both variances are 0.

    Raises
    ------
    ShapeError, NonFiniteError
        If the arrays can't be paired or hold NaN.
    OptionError
        If `ddof` leaves no degree of freedom.

    Notes
    -----
    The test takes residuals for Gaussian and those of the two metrics for independent. Residuals of two
    metrics on the same images are correlated, which makes the test conservative: :func:`pitman_morgan_test`
    asks the same question of paired residuals.

    References
    ----------
    .. [1] H. R. Sheikh, M. F. Sabir, A. C. Bovik, "A statistical evaluation of recent full reference image
       quality assessment algorithms", IEEE Trans. Image Processing 15(11), 2006.
       https://doi.org/10.1109/TIP.2006.881959

    Examples
    --------
    >>> from iqametrics.stats import f_test
    >>> result = f_test([2.0, -1.0, 1.0, -2.0, 0.0], [1.0, 0.0, 0.0, -1.0, 0.0])
    >>> result.statistic, round(result.p_value, 4)
    (5.0, 0.1481)
    """
    first, second = paired(residuals_a, residuals_b, ("residuals_a", "residuals_b"))
    dof = first.size - ddof
    if ddof < 0 or dof < 1:
        raise OptionError(f"ddof={ddof} with {first.size} residuals leaves no degree of freedom.")
    squares = [float(np.sum((residuals - residuals.mean()) ** 2)) / dof for residuals in (first, second)]
    if max(squares) == 0:
        return UNDEFINED
    ratio = squares[0] / squares[1] if squares[1] > 0 else float("inf")
    tail = min(f_distribution.cdf(ratio, dof, dof), f_distribution.sf(ratio, dof, dof))
    return TestResult(ratio, float(min(1.0, 2 * tail)), (float(dof), float(dof)))


def pitman_morgan_test(residuals_a: npt.ArrayLike, residuals_b: npt.ArrayLike) -> TestResult:
    r"""Whether paired residuals have unlike variances; positive where the first metric's is larger.

    The variances are equal exactly where sum and difference of the residuals are uncorrelated:
    :math:`t = r \sqrt{(n - 2) / (1 - r^2)}` with r the correlation of :math:`e_a + e_b` and :math:`e_a - e_b`.

    Parameters
    ----------
    residuals_a, residuals_b : array_like of float, shape (n,)
        Opinion minus predicted opinion of each metric, on the same images.

    Returns
    -------
    TestResult
        t with n - 2 degrees of freedom; 0 with p = 1 where the residuals are the same.

    Raises
    ------
    ShapeError, NonFiniteError
        If the arrays can't be paired or hold NaN.

    References
    ----------
    .. [1] E. J. G. Pitman, "A note on normal correlation", Biometrika 31, 9-12, 1939.
    .. [2] W. A. Morgan, "A test for the significance of the difference between the two variances in a sample
       from a normal bivariate population", Biometrika 31, 13-19, 1939.

    Examples
    --------
    >>> from iqametrics.stats import pitman_morgan_test
    >>> result = pitman_morgan_test([2.0, -1.0, 1.0, -2.0, 0.0], [1.0, 0.0, 0.0, -1.0, 0.0])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (3.4641, 0.0405)
    """
    first, second = paired(residuals_a, residuals_b, ("residuals_a", "residuals_b"))
    dof = first.size - 2
    if dof < 1:
        return UNDEFINED
    total, difference = first + second, first - second
    if constant_side(total, difference) is not None:
        return TestResult(0.0, 1.0, (float(dof),))
    r = pearson(total, difference)
    statistic = float(r * np.sqrt(dof / (1 - r * r))) if abs(r) < 1 else float(np.copysign(np.inf, r))
    return TestResult(statistic, float(2 * t.sf(abs(statistic), dof)), (float(dof),))
