"""Pairs of images: which ones viewers told apart, how a metric sorts them, and how sure that is.

Every figure here is a mean over pairs, or over pairs of pairs. Each pair then has an influence on it (DeLong's
components, centred), from which both covariances follow: summed over pairs taken for independent, or over
everything that touches one cluster of images first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from iqametrics.errors import OptionError

from .rows import FloatArray, IntArray

# Components of all pairs and metrics are kept at once for the covariance between metrics: in single precision,
# where they are shares in [0, 1] and good to 6e-8.
_Components = npt.NDArray[np.float32]
_Flags = npt.NDArray[np.bool_]
_Index = npt.NDArray[np.int32]
_BLOCK = 1 << 18


@dataclass(frozen=True)
class Pairs:
    """Rows of the better and the worse image of each different pair, and of both images of each similar one."""

    better: _Index
    worse: _Index
    one: _Index
    other: _Index

    @property
    def n_different(self) -> int:
        return self.better.size

    @property
    def n_similar(self) -> int:
        return self.one.size


@dataclass(frozen=True)
class Sorting:
    """How one metric sorts the pairs, with each pair's component of each figure."""

    auc_different: float
    auc_better: float
    share_correct: float
    threshold: float
    different_above: _Components  # of a different pair: share of similar pairs with a smaller difference
    similar_below: _Components  # of a similar pair: share of different pairs with a larger difference
    better_above: _Components  # of a different pair: share of mirrored pairs with a smaller difference
    correct: _Flags


def classify_pairs(
    quality: FloatArray, standard_error: FloatArray, significance: float, max_pairs: int, seed: int
) -> Pairs:
    """All pairs of rows, or a random sample of about `max_pairs`, as different or similar.

    A pair is different if its opinions differ by so many standard errors of their difference that the normal
    distribution function of that number reaches `significance`.
    """
    first, second = _row_pairs(quality.size, max_pairs, seed)
    difference = quality[first] - quality[second]
    variance = standard_error[first] ** 2 + standard_error[second] ** 2
    different = np.abs(difference) >= norm.ppf(significance) * np.sqrt(variance)
    different &= difference != 0  # without any spread, only equal opinions are similar
    if not different.any() or different.all():
        raise OptionError(
            f"All {different.size} pairs are {'different' if different.any() else 'similar'}: their opinions' "
            "standard errors leave nothing to tell apart. Check mos_std and n_ratings."
        )
    first_is_better = difference[different] > 0
    a, b = first[different], second[different]
    return Pairs(
        better=np.where(first_is_better, a, b),
        worse=np.where(first_is_better, b, a),
        one=first[~different],
        other=second[~different],
    )


def sort_pairs(pairs: Pairs, goodness: FloatArray) -> Sorting:
    """Figures and components of a metric whose scores, higher being better, are `goodness`.

    One sort of the different pairs serves all of them; the rest are searches along sorted values.
    """
    m, n = pairs.n_different, pairs.n_similar
    gain = goodness[pairs.better] - goodness[pairs.worse]
    order = np.argsort(gain)
    gain = gain[order]
    gap = np.abs(goodness[pairs.one] - goodness[pairs.other])
    gap_order = np.argsort(gap)
    gap = gap[gap_order]

    # |gain| > gap means gain > gap or gain < -gap, and equality counts half in either; where gap is 0 the two
    # cases of equality are one and the same.
    larger = m - _mid_count(gain, gap) + _mid_count(gain, -gap)
    larger[gap == 0] -= 0.5 * np.count_nonzero(gain == 0)
    different_above = _restored(_mid_count(gap, np.abs(gain)) / n, order)
    better_above = _restored(1.0 - _mid_count(gain, -gain) / m, order)
    return Sorting(
        auc_different=float(np.mean(larger) / m),
        auc_better=float(np.mean(better_above, dtype=np.float64)),
        share_correct=float(np.count_nonzero(gain > 0) / m),
        threshold=float(np.quantile(gap, 0.95)),
        different_above=different_above,
        similar_below=_restored(larger / m, gap_order),
        better_above=better_above,
        correct=goodness[pairs.better] > goodness[pairs.worse],
    )


class PairClusters:
    """Sums over the pairs that touch each cluster of images (a reference, or a single image)."""

    def __init__(self, pairs: Pairs, codes: IntArray, n_clusters: int) -> None:
        self.n = n_clusters
        self._different = codes[pairs.better], codes[pairs.worse]
        self._similar = codes[pairs.one], codes[pairs.other]

    def covariance(self, influences: Sequence[FloatArray]) -> FloatArray:
        """Covariance between metrics of figures to which cluster k contributes ``influences[metric][k]``."""
        sums = np.array(influences)
        return np.asarray(self.n / (self.n - 1) * (sums @ sums.T))

    def of_different(self, components: _Components | _Flags, scale: float = 1.0) -> FloatArray:
        """Influence on a mean over different pairs."""
        return scale * self._touching(components, *self._different)

    def of_similar(self, components: _Components) -> FloatArray:
        """Influence on a mean over similar pairs."""
        return self._touching(components, *self._similar)

    def _touching(self, components: _Components | _Flags, one: IntArray, other: IntArray) -> FloatArray:
        influence = components.astype(np.float64)
        influence -= influence.mean()
        total = np.bincount(one, influence, self.n) + np.bincount(other, influence, self.n)
        within = one == other  # a pair inside a cluster touches it once
        total -= np.bincount(one[within], influence[within], self.n)
        return np.asarray(total / influence.size)


def covariance_of_means(components: Sequence[_Components] | Sequence[_Flags]) -> FloatArray:
    """Covariance between metrics of the means of their components, pairs taken for independent."""
    k, size = len(components), components[0].size
    means = np.array([np.mean(row, dtype=np.float64) for row in components])
    products = np.zeros((k, k))
    for start in range(0, size, _BLOCK):
        block = np.array([row[start : start + _BLOCK] for row in components], dtype=np.float64)
        block -= means[:, np.newaxis]
        products += block @ block.T
    return products / (max(size - 1, 1) * size)


def _row_pairs(n: int, max_pairs: int, seed: int) -> tuple[_Index, _Index]:
    """Rows of pair number 0, 1, 2, ...: (0, 1), (0, 2), (1, 2), (0, 3), ..."""
    total = n * (n - 1) // 2
    if total <= max_pairs:
        number = np.arange(total)
    else:
        # Drawn with replacement and freed of repeats: a list of all pairs would not be bounded.
        number = np.unique(np.random.default_rng(seed).integers(total, size=max_pairs))
    second = ((1.0 + np.sqrt(8.0 * number + 1.0)) / 2.0).astype(np.int64)
    second -= second * (second - 1) // 2 > number  # the root may have been rounded up
    first = number - second * (second - 1) // 2
    return first.astype(np.int32), second.astype(np.int32)


def _mid_count(ordered: FloatArray, values: FloatArray) -> FloatArray:
    """How many of the sorted numbers lie below each value, equal ones counting half."""
    below, up_to = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((below + up_to) / 2.0)


def _restored(ordered: FloatArray, order: IntArray) -> _Components:
    """Values of sorted pairs, in the pairs' own order."""
    out = np.empty(ordered.size, dtype=np.float32)
    out[order] = ordered
    return out
