"""Concepts: images of stripes, checks, dots, noise and colours that know where each of them is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import pi

import numpy as np
import numpy.typing as npt

from iqametrics.errors import OptionError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

TEXTURE, COLOR = "texture", "color"
ORIENTATIONS = 8
#: Wavelengths of the patterns in pixels.
PERIODS = (4.0, 7.0, 12.0)
#: Prototypes of the eleven basic colour names, in sRGB.
PROTOTYPES = {
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
    "white": (255, 255, 255),
    "red": (215, 30, 35),
    "orange": (245, 140, 20),
    "yellow": (250, 230, 30),
    "green": (35, 150, 55),
    "blue": (25, 65, 200),
    "purple": (130, 40, 150),
    "pink": (245, 150, 185),
    "brown": (115, 70, 30),
}
#: Patches along a side of an image.
_TILES = 2
#: Standard deviation of what a colour patch differs from its prototype by, and of the noise in all patches, of 1.
_SHADE, _NOISE = 0.05, 0.01


@dataclass(frozen=True, eq=False)
class ConceptSet:
    """Images, and which pixels show which concept.

    Attributes
    ----------
    images : ndarray of float32, shape (n, side, side, 3)
        Red, green and blue from 0 to 1.
    masks : Mapping of str to ndarray of bool, shape (n, side, side)
        Pixels of every concept.
    categories : Mapping of str to str
        ``"texture"`` or ``"color"`` for every concept.
    """

    images: npt.NDArray[np.float32]
    masks: Mapping[str, BoolArray]
    categories: Mapping[str, str]

    @property
    def concepts(self) -> tuple[str, ...]:
        """Names of the concepts."""
        return tuple(self.masks)


def concept_set(count: int = 60, side: int = 128, seed: int = 0, photographs: int = 12) -> ConceptSet:
    """Make images of four patches each, one half of them of textures in grey, the other of colours; and add photographs.

    Parameters
    ----------
    count : int
        Number of images of patches.
    side : int
        Their side in pixels.
    seed : int
        Equal seeds make equal images.
    photographs : int
        Number of parts of scikit-image's photographs behind them, labelled for colours.

    Returns
    -------
    ConceptSet
        Stripes of 8 orientations ("stripes 0 deg" stand upright: the angle is that of the way across them), checks, dots and
        noise, each with periods of 4, 7 and 12 pixels; and the eleven basic colours, where every pixel of a patch or of a
        photograph has the name of the prototype nearest in CIELAB.

    Raises
    ------
    OptionError
        There are too few images for every concept to appear, or they are too small, or larger than the photographs.

    Examples
    --------
    >>> from iqametrics.deep.explain import concept_set
    >>> found = concept_set()
    >>> found.images.shape, len(found.concepts)
    ((72, 128, 128, 3), 22)
    """
    textures = _textures()
    least = 2 * -(-max(len(textures), len(PROTOTYPES)) // _TILES**2)
    if count < least or side < 32:
        raise OptionError(f"count={count}, side={side}: at least {least} images of 32 pixels a side show every concept")
    if photographs < 0:
        raise OptionError(f"photographs={photographs} must be 0 or more")
    random = np.random.default_rng(seed)
    names = [*textures, *PROTOTYPES]
    categories = {name: TEXTURE if name in textures else COLOR for name in names}
    masks = {name: np.zeros((count + photographs, side, side), bool) for name in names}
    images = np.empty((count, side, side, 3))
    queues = {TEXTURE: _Queue(list(textures), random), COLOR: _Queue(list(PROTOTYPES), random)}
    edges = [side * i // _TILES for i in range(_TILES + 1)]
    for number in range(count):
        category = TEXTURE if number < (count + 1) // 2 else COLOR
        for row, column in np.ndindex(_TILES, _TILES):
            place = slice(edges[row], edges[row + 1]), slice(edges[column], edges[column + 1])
            shape = edges[row + 1] - edges[row], edges[column + 1] - edges[column]
            name, turn = queues[category].next()
            if category == TEXTURE:
                patch = _grey(textures[name](shape, PERIODS[turn % len(PERIODS)], random), random)
                masks[name][number][place] = True
            else:
                patch = _shaded(name, shape, random)
            images[number][place] = patch
        images[number] += _NOISE * random.standard_normal((side, side, 1))
    images = np.concatenate([images.clip(0, 1), _photographs(photographs, side, random)])
    nearest = _nearest_prototype(images[(count + 1) // 2 :])
    for code, name in enumerate(PROTOTYPES):
        masks[name][(count + 1) // 2 :] = nearest == code
    return ConceptSet(images.astype(np.float32), masks, categories)


class _Queue:
    """Names in random order, each as often as any other; and how often each has had its turn."""

    def __init__(self, names: list[str], random: np.random.Generator) -> None:
        self._names, self._random = names, random
        self._waiting: list[str] = []
        self._turn = -1

    def next(self) -> tuple[str, int]:
        if not self._waiting:
            self._waiting = [self._names[i] for i in self._random.permutation(len(self._names))]
            self._turn += 1
        return self._waiting.pop(), self._turn


_Texture = Callable[[tuple[int, int], float, np.random.Generator], FloatArray]


def _textures() -> dict[str, _Texture]:
    """Patterns from -1 to 1 by the name of their concept."""
    stripes: dict[str, _Texture] = {
        f"stripes {180 * step / ORIENTATIONS:g} deg": partial(_wave, angle=pi * step / ORIENTATIONS)
        for step in range(ORIENTATIONS)
    }
    return {**stripes, "checks": _checks, "dots": _dots, "noise": _noise}


def _wave(shape: tuple[int, int], period: float, random: np.random.Generator, angle: float) -> FloatArray:
    row, column = np.mgrid[: shape[0], : shape[1]]
    phase = random.uniform(0, 2 * pi)
    found: FloatArray = np.sin(2 * pi / period * (column * np.cos(angle) + row * np.sin(angle)) + phase)
    return found


def _checks(shape: tuple[int, int], period: float, random: np.random.Generator) -> FloatArray:
    found: FloatArray = np.sign(_wave(shape, period, random, 0.0) * _wave(shape, period, random, pi / 2))
    return found


def _dots(shape: tuple[int, int], period: float, random: np.random.Generator) -> FloatArray:
    peaks = _wave(shape, period, random, 0.0) + _wave(shape, period, random, pi / 2)
    return np.where(peaks > 1.0, 1.0, -0.4)


def _noise(shape: tuple[int, int], period: float, random: np.random.Generator) -> FloatArray:
    """White noise in grains of a quarter of the period."""
    grain = max(1, round(period / 4))
    coarse = random.standard_normal([-(-side // grain) for side in shape])
    found = np.kron(coarse, np.ones((grain, grain)))[: shape[0], : shape[1]]
    return np.asarray(found.clip(-2, 2) / 2, np.float64)


def _grey(pattern: FloatArray, random: np.random.Generator) -> FloatArray:
    contrast, level = random.uniform(0.25, 0.45), random.uniform(0.45, 0.55)
    return np.repeat((level + contrast * pattern)[..., None], 3, -1)


def _shaded(name: str, shape: tuple[int, int], random: np.random.Generator) -> FloatArray:
    """A patch from one shade of a colour to another."""
    ends = np.asarray(PROTOTYPES[name]) / 255 + _SHADE * random.standard_normal((2, 3))
    row, column = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j]
    share = (row if random.random() < 0.5 else column)[..., None]
    found: FloatArray = (1 - share) * ends[0] + share * ends[1]
    return found


def _photographs(count: int, side: int, random: np.random.Generator) -> FloatArray:
    """Parts of photographs, in turn and at random places."""
    from iqametrics.demo.pictures import pictures

    known = list(pictures().values())
    largest = min(min(picture.shape[:2]) for picture in known)
    if count and side > largest:
        raise OptionError(f"side={side}: photographs have {largest} pixels; make it smaller, or use photographs=0")
    found = np.empty((count, side, side, 3))
    for number in range(count):
        picture = known[number % len(known)]
        top, left = (int(random.integers(length - side + 1)) for length in picture.shape[:2])
        found[number] = picture[top : top + side, left : left + side] / 255
    return found


def _nearest_prototype(images: FloatArray) -> npt.NDArray[np.intp]:
    from skimage.color import rgb2lab

    lab = rgb2lab(images)
    prototypes = rgb2lab(np.asarray(list(PROTOTYPES.values()))[None] / 255)[0]
    distances = np.stack([((lab - each) ** 2).sum(-1) for each in prototypes])
    return distances.argmin(0)
