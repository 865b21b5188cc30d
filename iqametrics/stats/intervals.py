"""Confidence intervals: Fisher, Bonett and Wright, Fieller by formula; percentile and BCa from resamples."""

import numpy as np
from scipy.stats import norm, t

from iqametrics.errors import OptionError

from .rows import FloatArray

Interval = tuple[float, float]
UNKNOWN: Interval = (float("nan"), float("nan"))


def check_level(level: float) -> None:
    """Refuse what is no confidence level."""
    if not 0 < level < 1:
        raise OptionError(f"level={level!r} is not a confidence level: it lies between 0 and 1, as 0.95.")


def fisher_interval(r: float, n: int, level: float = 0.95) -> Interval:
    r"""Interval of a Pearson correlation, :math:`\tanh(\operatorname{artanh} r \pm z / \sqrt{n - 3})`.

    Parameters
    ----------
    r : float
        Pearson's correlation, in [-1, 1].
    n : int
        Number of independent pairs.
    level : float, optional
        Confidence level.

    Returns
    -------
    (float, float)
        Lower and upper limit; nan where n <= 3 or `r` is nan.

    References
    ----------
    .. [1] R. A. Fisher, "Frequency distribution of the values of the correlation coefficient in samples from
       an indefinitely large population", Biometrika 10, 1915. https://doi.org/10.1093/biomet/10.4.507

    Examples
    --------
    >>> from iqametrics.stats import fisher_interval
    >>> [round(limit, 4) for limit in fisher_interval(0.8, 103)]
    [0.7176, 0.8603]
    """
    return _artanh_interval(r, 1.0, n - 3, level)


def bonett_wright_interval(r: float, n: int, level: float = 0.95) -> Interval:
    r"""Interval of a Spearman correlation, with the standard error :math:`\sqrt{(1 + r^2/2) / (n - 3)}`.

    Parameters
    ----------
    r : float
        Spearman's correlation, in [-1, 1].
    n : int
        Number of independent pairs.
    level : float, optional
        Confidence level.

    Returns
    -------
    (float, float)
        Lower and upper limit, symmetric in artanh; nan where n <= 3 or `r` is nan.

    References
    ----------
    .. [1] D. G. Bonett, T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman
       correlations", Psychometrika 65, 2000. https://doi.org/10.1007/BF02294183

    Examples
    --------
    >>> from iqametrics.stats import bonett_wright_interval
    >>> [round(limit, 4) for limit in bonett_wright_interval(0.8, 103)]
    [0.7031, 0.8677]
    """
    return _artanh_interval(r, 1.0 + r * r / 2.0, n - 3, level)


def fieller_interval(tau: float, n: int, level: float = 0.95) -> Interval:
    r"""Interval of a Kendall correlation, with the standard error :math:`\sqrt{0.437 / (n - 4)}`.

    Parameters
    ----------
    tau : float
        Kendall's correlation, in [-1, 1]; the approximation is good up to about 0.8.
    n : int
        Number of independent pairs.
    level : float, optional
        Confidence level.

    Returns
    -------
    (float, float)
        Lower and upper limit, symmetric in artanh; nan where n <= 4 or `tau` is nan.

    References
    ----------
    .. [1] E. C. Fieller, H. O. Hartley, E. S. Pearson, "Tests for rank correlation coefficients. I",
       Biometrika 44, 1957. https://doi.org/10.1093/biomet/44.3-4.470

    Examples
    --------
    >>> from iqametrics.stats import fieller_interval
    >>> [round(limit, 4) for limit in fieller_interval(0.6, 104)]
    [0.5106, 0.6765]
    """
    return _artanh_interval(tau, 0.437, n - 4, level)


def percentile_interval(replicates: FloatArray, level: float = 0.95, n_units: int | None = None) -> Interval:
    """Interval between two percentiles of the resampled statistic.

    Parameters
    ----------
    replicates : ndarray of float, shape (b,)
        The statistic of every resample; nan (an undefined resample) is left out.
    level : float, optional
        Confidence level.
    n_units : int, optional
        Number of units the bootstrap draws from, to widen the interval as in :func:`bca_interval`.

    Returns
    -------
    (float, float)
        Lower and upper limit; nan without two finite resamples.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import percentile_interval
    >>> [round(limit, 6) for limit in percentile_interval(np.arange(101.0), level=0.9)]
    [5.0, 95.0]
    """
    values = replicates[np.isfinite(replicates)]
    if values.size < 2:
        return UNKNOWN
    low, high = np.quantile(values, norm.cdf(_tails(level, n_units)))
    return float(low), float(high)


