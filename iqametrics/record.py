"""What a metric is: its record, and the call that every metric shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from iqametrics import documentation, inputs, provenance, registry
from iqametrics.comparison import Comparison
from iqametrics.errors import OptionError
from iqametrics.geometry import MapGeometry
from iqametrics.kernels import EXECUTORS
from iqametrics.planes import Planes
from iqametrics.pooling import Pool
from iqametrics.seen import Seen

#: Options every metric has; a metric adds its own.
SHARED_OPTIONS = ("data_range", "bits", "layout", "color", "convention", "backend")


@dataclass(frozen=True)
class Citation:
    """Where a metric comes from."""

    authors: str
    title: str
    venue: str
    year: int
    doi: str

    def __str__(self) -> str:
        return f'{self.authors}, "{self.title}," {self.venue}, {self.year}. https://doi.org/{self.doi}'


@dataclass(frozen=True)
class Convention:
    """A named recipe: everything that makes one published number differ from another of the same metric.

    Attributes
    ----------
    recipe : str
        The recipe in words.
    min_size : int
        Smallest side of an image it works on.
    color : str or None
        How it sees colour, where that belongs to the recipe.
    parameters : Mapping
        What the metric's function reads from its recipe.
    """

    recipe: str
    min_size: int = 1
    color: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """An option of one metric.

    Attributes
    ----------
    default : object
        Its default.
    kind : str
        Its type, for the documentation.
    text : str
        What it does.
    check : callable
        Raises if a value is not legal.
    """

    default: Any
    kind: str
    text: str
    check: Callable[[Any], None]


Recipe = SimpleNamespace
Compute = Callable[[Planes, Planes, Recipe], Pool]
Geometry = Callable[[tuple[int, int], Recipe], MapGeometry | tuple[MapGeometry, ...]]


@dataclass(frozen=True, eq=False)
class Metric:
    """A full-reference metric: called with two images it returns how they compare.

    Attributes
    ----------
    name, title : str
        Short and full name.
    task : str
        ``"fr"``, full-reference.
    higher_is_better : bool or None
        Direction; None if a score is the better the nearer it is to `identity`.
    range : tuple of float
        Smallest and largest value it can take.
    identity : float
        Value for identical images.
    units : str
        ``"data"`` if the score is in the units of the pixels; ``"255"`` if pixels are first brought to 0..255, so that
        the score does not depend on the data range.
    double : bool
        Whether single precision would lose digits of the score, so that tensors are worked on in double.
    color : str
        How it sees colour images unless told otherwise (a key of ``iqametrics.inputs.COLORS``).
    conventions : Mapping of str to Convention
        Its recipes by name, the default first.
    needs_weights : bool
        Whether it computes with the weights of a network, which are no part of the package.
    citation : Citation
        Its source.
    """

    name: str
    title: str
    higher_is_better: bool | None
    range: tuple[float, float]
    identity: float
    color: str
    conventions: Mapping[str, Convention]
    citation: Citation
    compute: Compute
    geometry: Geometry
    units: str = "255"
    double: bool = False
    options: Mapping[str, Option] = field(default_factory=dict)
    smallest: Callable[[Recipe], int] | None = None
    size_hint: Callable[[int], str] | None = None
    aliases: tuple[str, ...] = ()
    bound: Mapping[str, Any] = field(default_factory=dict)
    task: str = "fr"
    needs_weights: bool = False
    origin: Callable[[Recipe], Mapping[str, Any]] | None = None
    made_by: tuple[Callable[..., "Metric"], tuple[Any, ...]] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", documentation.describe(self))

    def __call__(
        self,
        reference: Any,
        distorted: Any,
        /,
        *,
        data_range: float | None = None,
        bits: int | None = None,
        layout: str | None = None,
        color: str | None = None,
        convention: str | None = None,
        backend: str | None = None,
        **options: Any,
    ) -> Any:
        return self._comparison(reference, locals())(distorted)

    def map(
        self,
        reference: Any,
        distorted: Any,
        /,
        *,
        data_range: float | None = None,
        bits: int | None = None,
        layout: str | None = None,
        color: str | None = None,
        convention: str | None = None,
        backend: str | None = None,
        **options: Any,
    ) -> Any:
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
        return self._comparison(reference, locals()).map(distorted)

    def prepare(
        self,
        reference: Any,
        /,
        *,
        data_range: float | None = None,
        bits: int | None = None,
        layout: str | None = None,
        color: str | None = None,
        convention: str | None = None,
        backend: str | None = None,
        **options: Any,
    ) -> Comparison:
        """Do the reference's share of the work once.

        Returns
        -------
        Comparison
            To be called with distorted images; its ``map`` takes one too. A reference tensor is detached: gradients flow
            to the distorted image only.
        """
        return self._comparison(reference, locals(), keep=True)

    def terms(
        self,
        reference: Any,
        distorted: Any,
        /,
        *,
        data_range: float | None = None,
        bits: int | None = None,
        layout: str | None = None,
        color: str | None = None,
        convention: str | None = None,
        backend: str | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Return what the score is put together from: a value per scale or layer, by its name.

        Takes what the metric takes. A metric that is a single mean has one term, its score.
        """
        return self._comparison(reference, locals()).terms(distorted)

    def provenance(self, **options: Any) -> dict[str, Any]:
        """Return all that a score of a call with these options depends on beside the images.

        Returns
        -------
        dict
            ``iqametrics`` (the version), ``metric``, ``convention``, ``color``, the metric's own options, ``data_range``,
            ``bits`` and ``backend`` as the call has them. Of a metric on a network's feature maps also the SHA-256 of its
            weights, which are loaded for the purpose; of one from another package its module and that file's SHA-256.
        """
        given = merged(self.bound, options)
        recipe = self._recipe(given)
        own = {name: getattr(recipe, name) for name in ("convention", "color", *self.options)}
        return provenance.of_call(self, {**own, **(self.origin(recipe) if self.origin else {})}, given)

    def with_options(self, **options: Any) -> "Metric":
        """Return this metric with other defaults for some options."""
        self.recipe(**options)
        return replace(self, bound=merged(self.bound, options))

    def recipe(self, **options: Any) -> Recipe:
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
        return self._recipe(merged(self.bound, options))

    @property
    def better(self) -> str:
        """Which scores are better, in words: ``"higher"``, ``"lower"`` or, say, ``"nearer to 1"``."""
        words = {True: "higher", False: "lower", None: f"nearer to {self.identity:g}"}
        return words[self.higher_is_better]

    def badness(self, score: float) -> float:
        """Return a number that is larger for a worse score."""
        if self.higher_is_better is None:
            return abs(score - self.identity)
        return -score if self.higher_is_better else score

    @property
    def min_size(self) -> int:
        """Smallest side of an image in pixels."""
        return self.smallest_side(self.recipe())

    def map_geometry(self, shape: tuple[int, int], **options: Any) -> MapGeometry | tuple[MapGeometry, ...]:
        """Return where the samples of the map lie in an image of ``shape = (height, width)``.

        Options are those of the call. A metric of several scales returns a tuple, as its :meth:`map` does.
        """
        height, width = shape
        return self.geometry((height, width), self.recipe(**options))

    def _comparison(self, reference: Any, arguments: dict[str, Any], keep: bool = False) -> Comparison:
        given = {name: arguments[name] for name in SHARED_OPTIONS if arguments[name] is not None}
        options = merged(self.bound, {**given, **arguments["options"]})
        return Comparison(self, self._recipe(options), Seen(reference, "reference", options, keep), options)

    def _recipe(self, options: Mapping[str, Any]) -> Recipe:
        """Everything the metric's function reads: the convention's parameters and the metric's options."""
        unknown = options.keys() - {*SHARED_OPTIONS, *self.options}
        if unknown:
            known = ", ".join((*SHARED_OPTIONS, *self.options))
            raise OptionError(f"{self.name} has no option {', '.join(sorted(unknown))}; it has {known}")
        name = options.get("convention") or next(iter(self.conventions))
        if name not in self.conventions:
            raise OptionError(f"{self.name} has no convention {name!r}; use one of {', '.join(self.conventions)}")
        convention = self.conventions[name]
        values = {key: options.get(key, option.default) for key, option in self.options.items()}
        for key, value in values.items():
            self.options[key].check(value)
        color = options.get("color") or convention.color or self.color
        inputs.check_choice("color", color, inputs.COLORS)
        inputs.check_choice("layout", options.get("layout"), inputs.LAYOUTS)
        inputs.check_choice("backend", options.get("backend"), EXECUTORS)
        return Recipe(convention=name, color=color, **convention.parameters, **values)

    def smallest_side(self, recipe: Recipe) -> int:
        """Smallest side of an image for a recipe."""
        return self.smallest(recipe) if self.smallest else self.conventions[recipe.convention].min_size

    def __reduce__(self) -> tuple[Any, ...]:
        if self.made_by:
            return _made_again, (*self.made_by, dict(self.bound))
        return registry.as_pickled(self)

    def __repr__(self) -> str:
        bound = "".join(f", {key}={value!r}" for key, value in self.bound.items())
        return f"<metric {self.name}{bound}: {self.title}>"


def merged(bound: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Bound options and those of a call; a range or a depth replaces whichever of the two was bound."""
    range_said = {"data_range", "bits"} & options.keys()
    kept = {key: value for key, value in bound.items() if not (range_said and key in ("data_range", "bits"))}
    return {**kept, **options}


def _made_again(make: Callable[..., Metric], arguments: tuple[Any, ...], bound: dict[str, Any]) -> Metric:
    """Rebuild a metric made of another one that travelled to another process."""
    made = make(*arguments)
    return made.with_options(**bound) if bound else made


def full_reference(**record: Any) -> Callable[[Compute], Metric]:
    """Make a metric of the function that computes it, and register it under the function's name.

    Parameters
    ----------
    **record
        The attributes of :class:`Metric`. The function takes the reference's planes, the distorted image's and the
        recipe, and returns a :class:`~iqametrics.pooling.Pool`. Its docstring becomes the metric's.
    """

    def decorate(compute: Compute) -> Metric:
        return registry.register(Metric(name=compute.__name__, compute=compute, **record))

    return decorate
