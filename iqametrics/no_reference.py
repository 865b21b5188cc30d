"""What a no-reference metric is: its record, and its call, which takes one image."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from iqametrics import provenance, registry
from iqametrics.errors import OptionError
from iqametrics.record import Citation, Option, merged

#: Options every no-reference metric has; a metric adds its own.
SHARED_OPTIONS = ("data_range", "bits", "layout")


@dataclass(frozen=True, eq=False)
class NoReference:
    """A no-reference metric: called with an image it returns how good it is.

    Attributes
    ----------
    name, title : str
        Short and full name.
    task : str
        ``"nr"``, no-reference.
    higher_is_better : bool
        Direction.
    range : tuple of float
        Smallest and largest value it can take.
    min_size : int
        Smallest side of an image in pixels.
    needs_weights : bool
        Whether it computes with weights that are no part of the package.
    citation : Citation
        Its source.
    """

    name: str
    title: str
    higher_is_better: bool
    range: tuple[float, float]
    citation: Citation
    compute: Callable[..., Any]
    local: Callable[..., Any]
    min_size: int = 1
    options: Mapping[str, Option] = field(default_factory=dict)
    needs_weights: bool = False
    aliases: tuple[str, ...] = ()
    bound: Mapping[str, Any] = field(default_factory=dict)
    task: str = "nr"
    origin: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", self.compute.__doc__)

    def __call__(
        self,
        image: Any,
        /,
        *,
        data_range: float | None = None,
        bits: int | None = None,
        layout: str | None = None,
        **options: Any,
    ) -> Any:
        return self.compute(image, **self._given(locals()))

    def map(
        self,
        image: Any,
        /,
        *,
        data_range: float | None = None,
        bits: int | None = None,
        layout: str | None = None,
        **options: Any,
    ) -> Any:
        """Return the local quality behind the score; takes what the metric takes."""
        return self.local(image, **self._given(locals()))

    def with_options(self, **options: Any) -> "NoReference":
        """Return this metric with other defaults for some options."""
        self._complete(options)
        return replace(self, bound=merged(self.bound, options))

    def provenance(self, **options: Any) -> dict[str, Any]:
        """Return all that a score of a call with these options depends on beside the image.

        Returns
        -------
        dict
            As :meth:`iqametrics.record.Metric.provenance`, with the SHA-256 of the weights where there are any.
        """
        given = self._complete(options)
        own = {name: given[name] for name in self.options}
        return provenance.of_call(self, {**own, **(self.origin(given) if self.origin else {})}, given)

    @property
    def better(self) -> str:
        """Which scores are better, in words: ``"higher"`` or ``"lower"``."""
        return "higher" if self.higher_is_better else "lower"

    def badness(self, score: float) -> float:
        """Return a number that is larger for a worse score."""
        return -score if self.higher_is_better else score

    def _given(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """All options of a call, from its arguments."""
        shared = {name: arguments[name] for name in SHARED_OPTIONS if arguments[name] is not None}
        return self._complete({**shared, **arguments["options"]})

    def _complete(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """All options of a call, checked."""
        given = merged(self.bound, options)
        unknown = given.keys() - {*SHARED_OPTIONS, *self.options}
        if unknown:
            known = ", ".join((*SHARED_OPTIONS, *self.options))
            raise OptionError(f"{self.name} has no option {', '.join(sorted(unknown))}; it has {known}")
        for name, option in self.options.items():
            given.setdefault(name, option.default)
            option.check(given[name])
        return given

    def __reduce__(self) -> tuple[Any, ...]:
        return registry.as_pickled(self)

    def __repr__(self) -> str:
        bound = "".join(f", {key}={value!r}" for key, value in self.bound.items())
        return f"<metric {self.name}{bound}: {self.title}>"


def no_reference(**record: Any) -> Callable[[Callable[..., Any]], NoReference]:
    """Make a metric of the function that computes it, and register it under the function's name.

    Parameters
    ----------
    **record
        The attributes of :class:`NoReference`. The function takes the images and all options by name.
    """

    def decorate(compute: Callable[..., Any]) -> NoReference:
        return registry.register(NoReference(name=compute.__name__, compute=compute, **record))

    return decorate
