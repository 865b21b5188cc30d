"""Krasula's analysis: does a metric tell different pairs from similar ones, and the better image from the worse."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from iqametrics.errors import OptionError

from .alignment import Missing
from .assessment import resampled_units
from .intervals import check_level
from .krasula_result import KRASULA_STATISTICS, KrasulaResult, PairClassification
from .pairs import PairClusters, Pairs, Sorting, classify_pairs, covariance_of_means, sort_pairs
from .results import Estimate
from .rows import Direction, FloatArray, MosKind, Rows, direction_of_each, expected_sign, gather_rows


def krasula(
    scores: Mapping[str, Any],
    mos: Any,
    *,
    mos_std: Any,
    n_ratings: Any,
    direction: Mapping[str, Direction],
    mos_kind: MosKind = "mos",
    references: Any = None,
    images: Sequence[Any] | None = None,
    missing: Missing = "raise",
    significance: float = 0.95,
    level: float = 0.95,
    max_pairs: int = 5_000_000,
    seed: int = 0,
) -> KrasulaResult:
    r"""How well metrics tell visibly different pairs of images from similar ones, and better from worse.

    Two images differ where :math:`\Phi(|z|) \ge` `significance` with
    :math:`z = (m_i - m_j) / \sqrt{s_i^2 / n_i + s_j^2 / n_j}`; all other pairs are similar. Then

    - ``auc_different``: area under the ROC curve of the absolute difference of scores, different against
      similar pairs;
    - ``auc_better``: area under the ROC curve of the difference of scores, better minus worse against worse
      minus better image of each different pair;
    - ``share_correct``: share of the different pairs whose better image has the better score (a tie is wrong);
    - ``threshold``: the 95th percentile of the absolute score difference over similar pairs, above which two
      images may be said to differ.

    All are 1 for a perfect metric and need no regression; 1/2 is chance.

    Parameters
    ----------
    scores : mapping of str to array_like of float, shape (n,)
        Scores of each metric.
    mos : array_like of float, shape (n,)
        Mean opinions.
    mos_std : array_like of float, shape (n,)
        Standard deviation of the opinions about each image.
    n_ratings : int or array_like of int, shape (n,)
        Number of opinions behind each mean; 1 where `mos_std` is the standard error of the mean already, as
        it is in TID2013.
    direction : mapping of str to bool or {"higher", "lower"}
        Which scores each metric declares to be better.
    mos_kind : {"mos", "dmos"}, optional
        Whether higher opinions are better or worse.
    references : array_like, shape (n,), optional
        Reference of each image, for the clustered standard errors; images count as clusters without.
    images : sequence, optional
        Names of the images, for messages.
    missing : {"raise", "drop"}, optional
        What to do with images that lack the score of any metric, an opinion or its spread.
    significance : float, optional
        How sure the difference of a pair must be.
    level : float, optional
        Confidence level of the intervals, which use the clustered standard errors.
    max_pairs : int, optional
        Bounds memory (about 100 bytes per pair, and 9 per pair and metric): with more pairs than this a random
        sample of them is taken. The default takes all pairs of 3162 images.
    seed : int, optional
        Seed of that sample.

    Returns
    -------
    KrasulaResult
        With ``to_frame()`` and ``test()``.

    Raises
    ------
    OptionError
        If all pairs are different or all similar, or a metric has no direction.
    NonFiniteError, ShapeError
        If values are missing or columns do not fit.

    Notes
    -----
    The published significance test is DeLong's with every pair as an independent case. Pairs are not: 3000
    images of 25 references make 4.5 million pairs, and those tests find everything significant. The clustered
    covariance sums DeLong's components over all pairs that touch a reference before squaring (the sandwich
    estimator for pairs [3]_), and is what intervals and tests use by default.

    In the better/worse analysis the second class is the mirror image of the first, and not a second sample.
    The published code takes it for one, which halves the variance; here a pair counts once.

    References
    ----------
    .. [1] L. Krasula, K. Fliegel, P. Le Callet, M. Klima, "On the accuracy of objective image and video
       quality models: new methodology for performance evaluation", QoMEX 2016.
       https://doi.org/10.1109/QoMEX.2016.7498936
    .. [2] E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44, 1988.
       https://doi.org/10.2307/2531595
    .. [3] P. M. Aronow, C. Samii, V. A. Assenova, "Cluster-robust variance estimation for dyadic data",
       Political Analysis 23, 2015. https://doi.org/10.1093/pan/mpv018

    Examples
    --------
    >>> from iqametrics.stats import krasula
    >>> result = krasula({"a": [1, 2, 3, 4, 5, 6]}, [1.0, 1.2, 2.0, 3.0, 3.1, 5.0], mos_std=0.5, n_ratings=25,
    ...                  direction={"a": "higher"})
    >>> result.n_different, result.n_similar, round(result.metrics[0].auc_different.value, 4)
    (13, 2, 0.8846)
    """
    named = {str(name): values for name, values in scores.items()}
    rows = gather_rows(
        named,
        mos,
        mos_std=mos_std,
        n_ratings=n_ratings,
        references=references,
        images=images,
        missing=missing,
    )
    return krasula_of_rows(
        rows,
        direction_of_each(named, direction),
        mos_kind,
        significance=significance,
        level=level,
        max_pairs=max_pairs,
        seed=seed,
    )


def krasula_of_rows(
    rows: Rows,
    direction: Mapping[str, Direction],
    mos_kind: MosKind,
    *,
    significance: float = 0.95,
    level: float = 0.95,
    max_pairs: int = 5_000_000,
    seed: int = 0,
) -> KrasulaResult:
    """The analysis of rows that are aligned and complete."""
    check_level(level)
    if not 0.5 < significance < 1:
        raise OptionError(f"significance={significance!r}: it lies between 0.5 and 1, as 0.95.")
    if max_pairs < 1:
        raise OptionError(f"max_pairs={max_pairs}: at least one pair is needed.")
    if rows.mos_std is None or rows.n_ratings is None:
        raise OptionError(
            "Krasula's analysis needs mos_std and n_ratings, the number of opinions behind each mean "
            "(1 where mos_std is the standard error of the mean already)."
        )
    upwards = {name: expected_sign(direction[name], "mos") for name in rows.scores}
    quality = rows.mos if mos_kind == "mos" else -rows.mos
    pairs = classify_pairs(quality, rows.mos_std / np.sqrt(rows.n_ratings), significance, max_pairs, seed)
    sorted_by = [sort_pairs(pairs, upwards[name] * scores) for name, scores in rows.scores.items()]
    units = resampled_units(rows.references, rows.n)
    independent, clustered = _covariances(pairs, sorted_by, PairClusters(pairs, units.codes, len(units)))
    deviate = norm.ppf(0.5 + level / 2)
    return KrasulaResult(
        metrics=tuple(
            PairClassification(
                metric=name,
                **{
                    statistic: _estimate(getattr(row, statistic), deviate * np.sqrt(clustered[statistic][k, k]))
                    for statistic in KRASULA_STATISTICS
                },
                threshold=row.threshold,
            )
            for k, (name, row) in enumerate(zip(rows.scores, sorted_by, strict=True))
        ),
        n_different=pairs.n_different,
        n_similar=pairs.n_similar,
        n_pairs=rows.n * (rows.n - 1) // 2,
        n_clusters=len(units),
        covariance=independent,
        clustered_covariance=clustered,
    )


def _covariances(
    pairs: Pairs, sorted_by: Sequence[Sorting], clusters: PairClusters
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Covariance between metrics of each statistic: pairs independent, and clustered."""
    independent = {
        "auc_different": covariance_of_means([row.different_above for row in sorted_by])
        + covariance_of_means([row.similar_below for row in sorted_by]),
        # A pair and its mirror image have the same component, so each pair's influence is twice that.
        "auc_better": 4.0 * covariance_of_means([row.better_above for row in sorted_by]),
        "share_correct": covariance_of_means([row.correct for row in sorted_by]),
    }
    influences = {
        "auc_different": [
            clusters.of_different(row.different_above) + clusters.of_similar(row.similar_below) for row in sorted_by
        ],
        "auc_better": [clusters.of_different(row.better_above, scale=2.0) for row in sorted_by],
        "share_correct": [clusters.of_different(row.correct) for row in sorted_by],
    }
    return independent, {statistic: clusters.covariance(rows) for statistic, rows in influences.items()}


def _estimate(value: float, half: float) -> Estimate:
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))
