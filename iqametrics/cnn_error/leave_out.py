"""What a metrifier knows of what it has not seen: a distortion, or another classifier."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.cnn_error.targets import targets
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.errors import OptionError
from iqametrics.progress import Track, untracked
from iqametrics.stats import PredictionResult, evaluate_predictions

if TYPE_CHECKING:
    import pandas as pd

_SEEN, _UNSEEN = "seen", "unseen"


@dataclass(frozen=True)
class LeftOut:
    """A metrifier that has not seen something beside one that has.

    Attributes
    ----------
    label : str
        What was left out.
    result : PredictionResult
        Of the predictors "seen" and "unseen", on the images that are about what was left out.
    """

    label: str
    result: PredictionResult


def leave_one_distortion_out(
    dataset: ErrorDataset,
    metrifier: Metrifier,
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    n_resamples: int = 200,
    threads: int | None = None,
    track: Track = untracked,
) -> list[LeftOut]:
    """Train a metrifier without a distortion and try it on that distortion.

    Parameters
    ----------
    dataset : ErrorDataset
        With its images.
    metrifier : Metrifier
        The one that has seen all; the others are trained as it was.
    groups : mapping of str to sequence of str, optional
        Distortions that are left out together, by a name for each group; by default each alone.
    n_resamples : int, optional
        Of the intervals.
    threads : int, optional
        Of torch and BLAS.
    track : callable, optional
        Shows progress, group by group.

    Returns
    -------
    list of LeftOut
        The statistics over one distortion are those of its rows alone.

    Raises
    ------
    OptionError
        A group names a distortion that the data set lacks, or leaves none to learn from.
    """
    present = list(dict.fromkeys(dataset.table["distortion"]))
    chosen = (
        {name: [name] for name in present} if groups is None else {name: list(each) for name, each in groups.items()}
    )
    for name, kinds in chosen.items():
        absent = [kind for kind in kinds if kind not in present]
        if absent or not kinds or set(kinds) == set(present):
            what = (
                f"has no {', '.join(absent)}"
                if absent
                else "would have nothing left to learn from, or nothing to leave out"
            )
            raise OptionError(f"group {name!r}: the data set {what}; it has {', '.join(present)}")
    found = []
    for name, kinds in track(chosen.items(), len(chosen)):
        inside = dataset.table["distortion"].isin(kinds)
        ignorant = Metrifier.fit(dataset.where(~inside), threads=threads, **_settings(metrifier))
        judged = dataset.where(inside).of_set("evaluation")
        found.append(_compared(name, judged, metrifier, ignorant, n_resamples, threads))
    return found


def leave_one_worker_out(
    dataset: ErrorDataset,
    *,
    n_resamples: int = 200,
    threads: int | None = None,
    track: Track = untracked,
    **training: Any,
) -> list[LeftOut]:
    """Train a metrifier on all workers but one and try it on the errors of that one, beside one trained on it alone.

    Parameters
    ----------
    dataset : ErrorDataset
        With its images and the answers of two workers or more.
    n_resamples : int, optional
        Of the intervals.
    threads : int, optional
        Of torch and BLAS.
    track : callable, optional
        Shows progress, worker by worker.
    **training
        As of :meth:`Metrifier.fit`.

    Returns
    -------
    list of LeftOut

    Raises
    ------
    OptionError
        The data set has one worker.
    """
    names = list(dataset.info["workers"])
    if len(names) < 2:
        raise OptionError(f"the data set has one worker, {names[0]}; give make_error_dataset two or more")
    found = []
    for name in track(names, len(names)):
        own, others = with_workers(dataset, [name]), with_workers(dataset, [each for each in names if each != name])
        knowing = Metrifier.fit(own, threads=threads, **training)
        ignorant = Metrifier.fit(others, threads=threads, **training)
        found.append(_compared(name, own.of_set("evaluation"), knowing, ignorant, n_resamples, threads))
    return found


def with_workers(dataset: ErrorDataset, names: Sequence[str]) -> ErrorDataset:
    """The data set as it would be with some of its workers alone."""
    table = dataset.table.copy()
    for prefix in ("", "clean_"):
        losses = np.array([table[f"{prefix}cross_entropy:{name}"] for name in names])
        correct = np.array([table[f"{prefix}prediction:{name}"] == table["class"] for name in names])
        for target, values in targets(losses, correct).items():
            table[f"{prefix}{target}"] = values
    kept = {name: digest for name, digest in dataset.info["workers"].items() if name in names}
    return replace(dataset, table=table, info={**dataset.info, "workers": kept})


def frame(results: Sequence[LeftOut]) -> "pd.DataFrame":
    """One row per thing that was left out: pooled SROCC of both metrifiers with intervals, and their difference."""
    import pandas as pd

    records = []
    for each in results:
        record: dict[str, Any] = {"left out": each.label}
        for name in (_SEEN, _UNSEEN):
            estimate = each.result[name].srocc
            record |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
        _, gap = each.result.difference(_UNSEEN, _SEEN)
        records.append(record | {"difference": gap.value, "difference_low": gap.low, "difference_high": gap.high})
    return pd.DataFrame(records)


def _settings(metrifier: Metrifier) -> dict[str, Any]:
    return asdict(metrifier.training)


def _compared(
    label: str, judged: ErrorDataset, seen: Metrifier, unseen: Metrifier, n_resamples: int, threads: int | None
) -> LeftOut:
    scores: dict[str, list[np.ndarray]] = {_SEEN: [], _UNSEEN: []}
    rows = []
    with limited_threads(threads):
        for of_source, _, images in judged.images():
            rows.append(of_source.index.to_numpy())
            scores[_SEEN].append(seen.expected_errors(images))
            scores[_UNSEEN].append(unseen.expected_errors(images))
        table = judged.table.loc[np.concatenate(rows)]
        result = evaluate_predictions(
            {name: np.concatenate(each) for name, each in scores.items()},
            table[seen.training.target].to_numpy(),
            errors=table["wrong"].to_numpy(),
            types=table["distortion"].to_numpy(),
            levels=table["level"].to_numpy(),
            sources=table["source"].to_numpy(),
            n_resamples=n_resamples,
        )
    return LeftOut(label, result)
