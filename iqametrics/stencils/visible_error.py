"""Energy of an image and of the errors in it that a viewer sees (WSNR, NQM)."""

from math import pi
from typing import Any

import numpy as np

from iqametrics.fields import Field
from iqametrics.formulas.contrast import contrast, energies, seen
from iqametrics.formulas.phase import squared_modulus
from iqametrics.planes import Planes
from iqametrics.stencils import fourier
from iqametrics.stencils.contrast_sensitivity import contrast_sensitivity, sensitivity
from iqametrics.stencils.fourier import Filter

#: Degrees that a picture takes at a distance of 3.5 times its height.
VIEWING_ANGLE = 180 / pi / 3.5
#: Smallest contrast seen, times the sensitivity.
LEAST_CONTRAST = 1 / 200
BANDS = 5


class WeightedErrorField(Field):
    """Energy of the reference, and of the error weighted by contrast sensitivity.

    Parameters
    ----------
    x, y : Planes
        The reference and the distorted image.
    cycles : float
        Highest frequency in cycles per degree, down a column.
    """

    fused = "weighted error"
    exact = True

    def __init__(self, x: Planes, y: Planes, cycles: float) -> None:
        self.executor = x.executor
        self.x, self.y, self.cycles = x, y, cycles

    def values(self) -> tuple[Any, ...]:
        ops, size = self.ops, self.x.size
        weights = contrast_sensitivity(size, 2 * self.cycles / size[0])
        parts = fourier.filtered(ops.rfft2(self.y.values - self.x.values), weights, size, ops)
        return self.x.values * self.x.values, ops.bind(squared_modulus)(*parts)


class VisibleErrorField(Field):
    """Energy of what is seen of the reference in bands of an octave, and of how that of the distorted image differs."""

    fused = "visible error"
    exact = True

    def __init__(self, x: Planes, y: Planes) -> None:
        self.executor = x.executor
        self.x, self.y = x, y

    def values(self) -> tuple[Any, ...]:
        ops, size = self.ops, self.x.size
        lowest, *octaves = _octaves(size)
        images = self.x, self.y
        spectra = [fourier.spectrum(planes) for planes in images]
        grounds = [
            fourier.filtered(half, lowest, size, ops)[0] + float(lowest.even[0, 0]) * ops.centre(planes.values)
            for half, planes in zip(spectra, images, strict=True)
        ]
        total_x, total_y = 0, 0
        for number, octave in enumerate(octaves, 1):
            bands = [fourier.filtered(half, octave, size, ops)[0] for half in spectra]
            contrasts = [ops.bind(contrast)(*pair) for pair in zip(bands, grounds, strict=True)]
            thresholds = (LEAST_CONTRAST / sensitivity(at) for at in (2**number / VIEWING_ANGLE, number))
            seen_x, seen_y = ops.bind(seen)(*bands, *contrasts, *thresholds)
            total_x, total_y = total_x + seen_x, total_y + seen_y
            grounds = [ground + band for ground, band in zip(grounds, bands, strict=True)]
        result: tuple[Any, ...] = ops.bind(energies)(total_x, total_x - total_y)
        return result


def _octaves(size: tuple[int, int]) -> list[Filter]:
    """Raised cosines of the logarithm of the frequency: the lowest, and one for each octave from 2 cycles per picture on.

    The grid is not symmetric where a side is odd; only the symmetric half is kept, as the real part of the images is.
    """

    def make() -> list[Filter]:
        radius = np.hypot(*fourier.grid(size, "cycles per picture"))
        return [_symmetric(radius + 2, 1, radius <= 2)] + [
            _symmetric(radius, number, (radius >= 2 ** (number - 1)) & (radius <= 2 ** (number + 1)))
            for number in range(1, BANDS + 1)
        ]

    found: list[Filter] = fourier.filters(("octaves", size), make)
    return found


def _symmetric(radius: np.ndarray, number: int, support: np.ndarray) -> Filter:
    octave = np.log2(np.where(support, radius, 1.0))
    return Filter(fourier.halved(np.where(support, (1 + np.cos(pi * (octave - number))) / 2, 0.0)).even, None)
