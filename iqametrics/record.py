"""What a metric says of itself: data alone, and how the options of a call become a recipe."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, make_dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from iqametrics.errors import OptionError
from iqametrics.geometry import MapGeometry

#: Options that say what the pixels of a call mean and what computes: no recipe holds them.
READING_OPTIONS = ("data_range", "bits", "layout", "backend")
#: Options every metric has; a metric adds its own.
SHARED_OPTIONS = ("data_range", "bits", "layout", "color", "convention", "backend")
#: Ways to see a colour image, apart from a metric's convention.
COLORS = {
    "gray": "MATLAB's rgb2gray, rounded if all images are integers",
    "luma": "0.299 R + 0.587 G + 0.114 B, not rounded",
    "ycbcr": "Y of MATLAB's rgb2ycbcr (16 to 235 of 255), rounded if all images are integers",
    "channels": "every channel on its own",
    "rgb": "red, green and blue together",
}
#: Those that a metric of single planes can work in.
PLANE_MODES = ("gray", "luma", "ycbcr", "channels")
#: Those that leave one image of an image, for a metric that takes its channels together.
IMAGE_MODES = ("rgb", "gray", "luma", "ycbcr")


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
    """An option of one metric. Bounds, choices and the errors and documentation that follow from them are declared.

    Attributes
    ----------
    default : object
        Its default.
    kind : str
        Its type, for the documentation.
    text : str
        What it does.
    check : callable or None
        Raises if a value is not legal, for what bounds and choices can't say.
    low, high : int or float or None
        Smallest and largest number; whole numbers alone are legal if both are `int`.
    choices : tuple of str
        The legal words.
    """

    default: Any
    kind: str
    text: str
    check: Callable[[Any], None] | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether whole numbers alone are legal."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def bounds(self) -> str:
        """The legal values in words; empty where only a function knows."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.low is None or self.high is None:
            return ""
        return f"{'a whole number' if self.whole else 'a number'} from {self.low:g} to {self.high:g}"

    def legal(self, name: str, value: Any) -> Any:
        """A legal value, numbers as Python's own; OptionError for any other."""
        if self.choices:
            check_choice(name, value, self.choices, optional=False)
        elif self.low is not None and self.high is not None:
            value = self._number(name, value)
        if self.check is not None:
            self.check(value)
        return value

    def _number(self, name: str, value: Any) -> Any:
        # NumPy's numbers have item(), and so have tensors of one number.
        number = value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
        legal = isinstance(number, int) if self.whole else isinstance(number, int | float)
        if isinstance(number, bool) or not legal or not self.low <= number <= self.high:
            raise OptionError(f"{name}={value!r} must be {self.bounds}")
        return number if self.whole else float(number)


@dataclass(frozen=True)
class Sees:
    """How a metric sees an image.

    Attributes
    ----------
    color : str
        How it sees colour images unless told otherwise (a key of `COLORS`).
    modes : tuple of str
        All ways in which it can see them; by default every mode that gives single planes, or `color` alone if that is "rgb".
    scaled : bool
        Whether pixels are first brought to 0..255, so that the score does not depend on the data range; otherwise the score
        is in the units of the pixels.
    double : bool
        Whether single precision would lose digits of the score, so that tensors are worked on in double.
    signed : bool
        Whether floats are taken to lie in -1..1 where no other range is said, as its authors' code takes them.
    """

    color: str = "gray"
    modes: tuple[str, ...] = ()
    scaled: bool = True
    double: bool = False
    signed: bool = False

    def __post_init__(self) -> None:
        if not self.modes:
            object.__setattr__(self, "modes", ("rgb",) if self.color == "rgb" else PLANE_MODES)


@dataclass(frozen=True)
class Recipe:
    """What decides the number of a call: a convention's parameters and the metric's options, fixed.

    A metric with parameters may declare a dataclass that inherits from this one, with a field for each; otherwise a class is
    made of their names.

    Attributes
    ----------
    convention, color : str
        Names of the convention and of the colour mode.
    """

    convention: str
    color: str

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def replace(self, **changes: Any) -> Any:
        """The recipe with other values."""
        return replace(self, **changes)


Geometry = Callable[[tuple[int, int], Any], MapGeometry | tuple[MapGeometry, ...]]


