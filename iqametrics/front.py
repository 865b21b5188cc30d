"""Metrics as their callers meet them, and all that the file of a metric needs.

A metric looks at one image, at two, or at one and the features of another; nothing else in a call depends on that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, NamedTuple

from iqametrics import documentation, provenance, registry
from iqametrics.cache import Cache
from iqametrics.call import Call
from iqametrics.geometry import MapGeometry
from iqametrics.inputs import LAYOUTS
from iqametrics.kernels import EXECUTORS
from iqametrics.planes import Planes
from iqametrics.record import (
    COLORS,
    IMAGE_MODES,
    PLANE_MODES,
    READING_OPTIONS,
    SHARED_OPTIONS,
    Citation,
    Convention,
    Option,
    Recipe,
    Record,
    Sees,
    check_choice,
)
from iqametrics.views import Reading, Views

__all__ = [
    "COLORS",
    "IMAGE_MODES",
    "PLANE_MODES",
    "Citation",
    "Convention",
    "FullReference",
    "MapGeometry",
    "Metric",
    "NoReference",
    "Option",
    "Planes",
    "Recipe",
    "ReducedReference",
    "Sees",
    "full_reference",
    "no_reference",
    "reduced_reference",
]
#: Recipes that a metric keeps, of calls with different options.
_KEPT = 64


class Request(NamedTuple):
    """What the options of a call come to."""

    recipe: Recipe
    reading: Reading


@dataclass(frozen=True, eq=False)
class Metric(Record):
    """A record with what all metrics can do; called, a metric of each task takes its own images.

    Attributes
    ----------
    bound : Mapping
        Options that calls have unless they say otherwise.
    made_by : tuple, optional
        The function that makes it of other metrics, and its arguments.
    task : str
        ``"fr"``, ``"rr"`` or ``"nr"``: full-, reduced- or no-reference.
    images : tuple of str
        What its images are called.
    """

    bound: Mapping[str, Any] = field(default_factory=dict)
    made_by: tuple[Callable[..., "Metric"], tuple[Any, ...]] | None = None
    task = ""
    images: ClassVar[tuple[str, ...]] = ()

    _recipes: dict[Any, Recipe] = field(default_factory=dict, init=False)

    __doc__ = documentation.OfMetric(documentation.describe, __doc__)
    __signature__ = documentation.OfMetric(documentation.signature)

    def __call__(self, *images: Any, **options: Any) -> Any:
        return self._begun(images, options)(images[-1])

    def map(self, *images: Any, **options: Any) -> Any:
        """Return the local quality map at its native resolution.

        Takes what the metric takes. Pooling the map as the metric does returns the score; :meth:`map_geometry`
        tells where its samples lie in the image.

        Returns
        -------
        array or tensor ``(height', width')``
            With a leading axis for a batch, with a channel axis where the layout has it for ``color="channels"``; a list
            for lists. A metric of several scales returns a tuple of maps, the finest scale first, and one that weights
            its samples :class:`~iqametrics.pooling.WeightedMap`.
        """
        return self._begun(images, options).map(images[-1])

    def terms(self, *images: Any, **options: Any) -> dict[str, Any]:
        """Return what the score is put together from: a value per scale or layer, by its name.

        Takes what the metric takes. A metric that is a single mean has one term, its score.
        """
        return self._begun(images, options).terms(images[-1])

    def _begun(self, images: tuple[Any, ...], options: Mapping[str, Any]) -> Call:
        """The call of some images, but for the last of them."""
        if len(images) != len(self.images):
            names = " and ".join(self.images)
            raise TypeError(f"{self.name} takes {names} as positional arguments; it got {len(images)}")
        return self.call(options, *images[:-1])

    def request(self, options: Mapping[str, Any]) -> Request:
        """What the options of a call come to, together with those that are bound."""
        found = merged(self.bound, options)
        check_choice("layout", found.get("layout"), LAYOUTS)
        check_choice("backend", found.get("backend"), EXECUTORS)
        return Request(self._recipe(found), Reading.of(found, self.sees.signed))

    def _recipe(self, options: Mapping[str, Any]) -> Recipe:
        """The recipe of some options, from the last few that were resolved."""
        recipes = self._recipes
        # The type belongs to the key: True is equal to 1, and no whole number.
        key = tuple((name, type(value), value) for name, value in options.items() if name not in READING_OPTIONS)
        try:
            found = recipes.get(key)
        except TypeError:  # a list, say
            return self.resolve(options)
        if found is None:
            if len(recipes) >= _KEPT:
                recipes.clear()
            found = recipes[key] = self.resolve(options)
        return found

    def with_options(self, **options: Any) -> Any:
        """Return this metric with other defaults for some options."""
        if not options:
            return self
        self.request(options)
        return replace(self, bound=merged(self.bound, options))

    def recipe(self, **options: Any) -> Any:
        """Return what decides the number of a call with these options, without any image.

        Returns
        -------
        Recipe
            Its attributes are ``convention``, ``color``, the metric's own options, and the parameters of the convention.

        Raises
        ------
        OptionError
            The metric has no such option, or the option no such value.

        Examples
        --------
        >>> from iqametrics import ssim
        >>> ssim.recipe(convention="tid2013").color
        'ycbcr'
        """
        return self.request(options).recipe

    def provenance(self, **options: Any) -> dict[str, Any]:
        """Return all that a score of a call with these options depends on beside the images.

        Returns
        -------
        dict
            ``iqametrics`` (the version), ``metric``, ``convention``, ``color``, the metric's own options, ``data_range``,
            ``bits`` and ``backend`` as the call has them. Of a metric with weights also their SHA-256, for which they are
            loaded; of one from another package its module and that file's SHA-256.
        """
        given = merged(self.bound, options)
        recipe = self.request(options).recipe
        own = {name: getattr(recipe, name) for name in ("convention", "color", *self.options)}
        return provenance.of_call(self, {**own, **(self.origin(recipe) if self.origin else {})}, given)

    @property
    def better(self) -> str:
        """Which scores are better, in words: ``"higher"``, ``"lower"`` or, say, ``"nearer to 1"``."""
        if self.higher_is_better is None:
            return f"nearer to {self.identity:g}"
        return "higher" if self.higher_is_better else "lower"

    def badness(self, score: float) -> float:
        """Return a number that is larger for a worse score."""
        if self.higher_is_better is None:
            return abs(score - (self.identity or 0.0))
        return -score if self.higher_is_better else score

    @property
    def color(self) -> str:
        """How it sees colour images unless told otherwise."""
        return self.sees.color

    @property
    def min_size(self) -> int:
        """Smallest side of an image in pixels."""
        return self.smallest_side(self.recipe())

    def map_geometry(self, shape: tuple[int, int], **options: Any) -> MapGeometry | tuple[MapGeometry, ...]:
        """Return where the samples of the map lie in an image of ``shape = (height, width)``.

        Options are those of the call. A metric of several scales returns a tuple, as its :meth:`map` does.
        """
        height, width = shape
        return self.place((height, width), self.recipe(**options))

    def call(self, options: Mapping[str, Any], *reference: Any, prepared: bool = False) -> Call:
        """The metric with the options of a call, and with its reference if it takes one."""
        recipe, reading = self.request(options)
        views = [Views(each, "reference", reading, Cache(True) if prepared else None) for each in reference]
        return Call(self, recipe, reading, views[0] if views else None)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.made_by:
            return _made_again, (*self.made_by, dict(self.bound))
        return registry.as_pickled(self)

    def __repr__(self) -> str:
        bound = "".join(f", {key}={value!r}" for key, value in self.bound.items())
        return f"<metric {self.name}{bound}: {self.title}>"


@dataclass(frozen=True, eq=False, repr=False)
class FullReference(Metric):
    """A full-reference metric: called with two images it returns how they compare."""

    task = "fr"
    images: ClassVar[tuple[str, ...]] = ("reference", "distorted")

    __doc__ = documentation.OfMetric(documentation.describe, __doc__)

    def prepare(self, reference: Any, /, **options: Any) -> Call:
        """Do the reference's share of the work once.

        Returns
        -------
        Call
            To be called with distorted images; its ``map`` takes one too. A reference tensor is detached: gradients flow
            to the distorted image only.
        """
        return self.call(options, reference, prepared=True)


@dataclass(frozen=True, eq=False, repr=False)
class ReducedReference(FullReference):
    """A reduced-reference metric: it compares an image with features of its reference."""

    task = "rr"

    __doc__ = documentation.OfMetric(documentation.describe, __doc__)


@dataclass(frozen=True, eq=False, repr=False)
class NoReference(Metric):
    """A no-reference metric: called with an image it returns how good it is."""

    task = "nr"
    images: ClassVar[tuple[str, ...]] = ("image",)

    __doc__ = documentation.OfMetric(documentation.describe, __doc__)


def merged(bound: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Bound options and those of a call, None saying nothing; a range or a depth replaces whichever of the two was bound."""
    given = {name: value for name, value in options.items() if value is not None or name not in SHARED_OPTIONS}
    if not bound:
        return given
    range_said = {"data_range", "bits"} & given.keys()
    kept = {key: value for key, value in bound.items() if not (range_said and key in ("data_range", "bits"))}
    return {**kept, **given}


