"""What a distortion is: a function of pixels with a record that says what its parameters mean."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Literal

import numpy as np

from iqametrics.errors import OptionError

Family = Literal["noise", "blur", "compression", "tone", "color", "blocks", "geometry"]
#: Held by the first call of a distortion, which imports what it needs: threads that import a library at once may meet half
#: of it.
_first_call = RLock()
_called: set[str] = set()
#: The value of a parameter: a number, or a word where it has choices.
Value = float | int | str


@dataclass(frozen=True)
class Parameter:
    """A parameter of a distortion.

    Attributes
    ----------
    name, unit, text : str
        What it is called, what it is measured in, and what it does. Intensities are shares of the data range.
    low, high : float
        Smallest and largest legal value.
    default : float, int, str or None
        Value where none is given; None: it must be given.
    null : float or None
        Value that leaves every image as it is, if there is one.
    whole : bool
        Whether only whole numbers are legal.
    choices : tuple of str
        Legal words, for a parameter that is no number.
    spellings : Mapping of str to callable
        Other names that a value may be given under, with what turns them into this parameter: a variance may be told as
        a standard deviation.
    """

    name: str
    unit: str
    text: str
    low: float = 0.0
    high: float = math.inf
    default: Value | None = None
    null: float | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()
    spellings: Mapping[str, Callable[[float], float]] = field(default_factory=dict)

    def check(self, value: Any, owner: str) -> Value:
        """Return a legal value as a plain number or word; raise OptionError for any other."""
        if self.choices:
            if value not in self.choices:
                raise OptionError(f"{owner}: {self.name}={value!r} is unknown; use one of {', '.join(self.choices)}")
            return str(value)
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if not number or not self.low <= value <= self.high or (self.whole and value != int(value)):
            kind = "a whole number" if self.whole else "a number"
            raise OptionError(f"{owner}: {self.name}={value!r} must be {kind} from {self.low:g} to {self.high:g}")
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, eq=False)
class Distortion:
    """A type of distortion.

    Attributes
    ----------
    name, title : str
        Short and full name.
    family : str
        What kind of harm it is: noise, blur, compression, tone, color, blocks or geometry.
    parameters : tuple of Parameter
        The first is its strength, the one that levels vary.
    search : tuple of float
        Weakest and strongest value of the strength where a PSNR is looked for.
    random : bool
        Whether it depends on the seed.
    color : bool
        Whether it changes colour alone, so that grey images are refused.
    min_side : int
        Smallest side of an image in pixels.
    needs : str
        What must be there beside the packages that are always installed.
    alternates : tuple of str
        Presets whose levels go back and forth, so that a higher level need not be a worse image.
    aliases : tuple of str
        What data sets call it.
    source : str
        Where the operation comes from, and where it is a choice or a stand-in of this package.
    """

    name: str
    title: str
    family: Family
    parameters: tuple[Parameter, ...]
    search: tuple[float, float]
    source: str
    function: Callable[..., np.ndarray]
    random: bool = False
    color: bool = False
    min_side: int = 1
    needs: str = ""
    alternates: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def strength(self) -> Parameter:
        """The parameter that levels vary."""
        return self.parameters[0]

    @property
    def monotone(self) -> bool:
        """Whether a higher level is a worse image in every preset."""
        return not self.alternates

    def monotone_in(self, preset: str) -> bool:
        """Whether a higher level is a worse image in this preset."""
        return preset not in self.alternates

    def complete(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """Return all parameters under their own names, checked, with defaults for those not given.

        Raises
        ------
        OptionError
            A parameter is unknown, missing, given twice or out of its range.
        """
        left = dict(given)
        found: dict[str, Value] = {}
        for parameter in self.parameters:
            names = [name for name in (parameter.name, *parameter.spellings) if name in left]
            if len(names) > 1:
                raise OptionError(f"{self.name}: {' and '.join(names)} are the same parameter; give one of them")
            if names:
                value = left.pop(names[0])
                convert = parameter.spellings.get(names[0])
                if convert and isinstance(value, int | float | np.integer | np.floating):
                    value = convert(float(value))
                found[parameter.name] = parameter.check(value, self.name)
            elif parameter.default is None:
                raise OptionError(f"{self.name}: {parameter.name} is missing; {parameter.text}")
            else:
                found[parameter.name] = parameter.default
        if left:
            known = ", ".join(name for each in self.parameters for name in (each.name, *each.spellings))
            raise OptionError(f"{self.name} has no parameter {', '.join(map(repr, left))}; it has {known}")
        return found

    def __call__(self, pixels: np.ndarray, rng: np.random.Generator, **parameters: Value) -> np.ndarray:
        """Distort ``(H, W, 1)`` or ``(H, W, 3)`` pixels in 0..1; the result may leave that range."""
        if self.name in _called:
            return self._called_with(pixels, rng, parameters)
        with _first_call:
            found = self._called_with(pixels, rng, parameters)
        _called.add(self.name)
        return found

    def _called_with(self, pixels: np.ndarray, rng: np.random.Generator, parameters: Mapping[str, Value]) -> np.ndarray:
        return self.function(pixels, rng, **parameters) if self.random else self.function(pixels, **parameters)

    def __repr__(self) -> str:
        return f"<distortion {self.name}: {self.title}>"
