"""How well scores foretell the loss of a classifier: whether they know the damage, or which image of equal damage fails."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iqametrics.errors import OptionError, ShapeError

from .alignment import aligned
from .assessment import FEWEST_UNITS
from .correlation import constant_side
from .intervals import UNKNOWN, Interval, check_level, percentile_interval
from .logistic import fit_logistic
from .prediction_result import Prediction, PredictionResult
from .resampling import ClusterSums, draw_resamples, resampled_auc, resampled_pearson, resampled_spearman
from .results import Estimate
from .risk_coverage import resampled_area, risk_coverage
from .rows import BoolArray, FloatArray, IntArray, Labels, gather_rows, label_codes, paired

_FEWEST_RESAMPLES = 100


@dataclass(frozen=True)
class _Design:
    """What all predictors are held against, and the resamples that they share."""

    loss: FloatArray
    errors: FloatArray
    failed: BoolArray
    types: Labels
    cells: Labels
    sources: Labels
    counts: FloatArray


def evaluate_predictions(
    scores: Mapping[str, npt.ArrayLike],
    loss: npt.ArrayLike,
    *,
    errors: npt.ArrayLike,
    types: npt.ArrayLike,
    levels: npt.ArrayLike,
    sources: npt.ArrayLike,
    level: float = 0.95,
    n_resamples: int = 200,
    seed: int = 0,
) -> PredictionResult:
    """How well scores foretell the loss of a classifier on distorted images, seen in eight ways.

    Parameters
    ----------
    scores : mapping of str to array_like of float, shape (n,)
        What each predictor says of every image: a larger score expects a larger loss.
    loss : array_like of float, shape (n,)
        What is foretold, such as 1 minus the probability of the true class.
    errors : array_like of float, shape (n,)
        1 where the image was classified wrongly and 0 where not; with several classifiers, the share that was wrong. An
        image counts as failed for the AUC where it is 1/2 or more.
    types, levels : array_like, shape (n,)
        Distortion and level of every image; both together make a cell.
    sources : array_like, shape (n,)
        The image that every image was made of. The bootstrap draws sources, since versions of one are not independent.
    level : float, optional
        Confidence level of the intervals, which are percentiles widened for the number of sources.
    n_resamples : int, optional
        Number of resamples; 0 for no intervals.
    seed : int, optional
        Seed of the resamples.

    Returns
    -------
    PredictionResult
        With ``difference(first, second)`` and ``to_frame()``.

    Raises
    ------
    ShapeError, NonFiniteError
        Columns of other lengths, or values that are not finite.
    OptionError
        Too few resamples to read percentiles from, or labels that are absent.

    Notes
    -----
    A correlation inside a type, a source or a cell in which scores or losses do not vary is undefined, and left out of
    the mean. The fitted curve is held fixed in the resamples, as in :func:`evaluate`.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import evaluate_predictions
    >>> generator = np.random.default_rng(0)
    >>> source, level = np.repeat(np.arange(60), 5), np.tile(np.arange(5), 60)
    >>> hard = generator.uniform(size=60)[source]               # some images fail sooner than others
    >>> loss = np.clip(level / 5 + hard - 0.5, 0, 1)
    >>> result = evaluate_predictions(
    ...     {"level": level, "knows the image": level / 5 + hard}, loss, errors=loss > 0.5,
    ...     types=np.full(300, "noise"), levels=level, sources=source,
    ... )
    >>> [bool(np.isnan(each.within_cell.value)) for each in result.predictions]
    [True, False]
    >>> result.difference("knows the image", "level")[1].low > 0
    True
    """
    check_level(level)
    if n_resamples and n_resamples < _FEWEST_RESAMPLES:
        raise OptionError(f"n_resamples={n_resamples} is too few to read percentiles from: take 200 or more, or 0.")
    columns, _ = aligned(
        {
            "loss": loss,
            **{f"scores of {name}": values for name, values in scores.items()},
            "errors": errors,
            "types": types,
            "levels": levels,
            "sources": sources,
        }
    )
    scores = {name: columns[f"scores of {name}"] for name in scores}
    rows = gather_rows(scores, columns["loss"], groups=columns["types"], references=columns["sources"])
    of_errors, _ = paired(columns["errors"], columns["loss"], ("errors", "loss"))
    levels = columns["levels"]
    if rows.groups is None or rows.references is None or np.shape(levels) != (rows.n,):
        raise ShapeError(f"types, levels and sources must have a value for each of the {rows.n} images.")
    by_level = label_codes(levels, "levels")
    cells = label_codes(rows.groups.codes * len(by_level) + by_level.codes, "cells")
    n_sources = len(rows.references)
    drawn = n_resamples if n_sources >= FEWEST_UNITS else 0
    resamples = draw_resamples(n_sources, drawn, seed).counts[: 1 + drawn]
    design = _Design(rows.mos, of_errors, of_errors >= 0.5, rows.groups, cells, rows.references, resamples)
    found = {name: _statistics(values, design) for name, values in rows.scores.items()}
    predictions = []
    for name, values in found.items():
        curve = risk_coverage(rows.scores[name], of_errors)
        estimates = {statistic: _estimate(each, level, n_sources) for statistic, each in values.items()}
        predictions.append(Prediction(name, **estimates, risk_coverage=curve))
    replicates = {name: {key: each[1:] for key, each in values.items()} for name, values in found.items()}
    return PredictionResult(tuple(predictions), rows.n, n_sources, level, replicates if drawn else {})


def _estimate(values: FloatArray, level: float, n_units: int) -> Estimate:
    """The value of the whole sample, which comes first, with the percentiles of the others."""
    limits: Interval = percentile_interval(values[1:], level, n_units) if values.size > 1 else UNKNOWN
    return Estimate(float(values[0]), *limits)


def _statistics(score: FloatArray, design: _Design) -> dict[str, FloatArray]:
    """Every view of a predictor, for the whole sample and for each resample."""
    codes, counts = design.sources.codes, design.counts
    return {
        "srocc": resampled_spearman(score, design.loss, codes, counts),
        "auc": resampled_auc(score, design.failed, codes, counts),
        "within_type": _mean_within(score, design, design.types),
        "within_source": _mean_within_sources(score, design),
        "within_cell": _mean_within(score, design, design.cells),
        "cell_means": _of_cell_means(score, design),
        "plcc": _fitted_pearson(score, design),
        "aurc": resampled_area(score, design.errors, codes, counts),
    }


def _mean_within(score: FloatArray, design: _Design, groups: Labels) -> FloatArray:
    inside = []
    for rows in _rows_of_each(groups):
        if rows.size > 1:
            columns = score[rows], design.loss[rows], design.sources.codes[rows]
            inside.append(resampled_spearman(*columns, design.counts))
    return _mean_of_defined(np.array(inside), np.ones_like(inside), len(design.counts))


def _mean_within_sources(score: FloatArray, design: _Design) -> FloatArray:
    """The versions of a source are drawn together, so its correlation is the same in every resample."""
    whole = np.ones((1, 1))
    inside = np.full(len(design.sources), np.nan)
    for source, rows in enumerate(_rows_of_each(design.sources)):
        if rows.size > 1:
            together = np.zeros(rows.size, dtype=np.intp)
            inside[source] = resampled_spearman(score[rows], design.loss[rows], together, whole)[0]
    columns = np.broadcast_to(inside[:, np.newaxis], (inside.size, len(design.counts)))
    return _mean_of_defined(columns, design.counts.T, len(design.counts))


def _mean_of_defined(values: FloatArray, weights: FloatArray, n: int) -> FloatArray:
    """Weighted mean over the first axis of what is not nan; nan where nothing is left."""
    if not len(values):
        return np.full(n, np.nan)
    defined = np.isfinite(values)
    weight = np.where(defined, weights, 0.0)
    total = weight.sum(axis=0)
    return np.asarray(np.where(defined, values, 0.0) * weight).sum(axis=0) / np.where(total > 0, total, np.nan)


def _of_cell_means(score: FloatArray, design: _Design) -> FloatArray:
    shape = len(design.sources), len(design.cells)
    place = np.ravel_multi_index((design.sources.codes, design.cells.codes), shape)

    def summed(values: FloatArray | None) -> FloatArray:
        sums = np.bincount(place, weights=values, minlength=shape[0] * shape[1]).reshape(shape)
        return np.asarray(design.counts @ sums)

    size = summed(None)
    out = np.full(len(size), np.nan)
    means = [summed(values) / np.where(size > 0, size, np.nan) for values in (score, design.loss)]
    one_each, alone = np.arange(shape[1]), np.ones((1, shape[1]))
    for resample, (of_scores, of_losses) in enumerate(zip(*means, strict=True)):
        held = np.isfinite(of_scores)
        if held.sum() > 1:
            columns = of_scores[held], of_losses[held], one_each[: held.sum()]
            out[resample] = resampled_spearman(*columns, alone[:, : held.sum()])[0]
    return out


def _fitted_pearson(score: FloatArray, design: _Design) -> FloatArray:
    if constant_side(score, design.loss):
        return np.full(len(design.counts), np.nan)
    predicted = fit_logistic(score, design.loss)(score)
    return resampled_pearson(predicted, design.loss, ClusterSums(design.sources, design.counts))


def _rows_of_each(labels: Labels) -> list[IntArray]:
    order = np.argsort(labels.codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels.codes, minlength=len(labels)))[:-1])
