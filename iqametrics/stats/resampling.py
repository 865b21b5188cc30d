"""Resampling whole references, and every statistic of a resample without drawing a single row.

A resample of clusters is a count per cluster (0, 1, 2, ...). A row then weighs what its cluster counts, and
each statistic below is computed exactly from weights: for Pearson from sums per cluster, for Kendall from a
table of pair signs, for Spearman from running sums along the sorted rows. A thousand resamples of three
thousand rows take seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .logistic import LogisticFit
from .rows import BoolArray, FloatArray, IntArray, Labels

STATISTICS = ("srocc", "krocc", "plcc_linear", "plcc", "rmse", "outlier_ratio")

_JACKKNIFE_GROUPS = 200
BLOCK = 2_000_000  # numbers held at once by one temporary, 16 MB


@dataclass(frozen=True)
class Resamples:
    """Counts per cluster: the whole sample first, then the bootstrap, then the jackknife."""

    counts: FloatArray
    n_bootstrap: int

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bootstrap and jackknife replicates among the values of all rows of `counts`."""
        return values[1 : 1 + self.n_bootstrap], values[1 + self.n_bootstrap :]


def draw_resamples(n_clusters: int, n_resamples: int, seed: int) -> Resamples:
    """Clusters drawn with replacement; and left out one by one, or in 200 random groups if they are more."""
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(n_clusters, np.full(n_clusters, 1.0 / n_clusters), size=n_resamples)
    n_groups = min(n_clusters, _JACKKNIFE_GROUPS)
    group = generator.permutation(n_clusters) % n_groups
    left_out = group != np.arange(n_groups)[:, np.newaxis]
    counts = np.concatenate([np.ones((1, n_clusters)), drawn, left_out])
    return Resamples(np.ascontiguousarray(counts, dtype=np.float64), n_resamples)


def resampled_statistics(
    x: FloatArray,
    y: FloatArray,
    fit: LogisticFit,
    sigma: FloatArray | None,
    clusters: Labels,
    counts: FloatArray,
) -> dict[str, FloatArray]:
    """Each statistic under each row of counts, shape (r,); nan where a resample does not vary.

    The fitted curve is held fixed. At the least-squares optimum the residuals do not change to first order
    with the curve, so refitting would move PLCC and RMSE only by second-order terms.
    """
    predicted = fit(x)
    by_cluster = ClusterSums(clusters, counts)
    squares = (y - predicted) ** 2
    values = {
        "srocc": resampled_spearman(x, y, clusters.codes, counts),
        "krocc": _weighted_kendall(x, y, clusters, counts),
        "plcc_linear": resampled_pearson(x, y, by_cluster),
        "plcc": resampled_pearson(predicted, y, by_cluster),
        "rmse": np.sqrt(by_cluster.mean(squares)),
    }
    if sigma is not None:
        values["outlier_ratio"] = by_cluster.mean((np.abs(predicted - y) > 2 * sigma).astype(np.float64))
    return values


class ClusterSums:
    """Weighted means over rows under each row of counts, by way of sums per cluster."""

    def __init__(self, clusters: Labels, counts: FloatArray) -> None:
        self._clusters, self._counts = clusters, counts
        self._weight = counts @ np.bincount(clusters.codes, minlength=len(clusters))

    def mean(self, values: FloatArray) -> FloatArray:
        sums = np.bincount(self._clusters.codes, weights=values, minlength=len(self._clusters))
        return np.asarray(self._counts @ sums / self._weight)


def resampled_pearson(x: FloatArray, y: FloatArray, by_cluster: ClusterSums) -> FloatArray:
    """Pearson's correlation under each row of counts, shape (r,)."""
    # Standardised first: the variances below are differences of means of squares.
    u, v = _standardised(x), _standardised(y)
    mean_u, mean_v = by_cluster.mean(u), by_cluster.mean(v)
    return _correlation(
        by_cluster.mean(u * v) - mean_u * mean_v,
        by_cluster.mean(u * u) - mean_u**2,
        by_cluster.mean(v * v) - mean_v**2,
    )


def _standardised(values: FloatArray) -> FloatArray:
    scale = values.std()
    return (values - values.mean()) / (scale if scale > 0 else 1.0)


def _correlation(covariance: FloatArray, variance_x: FloatArray, variance_y: FloatArray) -> FloatArray:
    """Correlation where both variances stand out of rounding, nan elsewhere."""
    floor = 1e-13
    defined = (variance_x > floor) & (variance_y > floor)
    product = np.where(defined, variance_x * variance_y, np.nan)
    return np.clip(covariance / np.sqrt(product), -1.0, 1.0)


