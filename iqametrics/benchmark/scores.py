"""Scores of every image of a data set, beside its opinions."""

import os
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iqametrics.benchmark.study import Study
from iqametrics.naming import label
from iqametrics.progress import Track, untracked
from iqametrics.scoring import Result, Settings, dataset_pairs, score_pairs
from iqametrics.scoring.results import provenance_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from iqametrics.front import Metric


_OF_DATASET = ("reference", "distorted", "type", "level")


@dataclass(frozen=True)
class Scores:
    """What metrics say of the images of a study.

    Attributes
    ----------
    study : Study
    settings : Settings
        The metrics with their options.
    results : tuple of Result
        One per image, in the data set's order.
    """

    study: Study
    settings: Settings
    results: tuple[Result, ...]

    @property
    def metrics(self) -> "dict[str, Metric]":
        """The metrics by the names of their columns."""
        return {label(metric): metric for metric in self.settings.metrics}

    @property
    def provenance(self) -> "dict[str, Mapping[str, Any]]":
        """All that decided the scores beside the images, by the names of their columns."""
        return dict(zip(self.metrics, provenance_of(self.results, self.settings.metrics), strict=True))

    def ranked(self, name: str) -> "np.ndarray":
        """What a metric orders the images by: its scores, or how far they are from what identical images have."""
        metric, values = self.metrics[name], self.table[name].to_numpy(dtype=float)
        return values if metric.higher_is_better is not None else abs(values - metric.identity)

    def higher_is_better(self, name: str) -> bool:
        """Direction of what a metric orders the images by."""
        return bool(self.metrics[name].higher_is_better)

    @property
    def resumed(self) -> int:
        """How many images no score was computed of, since the journal had all of them."""
        return sum(result.resumed for result in self.results)

    @cached_property
    def table(self) -> "pd.DataFrame":
        """A row per image.

        Columns ``reference``, ``distorted``, ``type``, ``level``, ``mos`` or ``dmos``, ``std``, one per metric,
        and ``error``, which says why a score is missing.
        """
        source = self.study.dataset.table
        opinion = self.study.dataset.card.score
        table = source[[*_OF_DATASET, opinion, "std"]].copy()
        for place, name in enumerate(self.metrics):
            table[name] = [_value(result, place) for result in self.results]
        table["error"] = [why_missing(result) for result in self.results]
        return table


def why_missing(result: Result) -> str:
    """What went wrong with a pair or some of its scores, in a line; empty if nothing did."""
    errors = [result.error, *(f"{label(each.metric)}: {each.error}" for each in result.scores if each.error)]
    return " ".join("; ".join(filter(None, errors)).split())


def score_study(
    study: Study,
    settings: Settings,
    *,
    executor: Executor | None = None,
    journal: str | os.PathLike[str] | None = None,
    track: Track = untracked,
) -> Scores:
    """Score every image of a study.

    Parameters
    ----------
    study : Study
    settings : Settings
        The metrics, and how files are read.
    executor : concurrent.futures.Executor, optional
        Who does the work; see :func:`iqametrics.scoring.score_pairs`.
    journal : path, optional
        File that keeps every score as it comes. What it has already is not computed again.
    track : callable, optional
        Shows progress.

    Returns
    -------
    Scores
        In the data set's order. An image that can't be scored says why, and stops no other.
    """
    pairs = dataset_pairs(study.dataset)
    with closing(score_pairs(pairs, settings, executor=executor, journal=journal)) as results:
        found = {result.pair.distorted: result for result in track(results, len(pairs))}
    return Scores(study, settings, tuple(found[name] for name in study.names))


def _value(result: Result, place: int) -> float:
    """A score, or NaN where there is none."""
    value = result.scores[place].value if result.scores else None
    return float("nan") if value is None else value
