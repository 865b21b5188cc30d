"""What decides a score beside the images: one description for the journal, for files of scores and for reports."""

from collections.abc import Iterator, Mapping
from typing import Any

from iqametrics import registry
from iqametrics.registry import Registered
from iqametrics.version import __version__

#: Options of a call that say what pixels mean and who computes.
_OF_CALLS = ("data_range", "bits", "backend")


def of_call(metric: Registered, own: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance of a call.

    Parameters
    ----------
    metric : Metric
        The metric.
    own : Mapping
        What it says of itself: convention, own options, weights.
    given : Mapping
        All options of the call.
    """
    called = {name: given.get(name) for name in _OF_CALLS}
    return {"iqametrics": __version__, "metric": metric.name, **own, **called, **_code(metric)}


def _code(metric: Any) -> dict[str, Any]:
    """The modules of a metric that is no part of the package, of which the version knows nothing."""
    sources = dict(_sources(metric))
    return {"module": " ".join(sources), "module_sha256": " ".join(map(str, sources.values()))} if sources else {}


def _sources(metric: Any) -> Iterator[tuple[str, str | None]]:
    """Where a metric comes from, or those that it is made of."""
    _, parts = getattr(metric, "made_by", None) or (None, ())
    for part in parts:
        if hasattr(part, "compute"):
            yield from _sources(part)
    source = registry.source(metric.name)
    if source is not None and not source.module.startswith(f"{__package__}."):
        yield source
