"""Which predictor foretells the errors of a classifier, and whether it knows more than the amount of damage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.features import FeatureDistances
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.cnn_error.predictors import Kind, Predictor, baselines, metrics_for, of_metric, of_metrifier, scores_of
from iqametrics.cnn_error.propagation import Propagation, propagation
from iqametrics.cnn_error.targets import TARGETS
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.errors import DatasetError, OptionError
from iqametrics.progress import Track, untracked
from iqametrics.stats import PredictionResult, evaluate_predictions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PredictorEvaluation:
    """Predictors of a classifier's error beside each other, on the set "evaluation".

    Attributes
    ----------
    result : PredictionResult
        The statistics with their intervals, and ``difference``.
    kinds : dict of str to str
        What each predictor has to know.
    scores : pandas.DataFrame
        What each predictor says of every row: larger where more error is expected.
    dataset : ErrorDataset
        The rows.
    target : str
        The error that is foretold.
    propagation : Propagation or None
        How far every layer of the worker is moved; None without a worker.
    """

    result: PredictionResult
    kinds: dict[str, Kind]
    scores: "pd.DataFrame"
    dataset: ErrorDataset
    target: str
    propagation: Propagation | None

    def to_frame(self) -> "pd.DataFrame":
        """A row per predictor with all statistics, the best by pooled SROCC first."""
        frame = self.result.to_frame()
        frame.insert(1, "kind", [self.kinds[name] for name in frame["predictor"]])
        return frame.sort_values("srocc", ascending=False, na_position="last").reset_index(drop=True)


def evaluate_predictors(
    dataset: ErrorDataset,
    *,
    metrifier: Metrifier | None = None,
    metrics: Sequence[Any] | None = None,
    predictors: Iterable[Predictor] = (),
    features: bool = True,
    target: str = "error",
    level: float = 0.95,
    n_resamples: int = 200,
    seed: int = 0,
    threads: int | None = None,
    track: Track = untracked,
) -> PredictorEvaluation:
    """Hold metrics, features, a metrifier and baselines against the errors of a data set.

    Parameters
    ----------
    dataset : ErrorDataset
        With its images. The set "evaluation" judges; the set "metrifier" is looked at for the baselines alone.
    metrifier : Metrifier, optional
        One that has seen none of the images it is judged on.
    metrics : sequence of str or metric, optional
        By default every metric that needs no weights and that the images are large enough for. Those on the feature maps of
        networks come bound to theirs: ``iqametrics.deep_metric("ssim", weights=...)``.
    predictors : iterable of Predictor, optional
        Others, such as a metric of one's own.
    features : bool, optional
        Whether changes in the layers of the first worker are held against the error too: ``"features TAP"``, relative to
        their length, and ``"features TAP, direction"``, blind to it.
    target : {"error", "wrong", "cross_entropy", "bounded_cross_entropy"}, optional
        What is foretold.
    level, n_resamples, seed : optional
        Of the intervals, which draw whole sources; see :func:`iqametrics.stats.evaluate_predictions`.
    threads : int, optional
        Of torch and BLAS.
    track : callable, optional
        Shows progress.

    Returns
    -------
    PredictorEvaluation

    Raises
    ------
    DatasetError
        The metrifier has learned from an image it would be judged on, the data set was read without its images, or a
        predictor has no finite score for an image.
    OptionError
        The target is unknown, or two predictors have the same name.
    """
    if target not in TARGETS:
        raise OptionError(f"target={target!r} is unknown; use one of {', '.join(TARGETS)}")
    judged = dataset.of_set("evaluation")
    if metrifier is not None:
        refuse_seen(metrifier, judged)
    import pandas as pd

    from iqametrics import registry

    chosen = metrics_for(judged) if metrics is None else metrics
    wanted = [of_metric(registry.metric(each) if isinstance(each, str) else each) for each in chosen]
    wanted += [of_metrifier(metrifier)] if metrifier else []
    wanted += list(predictors)
    layers = FeatureDistances(dataset.workers[0]) if features and dataset.workers else None
    with limited_threads(threads):
        scores, distances = scores_of(judged, wanted, layers, track)
        kinds: dict[str, Kind] = {each.name: each.kind for each in wanted}
        for tap, moved in distances.items():
            for name, values in zip((f"features {tap}", f"features {tap}, direction"), moved, strict=True):
                scores[name], kinds[name] = values, "features"
        for name, values in baselines(dataset, target).items():
            scores[name], kinds[name] = values, "baseline"
        rows = judged.table
        result = evaluate_predictions(
            scores,
            rows[target].to_numpy(),
            errors=rows["wrong"].to_numpy(),
            types=rows["distortion"].to_numpy(),
            levels=rows["level"].to_numpy(),
            sources=rows["source"].to_numpy(),
            level=level,
            n_resamples=n_resamples,
            seed=seed,
        )
        layered = propagation(judged, distances, target) if layers else None
    return PredictorEvaluation(result, kinds, pd.DataFrame(scores), judged, target, layered)


def refuse_seen(metrifier: Metrifier, dataset: ErrorDataset) -> None:
    """Raise a DatasetError if a metrifier has learned from one of the sources."""
    seen = sorted({str(name) for name, digest in zip(*_sources(dataset), strict=True) if metrifier.has_seen(digest)})
    if seen:
        raise DatasetError(
            f"the metrifier has learned from {len(seen)} of the sources it would be judged on, such as {seen[0]}; figures "
            "on them would say nothing"
        )


def _sources(dataset: ErrorDataset) -> tuple[np.ndarray, np.ndarray]:
    first = dataset.table.drop_duplicates("source")
    return first["source"].to_numpy(), first["source_sha256"].to_numpy()