def _made_again(make: Callable[..., Metric], arguments: tuple[Any, ...], bound: dict[str, Any]) -> Metric:
    """Rebuild a metric made of another one that travelled to another process."""
    made = make(*arguments)
    return made.with_options(**bound) if bound else made


def full_reference(**record: Any) -> Callable[[Callable[..., Any]], FullReference]:
    """Make a metric of the function that computes it, and register it under the function's name.

    Parameters
    ----------
    **record
        The attributes of :class:`~iqametrics.record.Record`, and those of :class:`~iqametrics.record.Sees` in place of
        `sees`. The function takes the reference's planes, the distorted image's and the recipe, and returns a
        :class:`~iqametrics.pooling.Pool`. Its docstring becomes the metric's.
    """
    return _decorator(FullReference, record)


def reduced_reference(**record: Any) -> Callable[[Callable[..., Any]], ReducedReference]:
    """As :func:`full_reference`, for a metric that needs no more than features of the reference."""
    return _decorator(ReducedReference, record)


def no_reference(**record: Any) -> Callable[[Callable[..., Any]], NoReference]:
    """As :func:`full_reference`, for a metric of one image: the function takes its planes and the recipe."""
    return _decorator(NoReference, record)


def _decorator(kind: Any, record: dict[str, Any]) -> Callable[[Callable[..., Any]], Any]:
    names = {each.name for each in fields(Sees)} & record.keys()
    if names:
        record = {**record, "sees": Sees(**{name: record[name] for name in names})}
        for name in names:
            del record[name]

    def decorate(compute: Callable[..., Any]) -> Any:
        return registry.register(kind(name=compute.__name__, compute=compute, **record))

    return decorate
