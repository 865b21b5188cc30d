"""What is left of a risk when the items that look worst are refused."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .resampling import BLOCK
from .rows import FloatArray, IntArray, paired


@dataclass(frozen=True)
class RiskCoverage:
    """Mean loss of the items kept, from the least suspicious alone to all of them.

    Attributes
    ----------
    coverage : ndarray of float, shape (n,)
        Share of the items kept: 1/n, 2/n, ... 1.
    risk : ndarray of float, shape (n,)
        Mean loss of those kept.
    area : float
        Mean risk over all coverages: lower is better.
    """

    coverage: FloatArray
    risk: FloatArray
    area: float

    def at(self, coverage: float) -> float:
        """Risk when this share of the items is kept."""
        return float(np.interp(coverage, self.coverage, self.risk))


def risk_coverage(scores: npt.ArrayLike, losses: npt.ArrayLike) -> RiskCoverage:
    r"""Risk against coverage when items are refused in the order of their scores, the largest first.

    .. math:: R(k) = \frac{1}{k} \sum_{i \le k} \ell_{(i)}, \qquad \mathrm{AURC} = \frac{1}{n} \sum_k R(k)

    with the losses in the order of rising scores. Among equal scores no order is better than another: each of
    their items counts the mean loss of all of them.

    Parameters
    ----------
    scores : array_like of float, shape (n,)
        What is expected to go with large losses.
    losses : array_like of float, shape (n,)
        Loss of each item, such as 1 for an error and 0 for none.

    Returns
    -------
    RiskCoverage
        The curve and its area.

    Raises
    ------
    ShapeError, NonFiniteError
        As :func:`plcc`.

    References
    ----------
    .. [1] Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017.
       https://doi.org/10.48550/arXiv.1705.08500

    Examples
    --------
    >>> from iqametrics.stats import risk_coverage
    >>> curve = risk_coverage([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])
    >>> curve.risk.round(4).tolist(), round(curve.area, 4), round(curve.at(0.5), 4)
    ([0.0, 0.0, 0.3333, 0.5], 0.2083, 0.0)
    """
    x, loss = paired(scores, losses, ("scores", "losses"))
    rows = np.arange(x.size)
    order, ends = _blocks(x)
    group = np.repeat(np.arange(ends.size), np.diff(ends, prepend=-1))
    shared = _shared_losses(loss[order], np.ones((1, x.size)), ends)[:, group]
    risk = np.cumsum(shared[0]) / (rows + 1)
    return RiskCoverage((rows + 1) / x.size, risk, float(risk.mean()))


def resampled_area(x: FloatArray, loss: FloatArray, codes: IntArray, counts: FloatArray) -> FloatArray:
    """Area under the risk-coverage curve under each row of counts, shape (r,); codes are the clusters of the rows.

    A row that a resample holds twice counts its risk at the end of both.
    """
    order, ends = _blocks(x)
    group = np.repeat(np.arange(ends.size), np.diff(ends, prepend=-1))
    out = np.empty(len(counts))
    step = max(1, BLOCK // x.size)
    for start in range(0, len(counts), step):
        weights = counts[start : start + step][:, codes[order]]
        shared = _shared_losses(loss[order], weights, ends)[:, group]
        kept = np.cumsum(weights, axis=1)
        risk = np.cumsum(weights * shared, axis=1) / np.maximum(kept, 1)
        out[start : start + step] = np.einsum("rn,rn->r", weights, risk) / kept[:, -1]
    return out


def _blocks(x: FloatArray) -> tuple[IntArray, IntArray]:
    """The order of rising scores, and the last place of every run of equal ones."""
    order = np.argsort(x, kind="stable")
    ordered = x[order]
    return order, np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))


def _shared_losses(loss: FloatArray, weights: FloatArray, ends: IntArray) -> FloatArray:
    """Mean loss of every run of equal scores, shape (r, runs)."""
    starts = np.concatenate([[0], ends[:-1] + 1])
    size = np.add.reduceat(weights, starts, axis=1)
    return np.asarray(np.add.reduceat(weights * loss, starts, axis=1) / np.maximum(size, 1))
