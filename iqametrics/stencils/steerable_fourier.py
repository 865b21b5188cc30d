"""The complex steerable pyramid, built in the frequency domain (matlabPyrTools' ``buildSCFpyr``), and how far two agree.

Masks are interpolated in the tables of that release, as all published values are. The constant factors of its angular masks,
a gain and a phase, are left out: the coherence of two coefficients does not depend on them.
"""

from typing import Any

import numpy as np

from iqametrics.fields import Field
from iqametrics.formulas.phase import coherence, squared_modulus
from iqametrics.planes import Planes
from iqametrics.stencils.fourier import filters
from iqametrics.stencils.moments import uniform

#: Side of the window over which coefficients are compared.
WINDOW = 7
#: Energy of a window, as a share of the images' own, that is rounding.
TINY = 1e-20


def highest(side: int) -> int:
    """Number of levels that an image of this smaller side has."""
    return side.bit_length() - 3


def band_side(side: int, level: int) -> int:
    """Samples along a side of the image in the bands of a level, the finest being 1."""
    for _ in range(level - 1):
        side = (side + 1) // 2
    return side


class CoherenceField(Field):
    """Coherence of two images in the bands of one level, averaged over orientations, and a Gaussian weight about the centre.

    Parameters
    ----------
    x, y : Planes
        The reference and the distorted image.
    level : int
        The level, the finest being 1.
    orientations : int
        Number of oriented bands.
    """

    fused = "coherence"
    exact = True

    def __init__(self, x: Planes, y: Planes, level: int, orientations: int) -> None:
        self.executor = x.executor
        self.x, self.y, self.level, self.orientations = x, y, level, orientations

    def values(self) -> tuple[Any, ...]:
        ops, taps = self.ops, uniform(WINDOW).taps
        of_x, energy_x = _level(self.x, self.level)
        of_y, energy_y = _level(self.y, self.level)
        tiny = TINY * (energy_x + energy_y)[..., None, None]
        quality: Any = 0
        for mask in _angular(self.x.size, self.level, self.orientations):
            a, b = (ops.ifft2(spectrum * ops.constant(mask, spectrum)) for spectrum in (of_x, of_y))
            # Written out: identical images are exactly 1 only if the products of both are rounded alike.
            cross = a.real * b.real + a.imag * b.imag, a.imag * b.real - a.real * b.imag
            both = ops.bind(squared_modulus)(a.real, a.imag) + ops.bind(squared_modulus)(b.real, b.imag)
            averages = (ops.correlate(part, taps, "valid") for part in (*cross, both))
            quality = quality + ops.bind(coherence)(*averages, tiny)
        weight = ops.constant(_weight(quality.shape[-2:]), quality)
        return quality / self.orientations, weight + 0 * quality


def _level(planes: Planes, level: int) -> tuple[Any, Any]:
    """Spectrum of a level before it is split by orientation, and the mean energy of the image."""

    def compute() -> tuple[Any, Any]:
        ops = planes.ops
        values = planes.values - ops.centre(planes.values)
        rows, columns = (_kept(side, level) for side in planes.size)
        half = ops.fft2(values)[..., rows, :][..., columns]
        return half * ops.constant(_radial(planes.size, level), half), ops.plane_mean(values * values)

    return planes.derive(("steerable level", level), compute)


def _kept(side: int, level: int) -> np.ndarray:
    """Frequencies along a side that a level has, in the order of a transform of its size."""
    kept = band_side(side, level)
    return np.fft.ifftshift(np.arange(kept) - kept // 2)


def _polar(size: tuple[int, int], level: int) -> tuple[np.ndarray, np.ndarray]:
    """Radius, 1 being the highest frequency along an axis, and angle of the frequencies of a level."""
    down, across = (_kept(side, level) / (side / 2) for side in size)
    return np.hypot(down[:, None], across), np.arctan2(down[:, None], across)


def _radial(size: tuple[int, int], level: int) -> np.ndarray:
    """What is left of every frequency after the levels before, and the high-pass filter of this one."""

    def make() -> np.ndarray:
        radius, _ = _polar(size, level)
        octaves = np.log2(np.where(radius == 0, 2 / size[1], radius))
        places = np.arange(-256, 1)
        high, low = np.cos(np.pi * places / 512), np.sin(np.pi * np.abs(places) / 512)
        mask = np.interp(octaves, places / 256 - level, high)
        for finer in range(level):
            mask *= np.interp(octaves, places / 256 - finer, low)
        return mask

    found: np.ndarray = filters(("steerable", size, level), make)
    return found


def _angular(size: tuple[int, int], level: int, orientations: int) -> list[np.ndarray]:
    """One-sided masks, one for each orientation."""

    def make() -> list[np.ndarray]:
        _, angle = _polar(size, level)
        angles = np.pi * np.arange(-2049, 1026) / 1024
        away = np.abs((angles + np.pi) % (2 * np.pi) - np.pi)
        lobe = np.where(away < np.pi / 2, np.cos(angles), 0.0) ** (orientations - 1)
        lobe[away >= np.pi / 2] = 0
        return [np.interp(angle, angles + np.pi * number / orientations, lobe) for number in range(orientations)]

    found: list[np.ndarray] = filters(("oriented", size, level, orientations), make)
    return found


def _weight(shape: tuple[int, int]) -> np.ndarray:
    """Gaussian about the centre of a map, a quarter of the band's rows wide."""
    rows, columns = (np.arange(side) - (side - 1) / 2 for side in shape)
    deviation = (shape[0] + WINDOW - 1) / 4
    weight: np.ndarray = np.exp(-(rows[:, None] ** 2 + columns**2) / (2 * deviation**2))
    weight[weight < np.finfo(float).eps * weight.max()] = 0
    return weight