def bca_interval(
    estimate: float,
    replicates: FloatArray,
    jackknife: FloatArray,
    level: float = 0.95,
    n_units: int | None = None,
) -> Interval:
    r"""Bias-corrected and accelerated bootstrap interval of a statistic.

    Its limits are the percentiles :math:`\Phi(z_0 + (z_0 + z) / (1 - a (z_0 + z)))` of the resamples, with
    the bias :math:`z_0` from their share below the estimate and the acceleration :math:`a` from the skewness
    of the jackknife.

    Parameters
    ----------
    estimate : float
        The statistic of the whole sample.
    replicates : ndarray of float, shape (b,)
        The statistic of every resample; nan (an undefined resample) is left out.
    jackknife : ndarray of float, shape (k,)
        The statistic with one resampled unit, or one group of them, left out.
    level : float, optional
        Confidence level.
    n_units : int, optional
        Number of units the bootstrap draws from. If given, the two percentiles are widened, z becoming
        :math:`t_{n-1} \sqrt{n / (n - 1)}`: with few units (25 to 30 references are the rule) the plain
        bootstrap is too narrow by that factor [2]_.

    Returns
    -------
    (float, float)
        Lower and upper limit; nan without two finite resamples, the estimate twice if they are all equal.

    References
    ----------
    .. [1] B. Efron, "Better bootstrap confidence intervals", J. American Statistical Association 82, 1987.
       https://doi.org/10.1080/01621459.1987.10478410
    .. [2] T. C. Hesterberg, "What teachers should know about the bootstrap: resampling in the undergraduate
       statistics curriculum", The American Statistician 69, 2015.
       https://doi.org/10.1080/00031305.2015.1089789

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import bca_interval
    >>> data = np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0])
    >>> draws = np.random.default_rng(0).choice(data, (2000, 6)).mean(axis=1)
    >>> left_out = (data.sum() - data) / 5
    >>> low, high = bca_interval(data.mean(), draws, left_out)
    >>> 3.5 < low < 4.5 and 9.5 < high < 10.5
    True
    """
    values = replicates[np.isfinite(replicates)]
    if values.size < 2 or not np.isfinite(estimate):
        return UNKNOWN
    if values.min() == values.max():
        return float(values[0]), float(values[0])
    bias, acceleration = _bias(estimate, values), _acceleration(jackknife)
    z = bias + _tails(level, n_units)
    low, high = np.quantile(values, norm.cdf(bias + z / (1.0 - acceleration * z)))
    return float(low), float(high)


def _artanh_interval(r: float, numerator: float, dof: int, level: float) -> Interval:
    check_level(level)
    if dof <= 0 or not np.isfinite(r):
        return UNKNOWN
    if abs(r) >= 1:
        return r, r
    half = norm.ppf(0.5 + level / 2) * np.sqrt(numerator / dof)
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def _tails(level: float, n_units: int | None) -> FloatArray:
    """The two normal deviates of a level; widened for the number of units (see bca_interval)."""
    check_level(level)
    if n_units is None:
        z = norm.ppf(0.5 + level / 2)
    elif n_units < 2:
        raise OptionError("A bootstrap needs at least two units to draw from.")
    else:
        z = t.ppf(0.5 + level / 2, n_units - 1) * np.sqrt(n_units / (n_units - 1))
    return np.array([-z, z])


def _share_below(values: FloatArray, threshold: float) -> float:
    """Share of resamples below a threshold, ties counting half, never quite 0 or 1."""
    share = (np.count_nonzero(values < threshold) + 0.5 * np.count_nonzero(values == threshold)) / values.size
    edge = 1.0 / (values.size + 1)
    return float(np.clip(share, edge, 1.0 - edge))


def _bias(estimate: float, values: FloatArray) -> float:
    return float(norm.ppf(_share_below(values, estimate)))


def _acceleration(jackknife: FloatArray) -> float:
    values = jackknife[np.isfinite(jackknife)]
    if values.size < 2:
        return 0.0
    deviation = values.mean() - values
    square = np.sum(deviation**2)
    return float(np.sum(deviation**3) / (6.0 * square**1.5)) if square > 0 else 0.0
