"""A set of metrics, of any task, that judge the same images in one go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from iqametrics import naming
from iqametrics.cache import Cache
from iqametrics.call import Call
from iqametrics.errors import OptionError, ShapeError
from iqametrics.front import Metric, merged
from iqametrics.pooling import Pool
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
    given = {"data_range": data_range, "bits": bits, "layout": layout, "color": color, "backend": backend}
    chosen = _metrics(metrics)
    if distorted is None and any(metric.task != "nr" for metric in chosen):
        names = ", ".join(metric.name for metric in chosen if metric.task != "nr")
        raise OptionError(
            f"one image is given, and two are compared by {names}; pass the reference first, then the other"
        )
    reference, image = (None, reference) if distorted is None else (reference, distorted)
    found = MetricSet(chosen, reference, given)(image)
    for each in found:
        if isinstance(each, ShapeError):
            raise each
    return dict(zip(map(naming.label, chosen), found, strict=True))


class MetricSet:
    """Metrics with their reference: called with an image they return their scores. Calls from several threads are safe.

    Parameters
    ----------
    metrics : sequence of Metric
        The metrics, with the options of their calls bound.
    reference : array, tensor, path, or a list of them
        The reference; None if no metric takes one.
    options : Mapping
        Options of all calls, where a metric has none of its own.
    prepare : bool
        Whether to do the reference's share of the work once, for several images.
    """

    def __init__(
        self,
        metrics: Sequence[Metric],
        reference: Any = None,
        options: Mapping[str, Any] = MappingProxyType({}),
        prepare: bool = False,
    ) -> None:
        self._calls: list[Call | ShapeError] = []
        self._readings: list[Reading] = []
        views: dict[Reading, Views] = {}
        for metric in metrics:
            recipe, reading = metric.request(_where_free(options, metric.bound))
            self._readings.append(reading)
            if metric.task != "nr" and reading not in views:
                views[reading] = Views(reference, "reference", reading, Cache(prepare))
            try:
                call = Call(metric, recipe, reading, *([] if metric.task == "nr" else [views[reading]]))
                self._calls.append(call)
            except ShapeError as error:  # too small for this metric; the others may do
                self._calls.append(error)

    def __call__(self, image: Any, places: Collection[int] | None = None) -> list[Any]:
        """Return the score of every metric, or of those at some places; a ShapeError where the image is too small for it."""
        views: dict[Reading, Views] = {}
        begun: list[tuple[Call, Views, list[Pool]] | ShapeError] = []
        # All are begun before the first is computed, so that they can see what they have in common.
        for place in range(len(self._calls)) if places is None else places:
            call, reading = self._calls[place], self._readings[place]
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


def _where_free(options: Mapping[str, Any], bound: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a call without those that a metric has bound; a range and a depth say the same."""
    return merged(options, bound) if bound else dict(options)


def _metrics(asked: str | Metric | Iterable[str | Metric]) -> list[Metric]:
    each = list(asked) if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked]
    if not each:
        raise OptionError("no metric is asked for; pass at least one name, such as score(['ssim'], x, y)")
    return [naming.parse(one) if isinstance(one, str) else one for one in each]
