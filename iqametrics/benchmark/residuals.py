"""How far every image is from what its score lets one expect."""

from dataclasses import dataclass

import numpy as np

from iqametrics.benchmark.agreement import Benchmark


@dataclass(frozen=True)
class Residuals:
    """Opinions beside those that a metric's fitted curve predicts.

    Attributes
    ----------
    scores, predicted, residuals : ndarray (images,)
        What the metric orders the images by, the opinions expected from that, and the opinions minus these; NaN where
        there is no score.
    worst : ndarray of int
        Rows of the images that have a residual, the largest first.
    """

    scores: np.ndarray
    predicted: np.ndarray
    residuals: np.ndarray
    worst: np.ndarray


def residuals_of(benchmark: Benchmark, name: str) -> Residuals:
    """Compute the residuals of a metric that has figures."""
    values = benchmark.scores.ranked(name)
    finite = np.isfinite(values)
    predicted = np.full(values.shape, np.nan)
    predicted[finite] = benchmark.evaluations[name].overall.fit(values[finite])
    residuals = benchmark.scores.study.dataset.scores.to_numpy(dtype=float) - predicted
    order = np.argsort(-np.abs(residuals), kind="stable")
    return Residuals(values, predicted, residuals, order[np.isfinite(residuals[order])])
