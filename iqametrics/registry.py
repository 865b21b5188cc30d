"""The metrics by name."""

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, TypeVar

from iqametrics.errors import OptionError, UnknownMetricError

if TYPE_CHECKING:
    from iqametrics.no_reference import NoReference
    from iqametrics.record import Metric

Registered = TypeVar("Registered", "Metric", "NoReference")

_METRICS: dict[str, "Metric | NoReference"] = {}
_ROOMS = ("iqametrics.fr", "iqametrics.deep.metrics", "iqametrics.nr")


def register(metric: "Registered") -> "Registered":
    """Enter a metric under its name and its aliases."""
    for name in (metric.name, *metric.aliases):
        if _METRICS.setdefault(name, metric) is not metric:
            raise ValueError(f"two metrics are called {name!r}; rename one")
    return metric


@cache
def _load() -> None:
    """Import every module that defines metrics."""
    for room in _ROOMS:
        for module in iter_modules(import_module(room).__path__):
            import_module(f"{room}.{module.name}")


def metrics(task: str | None = None, weights: bool = False) -> list[str]:
    """Return the names of the metrics, in alphabetical order.

    Parameters
    ----------
    task : {"fr", "nr"}, optional
        Only those of this task: ``"fr"``, full-reference, which compare two images; ``"nr"``, no-reference, which judge one.
    weights : bool
        Also those that compute with the weights of a network, which a user has to have or to download.

    Raises
    ------
    OptionError
        No metric has this task.

    Examples
    --------
    >>> import iqametrics
    >>> "ssim" in iqametrics.metrics(task="fr")
    True
    """
    _load()
    tasks = sorted({metric.task for metric in _METRICS.values()})
    if task is not None and task not in tasks:
        raise OptionError(f"task={task!r} is unknown; use one of {', '.join(tasks)}")
    return sorted(
        name
        for name, metric in _METRICS.items()
        if name == metric.name and task in (None, metric.task) and (weights or not metric.needs_weights)
    )


def metric(name: str, /, **options: Any) -> Any:
    """Return a metric by its name, with options bound.

    Parameters
    ----------
    name : str
        One of :func:`metrics`, or an alias; case and ``-`` for ``_`` don't matter.
    **options
        Options of the metric, the same as those of its call.

    Returns
    -------
    Metric or NoReference
        By its task.

    Raises
    ------
    UnknownMetricError
        No metric has this name, and the message tells similar ones; or it is no name at all.
    OptionError
        The metric has no such option or convention.

    Examples
    --------
    >>> import iqametrics
    >>> iqametrics.metric("ssim", data_range=1.0)
    <metric ssim, data_range=1.0: Structural similarity index>
    """
    if not isinstance(name, str):
        raise UnknownMetricError(f"a metric is called by a string such as 'ssim', not by {name!r}")
    _load()
    known = _METRICS.get(name.lower().replace("-", "_"))
    if known is None:
        close = [_METRICS[found].name for found in get_close_matches(name.lower(), _METRICS, n=3, cutoff=0.5)]
        hint = (
            f"did you mean {' or '.join(dict.fromkeys(close))}?"
            if close
            else f"there are {', '.join(metrics(weights=True))}"
        )
        raise UnknownMetricError(f"no metric is called {name!r}; {hint}")
    return known.with_options(**options) if options else known


def metric_with_options(name: str, options: dict[str, Any]) -> Any:
    """Rebuild a metric that travelled to another process."""
    return metric(name, **options)