@dataclass(frozen=True, eq=False)
class Record:
    """What a metric is.

    Attributes
    ----------
    name, title : str
        Short and full name.
    higher_is_better : bool or None
        Direction; None if a score is the better the nearer it is to `identity`.
    range : tuple of float
        Smallest and largest value it can take.
    identity : float or None
        Value for identical images; None if it depends on the image.
    conventions : Mapping of str to Convention
        Its recipes by name, the default first.
    citation : Citation
        Its source.
    compute : callable
        Planes of the images and the recipe to a :class:`~iqametrics.pooling.Pool`. Its docstring becomes the metric's.
    geometry : callable or None
        Shape of an image and the recipe to where the samples of the map lie; None if there is no map.
    sees : Sees
        How it sees an image.
    options : Mapping of str to Option
        Its own options.
    smallest : callable or None
        Recipe to the smallest side of an image, where an option decides it.
    size_hint : callable or None
        What to say to a side that is too small.
    aliases : tuple of str
        Other names.
    units : int
        Power of the pixels' unit in the score: 2 for a squared error; 0 for a score without unit.
    needs_weights : bool
        Whether it computes with the weights of a network, which are no part of the package.
    origin : callable or None
        Recipe to what the score depends on beside it, such as the hash of weights.
    recipe_type : type or None
        Class of its recipes, for a metric that declares one.
    """

    name: str
    title: str
    higher_is_better: bool | None
    range: tuple[float, float]
    identity: float | None
    conventions: Mapping[str, Convention]
    citation: Citation
    compute: Callable[..., Any]
    geometry: Geometry | None = None
    sees: Sees = field(default_factory=Sees)
    options: Mapping[str, Option] = field(default_factory=dict)
    smallest: Callable[[Any], int] | None = None
    size_hint: Callable[[int], str] | None = None
    aliases: tuple[str, ...] = ()
    units: int = 0
    needs_weights: bool = False
    origin: Callable[[Any], Mapping[str, Any]] | None = None
    recipe_type: type[Recipe] | None = None

    def __post_init__(self) -> None:
        parameters = next(iter(self.conventions.values())).parameters
        names = [*parameters, *self.options]
        found = self.recipe_type or _recipe_type(self.name, names)
        if sorted(names) != sorted(each.name for each in fields(found) if each.name not in ("convention", "color")):
            raise TypeError(f"{self.name}: {found.__name__} has other fields than its conventions and options give")
        object.__setattr__(self, "recipe_type", found)

    def resolve(self, options: Mapping[str, Any]) -> Recipe:
        """The recipe of a call with these options, which are checked.

        Raises
        ------
        OptionError
            The metric has no such option, or the option no such value.
        """
        unknown = options.keys() - {*SHARED_OPTIONS, *self.options}
        if unknown:
            known = ", ".join((*SHARED_OPTIONS, *self.options))
            raise OptionError(f"{self.name} has no option {', '.join(sorted(unknown))}; it has {known}")
        name = options.get("convention") or next(iter(self.conventions))
        if name not in self.conventions:
            raise OptionError(f"{self.name} has no convention {name!r}; use one of {', '.join(self.conventions)}")
        convention = self.conventions[name]
        values = {key: option.legal(key, options.get(key, option.default)) for key, option in self.options.items()}
        color = options.get("color") or convention.color or self.sees.color
        check_choice("color", color, self.sees.modes)
        kind: Any = self.recipe_type
        return kind(convention=name, color=color, **convention.parameters, **values)

    def place(self, shape: tuple[int, int], recipe: Recipe) -> MapGeometry | tuple[MapGeometry, ...]:
        """Where the samples of the map lie in an image of this shape.

        Raises
        ------
        OptionError
            The metric has no map.
        """
        if self.geometry is None:
            raise OptionError(f"{self.name} has no map")
        return self.geometry(shape, recipe)

    def smallest_side(self, recipe: Recipe) -> int:
        """Smallest side of an image for a recipe."""
        return self.smallest(recipe) if self.smallest else self.conventions[recipe.convention].min_size


def check_choice(name: str, value: Any, choices: Collection[str], optional: bool = True) -> None:
    """Refuse a value that is none of the choices, nor, where that is allowed, None."""
    if value not in choices and not (optional and value is None):
        raise OptionError(f"{name}={value!r} is unknown; use one of {', '.join(choices)}")


def _recipe_type(name: str, parameters: Collection[str]) -> type[Recipe]:
    """A class for recipes with these parameters."""
    if not parameters:
        return Recipe
    return make_dataclass(f"{name}_recipe", [(each, Any) for each in parameters], bases=(Recipe,), frozen=True)


def __getattr__(name: str) -> Any:
    """Names that files of other projects import from here; the rooms they have moved to stand on this one."""
    if name in ("Metric", "full_reference"):
        return getattr(import_module("iqametrics.older_names"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
