"""What a test says, the paired bootstrap as a test, and the correction for many tests."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import false_discovery_control, t

from .intervals import UNKNOWN, Interval
from .rows import FloatArray


@dataclass(frozen=True)
class TestResult:
    """A two-sided test: its statistic, the p-value, the degrees of freedom (none for a normal statistic)."""

    __test__ = False  # not a class of tests, whatever pytest makes of the name

    statistic: float
    p_value: float
    dof: tuple[float, ...] = ()


UNDEFINED = TestResult(float("nan"), float("nan"))


def bootstrap_difference(
    difference: float, replicates: FloatArray, n_units: int, level: float = 0.95
) -> tuple[TestResult, Interval]:
    r"""Whether a statistic of two metrics differs, from paired resamples, with an interval of the difference.

    :math:`t = d / s`, with s the standard deviation of the resampled differences times
    :math:`\sqrt{K / (K - 1)}`, has K - 1 degrees of freedom for K units.

    Parameters
    ----------
    difference : float
        Statistic of the first metric minus that of the second.
    replicates : ndarray of float, shape (b,)
        The same difference in resamples that both metrics share.
    n_units : int
        K, the number of units (references) drawn from.
    level : float, optional
        Confidence level of the interval.

    Returns
    -------
    TestResult
        t; 0 with p = 1 where the metrics never differ.
    (float, float)
        Limits of the difference.

    Notes
    -----
    A BCa interval serves a single, skewed statistic. The difference of two is nearly symmetric, and with 25
    references what BCa estimates of its skewness is noise: in 1500 simulated null studies each of six designs a
    test by BCa intervals found 5 to 9 % significant at the 5 % level, this one 3 to 5 %.

    References
    ----------
    .. [1] C. A. Field, A. H. Welsh, "Bootstrapping clustered data", J. Royal Statistical Society B 69, 2007.
       https://doi.org/10.1111/j.1467-9868.2007.00593.x

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import bootstrap_difference
    >>> result, (low, high) = bootstrap_difference(0.3, np.array([0.2, 0.4, 0.3, 0.1, 0.5]), n_units=25)
    >>> round(result.statistic, 4), round(result.p_value, 4), round(low, 4)
    (1.859, 0.0753, -0.0331)
    """
    values = replicates[np.isfinite(replicates)]
    if values.size < 2 or n_units < 2 or not np.isfinite(difference):
        return UNDEFINED, UNKNOWN
    dof = n_units - 1
    error = float(np.std(values, ddof=1)) * np.sqrt(n_units / dof)
    endless = float(np.copysign(np.inf, difference)) if difference else 0.0
    statistic = difference / error if error > 0 else endless
    half = float(t.ppf(0.5 + level / 2, dof) * error)
    test = TestResult(float(statistic), float(2 * t.sf(abs(statistic), dof)), (float(dof),))
    return test, (difference - half, difference + half)


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """p-values adjusted for their number; below alpha, at most that share of the findings is false on average.

    Parameters
    ----------
    p_values : array_like of float
        p-values of one family of tests; nan (no test) is passed through and not counted.

    Returns
    -------
    ndarray of float
        Adjusted p-values, in the same order.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate: a practical and powerful approach
       to multiple testing", J. Royal Statistical Society B 57, 1995.
       https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> from iqametrics.stats import benjamini_hochberg
    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.20]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.2]
    """
    adjusted = np.array(p_values, dtype=np.float64)
    tested = np.isfinite(adjusted)
    if tested.any():
        adjusted[tested] = false_discovery_control(adjusted[tested], method="bh")
    return adjusted
