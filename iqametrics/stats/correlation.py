"""How well scores agree with opinions: the plain statistics of two paired arrays."""

import warnings
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau, rankdata

from iqametrics.errors import OptionError

from .alignment import aligned
from .rows import FloatArray, one_of, paired

OutlierRule = Literal["std", "sem"]


def plcc(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    r"""Pearson's linear correlation: 1 for a rising line, -1 for a falling one, 0 for no linear relation.

    .. math:: r = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}
                       {\sqrt{\sum_i (x_i - \bar x)^2 \sum_i (y_i - \bar y)^2}}

    The sign is kept. In quality assessment the PLCC is usually quoted after a regression of the opinions
    on the scores: give ``fit_logistic(x, y)(x)`` for `x`, or use :func:`evaluate`.

    Parameters
    ----------
    x, y : array_like of float, shape (n,)
        Paired values, for example scores and mean opinions, n >= 2. Two pandas Series are matched by their index.

    Returns
    -------
    float
        In [-1, 1]; nan, with a RuntimeWarning saying why, where `x` or `y` is constant.

    Raises
    ------
    ShapeError
        If the arrays are not one-dimensional, differ in length, or hold fewer than two pairs.
    NonFiniteError
        If a value is NaN or infinite; the message names the rows.

    Examples
    --------
    >>> from iqametrics.stats import plcc
    >>> round(plcc([0.2, 0.5, 0.6, 0.9], [1.1, 2.9, 3.4, 4.8]), 4)
    0.9971
    """
    x, y = paired(x, y)
    return nan_with_warning("plcc", x, y) if is_undefined(x, y) else pearson(x, y)


def srocc(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    r"""Spearman's rank-order correlation: 1 where the two orders are the same, -1 where one is the other reversed.

    It is Pearson's correlation of the ranks, ties getting the mean of their ranks. (The textbook
    :math:`1 - 6 \sum d_i^2 / (n (n^2 - 1))` is the same without ties only, and is not used.) The sign is kept.

    Parameters
    ----------
    x, y : array_like of float, shape (n,)
        Paired values, n >= 2; two pandas Series are matched by their index. Any increasing change of either leaves
        the result as it is.

    Returns
    -------
    float
        In [-1, 1]; nan, with a RuntimeWarning saying why, where `x` or `y` is constant.

    Raises
    ------
    ShapeError
        If the arrays are not one-dimensional, differ in length, or hold fewer than two pairs.
    NonFiniteError
        If a value is NaN or infinite; the message names the rows.

    References
    ----------
    .. [1] C. Spearman, "The proof and measurement of association between two things", American Journal of
       Psychology 15, 1904. https://doi.org/10.2307/1412159

    Examples
    --------
    >>> from iqametrics.stats import srocc
    >>> round(srocc([1, 2, 3, 4, 5], [10, 20, 40, 30, 50]), 12)
    0.9
    """
    x, y = paired(x, y)
    return nan_with_warning("srocc", x, y) if is_undefined(x, y) else spearman(x, y)


def krocc(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    r"""Kendall's rank-order correlation tau-b: the surplus of pairs ranked alike over pairs ranked contrarily.

    .. math:: \tau_b = \frac{C - D}{\sqrt{(n_0 - n_x)(n_0 - n_y)}}

    with C concordant and D discordant pairs among :math:`n_0 = n(n-1)/2`, of which :math:`n_x` and
    :math:`n_y` are tied in `x` and in `y`. The sign is kept.

    Parameters
    ----------
    x, y : array_like of float, shape (n,)
        Paired values, n >= 2; two pandas Series are matched by their index. Any increasing change of either leaves
        the result as it is.

    Returns
    -------
    float
        In [-1, 1]; nan, with a RuntimeWarning saying why, where `x` or `y` is constant.

    Raises
    ------
    ShapeError
        If the arrays are not one-dimensional, differ in length, or hold fewer than two pairs.
    NonFiniteError
        If a value is NaN or infinite; the message names the rows.

    References
    ----------
    .. [1] M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
       https://doi.org/10.1093/biomet/33.3.239

    Examples
    --------
    >>> from iqametrics.stats import krocc
    >>> round(krocc([1, 2, 3, 4, 5], [10, 20, 40, 30, 50]), 12)
    0.8
    """
    x, y = paired(x, y)
    return nan_with_warning("krocc", x, y) if is_undefined(x, y) else kendall(x, y)


def rmse(predicted: npt.ArrayLike, mos: npt.ArrayLike, *, ddof: int = 0) -> float:
    r"""Root mean squared difference between predicted and given opinions, in their unit: 0 is perfect.

    .. math:: \sqrt{\frac{1}{n - k} \sum_i (\hat y_i - y_i)^2}

    Parameters
    ----------
    predicted : array_like of float, shape (n,)
        Opinions predicted from scores, as by ``fit_logistic(scores, mos)(scores)``; not the scores themselves.
    mos : array_like of float, shape (n,)
        Mean opinions.
    ddof : int, optional
        k, what is taken off n in the denominator: 0 as in most published code; the number of the curve's
        parameters for an unbiased residual variance.

    Returns
    -------
    float
        In the unit of `mos`, >= 0.

    Raises
    ------
    ShapeError, NonFiniteError
        As :func:`plcc`.
    OptionError
        If `ddof` is negative or leaves no degree of freedom.

    Examples
    --------
    >>> from iqametrics.stats import rmse
    >>> round(rmse([1.0, 2.0, 3.0, 4.0], [1.5, 2.0, 2.5, 4.0]), 6)
    0.353553
    """
    predicted, mos = paired(predicted, mos, ("predicted", "mos"))
    if not 0 <= ddof < mos.size:
        raise OptionError(f"ddof={ddof} with {mos.size} rows: it must lie in 0..{mos.size - 1}.")
    return float(np.sqrt(np.sum((predicted - mos) ** 2) / (mos.size - ddof)))


def outlier_ratio(
    predicted: npt.ArrayLike,
    mos: npt.ArrayLike,
    mos_std: npt.ArrayLike,
    *,
    n_ratings: npt.ArrayLike | None = None,
    outlier: OutlierRule = "std",
) -> float:
    r"""Share of images whose predicted opinion misses the given one by more than two sigma: 0 is perfect.

    .. math:: \frac{1}{n} \#\{i : |\hat y_i - y_i| > 2 \sigma_i\}

    Parameters
    ----------
    predicted : array_like of float, shape (n,)
        Opinions predicted from scores, as by ``fit_logistic(scores, mos)(scores)``.
    mos : array_like of float, shape (n,)
        Mean opinions.
    mos_std : array_like of float, shape (n,)
        Standard deviation of the single opinions about each image.
    n_ratings : int or array_like of int, shape (n,), optional
        Opinions behind each mean, for ``outlier="sem"``.
    outlier : {"std", "sem"}, optional
        sigma is the standard deviation of the opinions (as in much published code), or the standard error
        of their mean, std / sqrt(n_ratings) (as in the VQEG's reports), which is far stricter. Where a data
        set lists the standard error itself, give it as `mos_std` with ``outlier="std"``.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ShapeError, NonFiniteError
        As :func:`plcc`.
    OptionError
        If `outlier` is unknown, "sem" comes without `n_ratings`, or a deviation is negative.

    Examples
    --------
    >>> from iqametrics.stats import outlier_ratio
    >>> outlier_ratio([1.0, 2.0, 3.0, 4.0], [1.5, 2.0, 2.5, 4.0], [0.1, 0.1, 0.4, 0.4])
    0.25
    """
    columns, _ = aligned({"mos": mos, "predicted": predicted, "mos_std": mos_std, "n_ratings": n_ratings})
    predicted, mos = paired(columns["predicted"], columns["mos"], ("predicted", "mos"))
    std, _ = paired(columns["mos_std"], columns["mos"], ("mos_std", "mos"))
    ratings = None if n_ratings is None else np.broadcast_to(np.asarray(columns["n_ratings"], np.float64), mos.shape)
    return float(np.mean(np.abs(predicted - mos) > 2 * opinion_sigma(std, ratings, outlier)))


def opinion_sigma(mos_std: FloatArray, n_ratings: FloatArray | None, outlier: OutlierRule) -> FloatArray:
    """The sigma of the outlier ratio, checked."""
    one_of("outlier", outlier, ("std", "sem"))
    if (mos_std < 0).any():
        raise OptionError("mos_std holds negative values: a standard deviation is zero or more.")
    if outlier == "std":
        return mos_std
    if n_ratings is None:
        raise OptionError("outlier='sem' needs n_ratings, the number of opinions behind each mean.")
    return mos_std / np.sqrt(n_ratings)


def is_undefined(x: FloatArray, y: FloatArray) -> bool:
    """Whether no correlation exists, because one side does not vary."""
    return constant_side(x, y) is not None


def constant_side(x: FloatArray, y: FloatArray, names: tuple[str, str] = ("x", "y")) -> str | None:
    """Why no correlation exists, in words, or None."""
    for name, values in zip(names, (x, y), strict=True):
        if values.min() == values.max():
            return f"{name} is constant ({values[0]:g} in all {values.size} rows)"
    return None


def nan_with_warning(statistic: str, x: FloatArray, y: FloatArray) -> float:
    """Not a number, with the warning that says why pointing at the caller of the public function."""
    warnings.warn(f"{statistic} is undefined: {constant_side(x, y)}.", RuntimeWarning, stacklevel=3)
    return float("nan")


def pearson(x: FloatArray, y: FloatArray) -> float:
    """Pearson's correlation of two arrays that vary."""
    u, v = _unit(x), _unit(y)
    return float(np.clip(u @ v, -1.0, 1.0))


def spearman(x: FloatArray, y: FloatArray) -> float:
    """Spearman's correlation of two arrays that vary."""
    return pearson(rankdata(x), rankdata(y))


def kendall(x: FloatArray, y: FloatArray) -> float:
    """Kendall's tau-b of two arrays that vary."""
    # The method decides the p-value alone; SciPy's asymptotic one divides by zero for two rows.
    method = "asymptotic" if x.size > 2 else "exact"
    return float(kendalltau(x, y, variant="b", method=method).statistic)


def _unit(values: FloatArray) -> FloatArray:
    """Centred values of length 1; scaled by the largest first, so that no square overflows or vanishes."""
    centred = values - values.mean()
    centred = centred / np.abs(centred).max()
    return centred / np.linalg.norm(centred)
