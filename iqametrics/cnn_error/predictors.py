"""What may foretell a classifier's error: metrics, its own features, a metrifier, and baselines that know no image."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.features import FeatureDistances
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.errors import DatasetError, OptionError
from iqametrics.front import Metric
from iqametrics.progress import Track

Kind = Literal["full-reference", "deep", "no-reference", "features", "metrifier", "baseline"]
Score = Callable[[np.ndarray, Sequence[np.ndarray]], np.ndarray]


@dataclass(frozen=True)
class Predictor:
    """Something that expects errors.

    Attributes
    ----------
    name : str
    kind : str
        What it has to know: "full-reference", "deep" and "features" the undistorted image, "deep" a network trained for
        other images and "features" the classifier itself too; "no-reference" and "metrifier" the distorted image alone;
        "baseline" what was done to it.
    score : callable
        Takes the source and its distorted versions, and returns a number each: larger where more error is expected.
    """

    name: str
    kind: Kind
    score: Score


def of_metric(metric: Any) -> Predictor:
    """A metric of either task as a predictor, turned so that larger means worse."""

    def compare(source: np.ndarray, distorted: Sequence[np.ndarray]) -> np.ndarray:
        if metric.task == "nr":
            return np.asarray(metric(list(distorted)))
        stack = np.stack(distorted).reshape(len(distorted), *source.shape[:2], -1)
        reference = np.broadcast_to(source.reshape(1, *source.shape[:2], -1), stack.shape)
        return _finite(np.asarray(metric(reference, stack)), stack[0].size)

    def score(source: np.ndarray, distorted: Sequence[np.ndarray]) -> np.ndarray:
        return np.array([metric.badness(each) for each in compare(source, distorted).tolist()])

    return Predictor(_turned_name(metric), _kind(metric), score)


def _turned_name(metric: Any) -> str:
    """What the name says of the direction: of a metric that is best at a value in between, its distance from there."""
    if metric.higher_is_better is None:
        return f"|{metric.name} \N{MINUS SIGN} {metric.identity:g}|" if metric.identity else f"|{metric.name}|"
    return f"\N{MINUS SIGN}{metric.name}" if metric.higher_is_better else str(metric.name)


def _kind(metric: Any) -> Kind:
    if metric.task == "nr":
        return "no-reference"
    return "deep" if metric.needs_weights else "full-reference"


def _finite(scores: np.ndarray, samples: int) -> np.ndarray:
    """PSNR has no number for a distortion that changed nothing: the image counts as if one sample were one level off."""
    return np.where(np.isposinf(scores), 20 * np.log10(255) + 10 * np.log10(samples), scores)


def of_metrifier(metrifier: Metrifier) -> Predictor:
    """A metrifier as a predictor."""
    return Predictor("metrifier", "metrifier", lambda source, distorted: metrifier.expected_errors(distorted))


def metrics_for(dataset: ErrorDataset) -> list[Metric]:
    """The metrics that need no weights and that all images of a data set are large enough for."""
    from iqametrics import registry

    shortest = dataset.table[["height", "width"]].to_numpy().min()
    return [each for each in map(registry.metric, registry.metrics()) if each.min_size <= shortest]


def scores_of(
    dataset: ErrorDataset, predictors: Iterable[Predictor], features: FeatureDistances | None, track: Track
) -> tuple[dict[str, np.ndarray], dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Scores of every row by predictor; and both distances of the features by layer, one pass for all of them."""
    wanted = list(predictors)
    names = [each.name for each in wanted]
    if len(set(names)) != len(names):
        raise OptionError(f"two predictors have the same name among {', '.join(names)}; names must differ")
    scores = {name: np.empty(len(dataset)) for name in names}
    layers = {tap: (np.empty(len(dataset)), np.empty(len(dataset))) for tap in (features.taps if features else ())}
    sources = dataset.table["source"].nunique()
    for rows, source, distorted in track(dataset.images(), sources):
        for each in wanted:
            found = np.asarray(each.score(source, distorted), dtype=np.float64)
            if found.shape != (len(distorted),) or not np.isfinite(found).all():
                bad = rows["image"].iloc[int(np.argmin(np.isfinite(found)))] if found.shape == (len(distorted),) else ""
                raise DatasetError(f"{each.name} has no finite score for {bad or rows['source'].iloc[0]}")
            scores[each.name][rows.index] = found
        for tap, (relative, direction) in (features(source, distorted) if features else {}).items():
            layers[tap][0][rows.index], layers[tap][1][rows.index] = relative, direction
    return scores, layers


def baselines(dataset: ErrorDataset, target: str) -> Mapping[str, np.ndarray]:
    """What can be said without looking at an image: its level, and the mean error of its type and level.

    The means are those of the set "metrifier", so that they have not seen the images they are held against.
    """
    rows = dataset.of_set("evaluation").table
    lessons = dataset.of_set("metrifier").table
    means = lessons.groupby(["distortion", "level"])[target].mean()
    cells = list(zip(rows["distortion"], rows["level"], strict=True))
    return {
        "level index": rows["level"].to_numpy(dtype=np.float64),
        "mean of type and level": np.array([means[cell] for cell in cells]),
        "constant": np.full(len(rows), float(lessons[target].mean())),
    }
