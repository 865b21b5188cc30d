"""Agreement with opinion, all of it from :mod:`iqametrics.stats`: each metric alone, by type, and against the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.benchmark.published import against_published
from iqametrics.benchmark.scores import Scores
from iqametrics.stats import ComparisonResult, EvaluationResult, compare, evaluate
from iqametrics.stats.assessment import IntervalKind
from iqametrics.stats.logistic import FitForm

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Settings:
    """How agreement is computed; the options of :func:`iqametrics.stats.evaluate`."""

    fit: FitForm = "logistic5"
    ci: IntervalKind | None = "bootstrap"
    n_resamples: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Benchmark:
    """Metrics held against the opinions of a data set.

    Attributes
    ----------
    scores : Scores
        What the metrics say of every image.
    evaluations : Mapping of str to EvaluationResult
        Agreement of every metric that has scores: overall, by type, by reference.
    comparison : ComparisonResult or None
        Tests between the metrics; None with fewer than two.
    published : pandas.DataFrame
        The figures beside published ones, see :func:`iqametrics.benchmark.published.against_published`.
    warnings : tuple of str
        What a reader of the figures should know.
    settings : Settings
        How they were computed.
    """

    scores: Scores
    evaluations: Mapping[str, EvaluationResult]
    comparison: ComparisonResult | None
    published: "pd.DataFrame"
    warnings: tuple[str, ...]
    settings: Settings

    def agreement_frame(self) -> "pd.DataFrame":
        """Return every figure of every metric, overall, by type and by reference, with intervals and signs as they are."""
        import pandas as pd

        frames = [evaluation.to_frame() for evaluation in self.evaluations.values()]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def assess(scores: Scores, settings: Settings | None = None) -> Benchmark:
    """Compute the figures of a benchmark from its scores.

    Rows without a finite score or opinion are left out of a metric's figures and told in the warnings; a metric with fewer
    than two finite scores has no figures.
    """
    settings = settings or Settings()
    table = scores.table
    columns = {name: scores.ranked(name) for name in scores.metrics}
    counts = {name: int(np.isfinite(values).sum()) for name, values in columns.items()}
    usable = {name: columns[name] for name, count in counts.items() if count > 1}
    warnings = [
        f"{name} has {counts[name]} finite scores of {len(table)}: no figures."
        for name in columns
        if name not in usable
    ]
    evaluations = {
        name: evaluate(
            values,
            **_opinions(scores),
            direction=scores.higher_is_better(name),
            mos_std=scores.study.std,
            groups=scores.study.types,
            fit=settings.fit,
            ci=settings.ci,
            n_resamples=settings.n_resamples,
            seed=settings.seed,
            missing="drop",
            name=name,
        )
        for name, values in usable.items()
    }
    warnings += _told_once(evaluations)
    comparison = _compared(scores, usable, evaluations, settings)
    if comparison is not None:
        warnings += [f"Tests between metrics: {text}" for text in comparison.warnings]
    return Benchmark(
        scores, evaluations, comparison, against_published(scores, evaluations, settings.fit), tuple(warnings), settings
    )


def _told_once(evaluations: Mapping[str, EvaluationResult]) -> list[str]:
    """The remarks on the metrics, one for all that have the same."""
    metrics: dict[str, list[str]] = {}
    for name, result in evaluations.items():
        for text in result.warnings:
            metrics.setdefault(text, []).append(name)
    return [f"{', '.join(names)}: {text}" for text, names in metrics.items()]


def _opinions(scores: Scores) -> dict[str, Any]:
    study = scores.study
    return {
        "mos": study.dataset.scores.to_numpy(),
        "mos_kind": study.dataset.card.score,
        "references": study.dataset.table["reference"].to_numpy(dtype=str),
        "images": study.names,
    }


def _compared(
    scores: Scores,
    usable: Mapping[str, np.ndarray],
    evaluations: Mapping[str, EvaluationResult],
    settings: Settings,
) -> ComparisonResult | None:
    """Tests between all metrics that rank images at all, over the images that all of them have scores of."""
    ranked = {name: values for name, values in usable.items() if np.isfinite(evaluations[name].overall.srocc.value)}
    common = np.isfinite(np.array(list(ranked.values()))).all(axis=0) if ranked else np.zeros(0, dtype=bool)
    varied = {name: values for name, values in ranked.items() if np.unique(values[common]).size > 1}
    if len(varied) < 2 or common.sum() < 2:
        return None
    return compare(
        varied,
        **_opinions(scores),
        direction={name: scores.higher_is_better(name) for name in varied},
        fit=settings.fit,
        n_resamples=settings.n_resamples,
        seed=settings.seed,
        missing="drop",
    )
