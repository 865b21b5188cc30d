"""Several metrics of the same images in one go."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from iqametrics import naming
from iqametrics.comparison import Comparison
from iqametrics.errors import OptionError, ShapeError
from iqametrics.pooling import Pool
from iqametrics.record import Metric
from iqametrics.seen import Seen


def score(
    metrics: str | Metric | Iterable[str | Metric],
    reference: Any,
    distorted: Any,
    /,
    *,
    data_range: float | None = None,
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
        The images, in every form that a metric takes.
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
    chosen = {naming.label(metric): _with_defaults(metric, given) for metric in _metrics(metrics)}
    found = Together(list(chosen.values()), reference)(distorted)
    for each in found:
        if isinstance(each, ShapeError):
            raise each
    return dict(zip(chosen, found, strict=True))


class Together:
    """Several metrics with their reference: called with a distorted image it returns their scores.

    Calls from several threads are safe.

    Parameters
    ----------
    metrics : sequence of Metric
        The metrics, with the options of their calls bound.
    reference : array, tensor, path, or a list of them
        The reference.
    keep : bool
        Whether to do the reference's share of the work once, for several distorted images.
    """

    def __init__(self, metrics: Sequence[Metric], reference: Any, keep: bool = False) -> None:
        self._metrics = metrics
        self._comparisons: list[Comparison | ShapeError] = []
        seen: dict[Hashable, Seen] = {}
        for metric in metrics:
            options = dict(metric.bound)
            reading = _reading(metric)
            if reading not in seen:
                seen[reading] = Seen(reference, "reference", options, keep, share=True)
            try:
                self._comparisons.append(Comparison(metric, metric.recipe(), seen[reading], options))
            except ShapeError as error:  # too small for this metric; the others may do
                self._comparisons.append(error)

    def __call__(self, distorted: Any, places: Collection[int] | None = None) -> list[Any]:
        """Return the score of every metric, or of those at some places; a ShapeError where the image is too small for it."""
        wanted = range(len(self._comparisons)) if places is None else places
        seen: dict[Hashable, Seen] = {}
        begun: list[tuple[Comparison, Seen, list[Pool]] | ShapeError] = []
        # All are begun before the first is computed, so that they can see what they have in common.
        for place in wanted:
            comparison, metric = self._comparisons[place], self._metrics[place]
            reading = _reading(metric)
            if reading not in seen:
                seen[reading] = Seen(distorted, "distorted", metric.bound, share=True)
            try:
                if isinstance(comparison, ShapeError):
                    raise comparison
                begun.append((comparison, seen[reading], list(comparison.begin(seen[reading]))))
            except ShapeError as error:
                begun.append(error)
        return [each if isinstance(each, ShapeError) else each[0].score(each[1].images, each[2]) for each in begun]


def _reading(metric: Metric) -> Hashable:
    """What decides how a metric reads images, and whether it insists on an executor."""
    return tuple(metric.bound.get(name) for name in ("layout", "data_range", "bits", "backend"))


def _with_defaults(metric: Metric, given: Mapping[str, Any]) -> Metric:
    """A metric with the options of a call where it has none of its own; a range and a depth say the same."""
    own = set(metric.bound)
    if own & {"data_range", "bits"}:
        own |= {"data_range", "bits"}
    return metric.with_options(
        **{name: value for name, value in given.items() if value is not None and name not in own}
    )


def _metrics(asked: str | Metric | Iterable[str | Metric]) -> list[Metric]:
    each = list(asked) if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked]
    if not each:
        raise OptionError("no metric is asked for; pass at least one name, such as score(['ssim'], x, y)")
    found = [naming.parse(one) if isinstance(one, str) else one for one in each]
    for metric in found:
        if metric.task != "fr":
            raise OptionError(
                f"{metric.name} judges one image alone and has no use for a reference: call it with the image"
            )
    return found
