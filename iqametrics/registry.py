"""The metrics by name, and the modules that they come from."""

import sys
import warnings
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple, Protocol, TypeVar

from iqametrics.errors import OptionError, UnknownMetricError
from iqametrics.file_content import sha256_of


class Registered(Protocol):
    """What the registry has to know of a metric."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def task(self) -> str: ...
    @property
    def needs_weights(self) -> bool: ...
    @property
    def compute(self) -> Callable[..., Any]: ...
    @property
    def bound(self) -> Mapping[str, Any]: ...
    def with_options(self, **options: Any) -> Any:
        """The metric with options bound."""


T = TypeVar("T", bound=Registered)


class Source(NamedTuple):
    """Where a metric comes from.

    Attributes
    ----------
    module : str
        The module that registers it when it is imported.
    sha256 : str or None
        SHA-256 of the module's file; None of the package's own, and of what has no file, such as a notebook.
    """

    module: str
    sha256: str | None


_METRICS: dict[str, Registered] = {}
_SOURCES: dict[str, Source] = {}
_ROOMS = ("iqametrics.fr", "iqametrics.deep.metrics", "iqametrics.nr")
#: Group of the entry points by which other packages bring in metrics: modules that register some when they are imported.
_GROUP = "iqametrics.metrics"


def register(metric: T) -> T:
    """Enter a metric under its name and its aliases; one that is there already stays where it comes from."""
    known = _METRICS.get(metric.name) is metric
    for name in (metric.name, *metric.aliases):
        if _METRICS.setdefault(name, metric) is not metric:
            raise ValueError(f"two metrics are called {name!r}; rename one")
    if not known:
        _SOURCES[metric.name] = _being_imported()
    return metric


def source(name: str) -> Source | None:
    """Where the metric of a name comes from; None if it has not been registered."""
    return _SOURCES.get(name)


def _being_imported() -> Source:
    """The module whose import is under way, however deep in its calls: to import it again is to have its metrics."""
    frame = sys._getframe()
    while frame.f_code.co_name != "<module>" and frame.f_back is not None:
        frame = frame.f_back
    module, file = frame.f_globals.get("__name__", "__main__"), frame.f_globals.get("__file__")
    module = module.replace("__mp_main__", "__main__")  # what a script is called in the processes that it starts
    own = module.startswith(f"{__package__}.")  # the version says which
    if own or file is None or not Path(file).is_file():
        return Source(module, None)
    return Source(module, sha256_of(Path(file)))


@cache
def _load() -> None:
    """Import every module of the package that defines metrics."""
    for room in _ROOMS:
        for module in iter_modules(import_module(room).__path__):
            import_module(f"{room}.{module.name}")


@cache
def _load_others() -> None:
    """Import the modules that other packages bring metrics in; what is wrong with one of them stops nobody."""
    for each in entry_points(group=_GROUP):
        try:
            each.load()
        except Exception as error:
            package = each.dist.name if each.dist else "an unknown package"
            warnings.warn(
                f"the metrics of {each.value!r}, an entry point of {package}, are missing: it can't be imported "
                f"({type(error).__name__}: {error})",
                stacklevel=2,
            )


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
    _load_others()
    found = list(_METRICS.items())  # another thread may be importing further ones
    tasks = sorted({metric.task for _, metric in found})
    if task is not None and task not in tasks:
        raise OptionError(f"task={task!r} is unknown; use one of {', '.join(tasks)}")
    return sorted(
        name
        for name, metric in found
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
    FullReference, ReducedReference or NoReference
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
    spelled = name.lower().replace("-", "_")
    if spelled not in _METRICS:
        _load_others()  # looking through what is installed takes longer than any other step
    known = _METRICS.get(spelled)
    if known is None:
        close = [_METRICS[found].name for found in get_close_matches(name.lower(), list(_METRICS), n=3, cutoff=0.5)]
        hint = (
            f"did you mean {' or '.join(dict.fromkeys(close))}?"
            if close
            else f"there are {', '.join(metrics(weights=True))}"
        )
        raise UnknownMetricError(f"no metric is called {name!r}; {hint}")
    return known.with_options(**options) if options else known


def as_pickled(metric: Registered) -> tuple[Any, ...]:
    """What ``__reduce__`` of a metric returns: the module to import, a name and options; no code travels."""
    found = source(metric.name)
    module = metric.compute.__module__ if found is None else found.module
    return _unpickled, (module, metric.name, dict(metric.bound))


def _unpickled(module: str, name: str, options: Mapping[str, Any]) -> Any:
    if name not in _METRICS:
        where = f"the metric {name!r} comes from the module {module!r}, which"
        try:
            import_module(module)
        except Exception as error:
            raise UnknownMetricError(
                f"{where} can't be imported here ({type(error).__name__}: {error}); install it in every process that "
                "scores, or put its folder on PYTHONPATH"
            ) from error
        if name not in _METRICS:
            raise UnknownMetricError(
                f"{where} does not register it in this process; define the metric in a file of its own that can be imported"
            )
    known = _METRICS[name]
    return known.with_options(**options) if options else known
