"""Area under the ROC curve and its covariance between classifiers, by sorting alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from iqametrics.errors import ShapeError

from .alignment import aligned
from .rows import FloatArray, column
from .significance import TestResult


@dataclass(frozen=True)
class DeLongResult:
    """AUC of k classifiers on the same cases, shape (k,), and their covariance, shape (k, k)."""

    auc: FloatArray
    covariance: FloatArray

    def test(self, first: int, second: int) -> TestResult:
        """Whether two of the classifiers have unlike AUC; positive where the first is better."""
        return difference_test(self.auc, self.covariance, first, second)


def delong(positive: npt.ArrayLike, negative: npt.ArrayLike) -> DeLongResult:
    r"""Area under the ROC curve of classifiers on the same cases, and how the areas covary.

    .. math:: A = \frac{1}{mn} \sum_{i,j} \left([x_i > y_j] + \tfrac12 [x_i = y_j]\right)

    which is Mann and Whitney's U / (m n).

    Parameters
    ----------
    positive : array_like of float, shape (m,) or (k, m)
        What each of k classifiers says of the positive cases.
    negative : array_like of float, shape (n,) or (k, n)
        What it says of the negative cases.

    Returns
    -------
    DeLongResult
        ``auc`` in [0, 1], 1/2 by chance; ``covariance``, nan with fewer than two cases on a side;
        ``test(a, b)``.

    Raises
    ------
    ShapeError
        If a side is empty or the numbers of classifiers differ.

    Notes
    -----
    One sort of all cases per classifier, O((m + n) log(m + n)) [2]_.

    References
    ----------
    .. [1] E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or more correlated
       receiver operating characteristic curves: a nonparametric approach", Biometrics 44, 1988.
       https://doi.org/10.2307/2531595
    .. [2] X. Sun, W. Xu, "Fast implementation of DeLong's algorithm for comparing the areas under correlated
       receiver operating characteristic curves", IEEE Signal Processing Letters 21(11), 2014.
       https://doi.org/10.1109/LSP.2014.2337313

    Examples
    --------
    >>> from iqametrics.stats import delong
    >>> delong([3.0, 4.0, 5.0], [1.0, 2.0, 3.0]).auc.round(4).tolist()
    [0.9444]
    """
    above, below = (
        np.atleast_2d(np.asarray(_by_case(side, name), float))
        for name, side in (("positive", positive), ("negative", negative))
    )
    if above.ndim != 2 or below.ndim != 2 or len(above) != len(below) or 0 in above.shape + below.shape:
        raise ShapeError(
            f"positive has shape {above.shape} and negative {below.shape}: give (k, m) and (k, n), one row per "
            "classifier, neither empty."
        )
    both = [placements(column(x, "positive"), column(y, "negative")) for x, y in zip(above, below, strict=True)]
    v10, v01 = np.array([x for x, _ in both]), np.array([y for _, y in both])
    covariance = _covariance(v10) / v10.shape[1] + _covariance(v01) / v01.shape[1]
    return DeLongResult(v10.mean(axis=1), covariance)


def _by_case(side: Any, name: str) -> Any:
    """What several classifiers say of the same cases, the cases of each in one order."""
    if not isinstance(side, list | tuple):
        return side
    columns, _ = aligned({f"{name}[{place}]": values for place, values in enumerate(side)})
    return list(columns.values())


def placements(positive: FloatArray, negative: FloatArray) -> tuple[FloatArray, FloatArray]:
    """DeLong's components: each positive's share of negatives below it, each negative's of positives above it.

    Ties count half. The mean of either is the AUC.
    """
    m, n = positive.size, negative.size
    values = np.concatenate([positive, negative])
    order = np.argsort(values)
    values = values[order]
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))
    negatives_up_to = np.cumsum(order >= m)[last]
    # Twice the mid-count of negatives below each group of equal values; positives are what remains.
    twice_negatives = negatives_up_to + np.concatenate([[0], negatives_up_to[:-1]])
    twice_all = last + 1 + np.concatenate([[0], last[:-1] + 1])
    size = np.diff(last, prepend=-1)
    of_positive = np.repeat(twice_negatives / (2.0 * n), size)
    of_negative = np.repeat(1.0 - (twice_all - twice_negatives) / (2.0 * m), size)
    placed = np.empty(m + n)
    placed[order] = np.where(order < m, of_positive, of_negative)
    return placed[:m], placed[m:]


def difference_test(values: FloatArray, covariance: FloatArray, first: int, second: int) -> TestResult:
    """Normal test of the difference of two estimates with a known covariance."""
    difference = float(values[first] - values[second])
    variance = float(covariance[first, first] + covariance[second, second] - 2 * covariance[first, second])
    if not np.isfinite(variance):
        return TestResult(float("nan"), float("nan"))
    if difference == 0:
        return TestResult(0.0, 1.0)
    statistic = difference / np.sqrt(variance) if variance > 0 else float(np.copysign(np.inf, difference))
    return TestResult(float(statistic), float(2 * norm.sf(abs(statistic))))


def _covariance(components: FloatArray) -> FloatArray:
    if components.shape[1] < 2:
        return np.full((len(components), len(components)), np.nan)
    return np.atleast_2d(np.cov(components))
