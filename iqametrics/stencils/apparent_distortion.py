"""What the two strategies of most apparent distortion see: visible errors, and a changed appearance."""

from itertools import product
from math import pi, sqrt
from typing import Any

import numpy as np

from iqametrics.fields import Field
from iqametrics.formulas import apparent_distortion as formulas
from iqametrics.formulas.moments import shape
from iqametrics.formulas.similarity import root
from iqametrics.planes import Planes
from iqametrics.stencils import fourier, log_gabor
from iqametrics.stencils.block_statistics import BLOCK, CELL, block_count, of_blocks
from iqametrics.stencils.contrast_sensitivity import contrast_sensitivity

GRID = "shares of Nyquist"
SCALES, ORIENTATIONS = 5, 4
#: Wavelength of the finest scale in pixels, and the ratio of two scales.
WAVELENGTH, RATIO = 3, 3
BANDWIDTH = 0.55
SPREAD = pi / ORIENTATIONS / 1.5
#: Weight of the scales, the finest first.
WEIGHTS = tuple(weight / 13.25 for weight in (0.5, 0.75, 1.0, 5.0, 6.0))
#: Cycles per degree that the columns of a picture can show.
CYCLES = 32
#: Deviation of amplitudes, of 0..255 images, that is rounding.
TINY = 1e-11


class DetectionField(Field):
    """Squared error, where its contrast shows.

    Parameters
    ----------
    x, y : Planes
        The reference and the distorted image.
    brightest : float
        Pixel, of 0..255, above which there is no more light.
    """

    fused = "detection"

    def __init__(self, x: Planes, y: Planes, brightest: float) -> None:
        self.executor = x.executor
        self.x, self.y, self.brightest = x, y, brightest

    def values(self) -> tuple[Any, ...]:
        ops = self.ops
        deviation, mean = self.x.derive(("masking", self.brightest), self._masking)
        _, blocks = of_blocks(self._seen(self._light(self.y) - self._light(self.x)), ops)
        visible = ops.bind(formulas.visibility)(_deviation(blocks.second, BLOCK**2, ops), deviation, mean)
        error = self.y.values - self.x.values
        squares = _window_means(error * error)
        inner = (slice(BLOCK // 2, -BLOCK // 2 - 2),) * 2  # the first mean is that about pixel 8
        return (ops.bind(formulas.detected)(_cropped(visible, self.x.size), squares[(..., *inner)]),)

    def _light(self, planes: Planes) -> Any:
        return self.ops.bind(formulas.luminance)(planes.values, self.brightest)

    def _seen(self, light: Any) -> Any:
        size = self.x.size
        weights = contrast_sensitivity(size, 2 * CYCLES / size[1])
        return self.ops.irfft2(self.ops.rfft2(light) * self.ops.constant(weights.even, light), size)

    def _masking(self) -> tuple[Any, Any]:
        """Deviation in the flattest of four neighbouring quarters of a block, and mean of the block."""
        ops = self.ops
        eights, blocks = of_blocks(self._seen(self._light(self.x)), ops)
        rows, columns = (block_count(side) for side in self.x.size)
        flattest = _deviation(eights.second[..., :rows, :columns], (BLOCK // 2) ** 2, ops)
        for axis, side in ((-2, self.x.size[0]), (-1, self.x.size[1])):
            flattest = _with_next(flattest, axis, (side - BLOCK - CELL - 1) // CELL + 1, ops)
        return flattest, blocks.mean


class AppearanceField(Field):
    """Square of the difference between the statistics of log-Gabor responses, over all scales and orientations."""

    fused = "appearance"

    def __init__(self, x: Planes, y: Planes) -> None:
        self.executor = x.executor
        self.x, self.y = x, y

    def values(self) -> tuple[Any, ...]:
        ops, total = self.ops, 0
        for (scale, _), of_x, of_y in zip(_places(), _statistics(self.x), _statistics(self.y), strict=True):
            total = total + WEIGHTS[scale] * ops.bind(formulas.appearance)(*of_x, *of_y)
        return (_cropped(ops.bind(formulas.squared)(total), self.x.size),)


def _places() -> list[tuple[int, int]]:
    return list(product(range(SCALES), range(ORIENTATIONS)))


def _statistics(planes: Planes) -> list[tuple[Any, Any, Any]]:
    """Deviation, skewness and kurtosis of the amplitudes in every block, for every scale and orientation."""

    def compute() -> list[tuple[Any, Any, Any]]:
        ops, size, half = planes.ops, planes.size, fourier.spectrum(planes)
        bells = log_gabor.radial(size, GRID, [2 / (WAVELENGTH * RATIO**scale) for scale in range(SCALES)], BANDWIDTH)
        fans = log_gabor.angular(size, GRID, ORIENTATIONS, SPREAD)
        found = []
        for scale, orientation in _places():
            even, odd = fourier.filtered(half, bells[scale].then(fans[orientation]), size, ops)
            _, blocks = of_blocks(ops.bind(root)(even * even + odd * odd), ops)
            found.append(ops.bind(shape)(*blocks, sqrt(BLOCK**2 / (BLOCK**2 - 1)), TINY))
        return found

    result: list[tuple[Any, Any, Any]] = planes.derive("appearance", compute)
    return result


def _deviation(second: Any, count: int, ops: Any) -> Any:
    """Standard deviation with divisor n - 1."""
    return ops.bind(root)(second * (count / (count - 1)))


def _with_next(values: Any, axis: int, count: int, ops: Any) -> Any:
    """The smaller of every value and the next along an axis; the last ones, from place `count` on, have no next one."""
    size = values.shape[axis]
    count = max(0, min(count, size - 1))
    both = [values.swapaxes(axis, 0)[first : first + count].swapaxes(axis, 0) for first in (0, 1)]
    rest = values.swapaxes(axis, 0)[count:].swapaxes(axis, 0)
    return ops.concatenate([ops.bind(formulas.least)(*both), rest], axis)


def _window_means(values: Any) -> Any:
    """Means over 16x16 inside the image, doubling the window's side each time."""
    for axis in (-2, -1):
        side = 1
        while side < BLOCK:
            lines = values.swapaxes(axis, 0)
            values = (lines[:-side] + lines[side:]).swapaxes(axis, 0)
            side *= 2
    return values / BLOCK**2


def _cropped(blocks: Any, size: tuple[int, int]) -> Any:
    """For each pixel that counts the value of the block that begins at its cell."""
    rows, columns = (np.arange(BLOCK, side - BLOCK - 1) // CELL for side in size)
    return blocks[..., rows, :][..., columns]