def resampled_spearman(x: FloatArray, y: FloatArray, codes: IntArray, counts: FloatArray) -> FloatArray:
    """Spearman's correlation under each row of counts, shape (r,); codes are the clusters of the rows."""
    rank_x, rank_y = _weighted_ranks(x, codes), _weighted_ranks(y, codes)
    out = np.empty(len(counts))
    step = max(1, BLOCK // x.size)
    for start in range(0, len(counts), step):
        block = counts[start : start + step]
        weights = block[:, codes]
        size = weights.sum(axis=1)
        # Ranks lie in 1..size with mean (size + 1) / 2: centre and scale them to -1/2..1/2.
        u = (rank_x(block) - (size[:, np.newaxis] + 1) / 2) / size[:, np.newaxis]
        v = (rank_y(block) - (size[:, np.newaxis] + 1) / 2) / size[:, np.newaxis]
        products = [np.einsum("rn,rn,rn->r", weights, a, b) / size for a, b in ((u, v), (u, u), (v, v))]
        out[start : start + step] = _correlation(*products)
    return out


def resampled_auc(x: FloatArray, positive: BoolArray, codes: IntArray, counts: FloatArray) -> FloatArray:
    """Share of pairs of a positive and a negative row in which the positive has the larger x, ties counting half.

    A resample is a multiset of rows, so Mann and Whitney's U follows from the mid-ranks of its positive rows.
    """
    rank = _weighted_ranks(x, codes)
    out = np.empty(len(counts))
    step = max(1, BLOCK // x.size)
    for start in range(0, len(counts), step):
        block = counts[start : start + step]
        weights = block[:, codes]
        above = weights[:, positive].sum(axis=1)
        below = weights.sum(axis=1) - above
        ranked = np.einsum("rn,rn->r", weights[:, positive], rank(block)[:, positive])
        pairs = np.where((above > 0) & (below > 0), above * below, np.nan)
        out[start : start + step] = (ranked - above * (above + 1) / 2) / pairs
    return out


def _weighted_ranks(values: FloatArray, codes: IntArray) -> Callable[[FloatArray], FloatArray]:
    """Function from counts (r, k) to the mid-ranks (r, n) that the rows have in each resample."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True)
    last = np.flatnonzero(is_last)
    tie_group = np.empty(values.size, dtype=np.intp)
    tie_group[order] = np.cumsum(is_last) - is_last
    sorted_codes = codes[order]

    def ranks(counts: FloatArray) -> FloatArray:
        reached = np.cumsum(counts[:, sorted_codes], axis=1)[:, last]
        below = np.concatenate([np.zeros((len(counts), 1)), reached[:, :-1]], axis=1)
        return np.take((below + reached + 1) / 2, tie_group, axis=1)

    return ranks


def _weighted_kendall(x: FloatArray, y: FloatArray, clusters: Labels, counts: FloatArray) -> FloatArray:
    """Tau-b. Over ordered pairs, numerator and tie counts are quadratic forms in the counts.

    Copies of one row are ties with each other in both variables, which is what sign(0) = 0 says of them.
    """
    order = np.argsort(clusters.codes, kind="stable")
    u, v, codes = x[order], y[order], clusters.codes[order]
    first_rows = np.searchsorted(codes, np.arange(len(clusters)))
    weights = counts.astype(np.float32)  # whole numbers far below 2^24: exact
    surplus = np.zeros(len(counts))
    step = max(1, BLOCK // x.size)
    for start in range(0, x.size, step):
        rows = slice(start, start + step)
        signs = _signs(u[rows], u) * _signs(v[rows], v)
        if len(clusters) < x.size:
            signs = np.add.reduceat(signs, first_rows, axis=1)
        inner = weights @ signs.T
        surplus += np.einsum("rn,rn->r", inner, counts[:, codes[rows]])
    size = counts @ np.bincount(codes, minlength=len(clusters))
    untied_x, untied_y = (size**2 - _tied_pairs(side, codes, counts) for side in (u, v))
    product = np.where((untied_x > 0) & (untied_y > 0), untied_x * untied_y, np.nan)
    return np.clip(surplus / np.sqrt(product), -1.0, 1.0)


def _signs(left: FloatArray, right: FloatArray) -> npt.NDArray[np.float32]:
    above = left[:, np.newaxis] > right
    below = left[:, np.newaxis] < right
    return np.subtract(above, below, dtype=np.float32)


def _tied_pairs(values: FloatArray, codes: IntArray, counts: FloatArray) -> FloatArray:
    """Ordered pairs, a row with itself included, of equal value: the sum of squared tie-group weights."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sorted_codes = codes[order]
    tied = np.empty(len(counts))
    step = max(1, BLOCK // values.size)
    for start in range(0, len(counts), step):
        groups = np.add.reduceat(counts[start : start + step][:, sorted_codes], starts, axis=1)
        tied[start : start + step] = np.einsum("rg,rg->r", groups, groups)
    return tied
