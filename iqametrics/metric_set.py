"""A set of metrics, of any task, that judge the same images in one go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from iqametrics import naming
from iqametrics.cache import Cache
from iqametrics.call import Call
from iqametrics.errors import OptionError, ShapeError
from iqametrics.front import Metric, merged
from iqametrics.pooling import Pool
from iqametrics.record import Recipe
from iqametrics.views import Reading, Views


def score(
    metrics: str | Metric | Iterable[str | Metric],
    reference: Any,
    distorted: Any = None,
    /,
    *,
    data_range: float | tuple[float, float] | None = None,
    bits: int | None = None,
    layout: str | None = None,
    color: str | None = None,
    backend: str | None = None,
) -> dict[str, Any]:
    """Return the scores of several metrics, by name; quicker than a call of each.

    Images are read, checked and brought to grey once, and what metrics have in common, such as smaller versions and local
    moments, is computed once. The scores are those of the single calls.

    Parameters
    ----------
    metrics : sequence of str or Metric
        ``NAME[:CONVENTION][:OPTION=VALUE]...`` as on the command line, or metrics with options bound.
    reference, distorted : array, tensor, path, or a list of them
        The images, in every form that a metric takes; metrics of one image judge the distorted one. A single image, for
        metrics of one alone.
    data_range, bits, layout, color, backend
        Options of every metric's call, where it has none of its own.

    Returns
    -------
    dict
        What the call of every metric would return, under its name with its options, in the order asked for.

    Raises
    ------
    UnknownMetricError, OptionError
        There is no such metric or option.
    ShapeError
        The images are too small for one of the metrics, or differ in shape.

    Notes
    -----
    The graphs of the scores of tensors that need gradients hang together: add up what is to be minimised and call
    ``backward`` once.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import score
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> scores = score(["psnr", "ssim", "ssim:skimage"], x, x // 2)
    >>> {name: round(value, 4) for name, value in scores.items()}
    {'psnr': 23.4956, 'ssim': 0.7783, 'ssim:skimage': 0.7685}
    """
    options = ("data_range", data_range), ("bits", bits), ("layout", layout), ("color", color), ("backend", backend)
    given = {name: value for name, value in options if value is not None}
    asked = [metrics] if isinstance(metrics, str | Metric) else list(metrics)
    if not asked:
        raise OptionError("no metric is asked for; pass at least one name, such as score(['ssim'], x, y)")
    plans = _planned(asked, given)
    if distorted is None and any(plan.metric.task != "nr" for plan in plans):
        names = ", ".join(plan.metric.name for plan in plans if plan.metric.task != "nr")
        raise OptionError(
            f"one image is given, and two are compared by {names}; pass the reference first, then the other"
        )
    reference, image = (None, reference) if distorted is None else (reference, distorted)
    found = MetricSet(plans, reference)(image)
    for each in found:
        if isinstance(each, ShapeError):
            raise each
    return {plan.label: each for plan, each in zip(plans, found, strict=True)}


class Plan(NamedTuple):
    """A metric of a set, and what the options of its calls come to.

    Attributes
    ----------
    metric : Metric
    label : str
        The metric with its options as text.
    recipe : Recipe
    reading : Reading
    alone : bool
        Whether no other metric of the set sees images as this one does.
    """

    metric: Metric
    label: str
    recipe: Recipe
    reading: Reading
    alone: bool


def planned(metrics: Iterable[str | Metric], options: Mapping[str, Any]) -> tuple[Plan, ...]:
    """Metrics as a set, with options of their calls where they have none of their own."""
    chosen = [naming.parse(each) if isinstance(each, str) else each for each in metrics]
    requests = [metric.request(merged(options, metric.bound)) for metric in chosen]
    # Metrics that differ in any of these never see the same planes.
    ways = [
        (reading, recipe.color, metric.sees.scaled) for metric, (recipe, reading) in zip(chosen, requests, strict=True)
    ]
    return tuple(
        Plan(metric, naming.label(metric), recipe, reading, ways.count(way) == 1)
        for metric, (recipe, reading), way in zip(chosen, requests, ways, strict=True)
    )


def _planned(metrics: Sequence[str | Metric], options: Mapping[str, Any]) -> tuple[Plan, ...]:
    """The same, made once for calls that ask for the same again and again."""
    try:
        # The type of a value belongs to the key: True is equal to 1, and no range.
        return _kept_plans(tuple(metrics), tuple((name, type(value), value) for name, value in options.items()))
    except TypeError:  # a range in a list, say, is no key
        return planned(metrics, options)


@lru_cache(maxsize=64)
def _kept_plans(metrics: tuple[str | Metric, ...], options: tuple[tuple[str, type, Any], ...]) -> tuple[Plan, ...]:
    return planned(metrics, {name: value for name, _, value in options})


class MetricSet:
    """Metrics with their reference: called with an image they return their scores. Calls from several threads are safe.

    Parameters
    ----------
    plans : sequence of Plan
        The metrics.
    reference : array, tensor, path, or a list of them
        The reference; None if no metric takes one.
    prepare : bool
        Whether to do the reference's share of the work once, for several images.
    """

    def __init__(self, plans: Sequence[Plan], reference: Any = None, prepare: bool = False) -> None:
        self._calls: list[tuple[Reading, Call | ShapeError]] = []
        views: dict[Reading, Views] = {}
        for metric, _, recipe, reading, alone in plans:
            undistorted = None
            if metric.task != "nr":
                if reading not in views:
                    views[reading] = Views(reference, "reference", reading, Cache(prepare))
                undistorted = views[reading]
            try:
                self._calls.append((reading, Call(metric, recipe, reading, undistorted, alone)))
            except ShapeError as error:  # too small for this metric; the others may do
                self._calls.append((reading, error))

    def __call__(self, image: Any, places: Collection[int] | None = None) -> list[Any]:
        """Return the score of every metric, or of those at some places; a ShapeError where the image is too small for it."""
        views: dict[Reading, Views] = {}
        begun: list[tuple[Call, Views, list[Pool]] | ShapeError] = []
        # All are begun before the first is computed, so that they can see what they have in common.
        for place in range(len(self._calls)) if places is None else places:
            reading, call = self._calls[place]
            if isinstance(call, ShapeError):
                begun.append(call)
                continue
            if reading not in views:
                views[reading] = call.read(image, Cache())
            try:
                begun.append((call, views[reading], call.begin(views[reading])))
            except ShapeError as error:
                begun.append(error)
        return [each if isinstance(each, ShapeError) else each[0].score(*each[1:]) for each in begun]
