"""How pairs are scored: the metrics, and what the pixels of the files mean."""

from typing import TYPE_CHECKING, Any, NamedTuple

from iqametrics.scoring.results import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iqametrics.record import Metric


class How(NamedTuple):
    """How pairs are scored.

    Attributes
    ----------
    metrics : sequence of Metric
        The metrics, with their options bound.
    options : dict
        Options of all calls: ``data_range`` and ``bits``.
    alpha : object
        What to do with transparency, see :func:`iqametrics.read_image`.
    keep_pixels : bool
        Whether results shall have the images.
    """

    metrics: "Sequence[Metric]"
    options: dict[str, Any]
    alpha: Any = None
    keep_pixels: bool = False


def settings(how: How) -> list[dict[str, Any]]:
    """For every metric all that decides its score of two given files, in values that JSON knows."""
    given = {name: value for name, value in how.options.items() if value is not None}
    found = []
    for metric in how.metrics:
        bound = metric.with_options(**given).bound
        called = {name: bound.get(name) for name in ("data_range", "bits", "backend")}
        found.append({**described(metric), **called, "alpha": how.alpha})
    return found
