"""Local moments: mean, variance and covariance in a window that stays inside the image."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from iqametrics.fields import Field, as_tuple
from iqametrics.kernels.binding import Formula
from iqametrics.planes import Planes


@dataclass(frozen=True)
class Window:
    """A separable window.

    Attributes
    ----------
    taps : tuple of float
        Weights along an axis, of sum 1.
    unbiased : bool
        Whether variances are multiplied by ``n / (n - 1)``, n being the number of samples in the window.
    """

    taps: tuple[float, ...]
    unbiased: bool = False

    @property
    def size(self) -> int:
        """Number of taps along an axis."""
        return len(self.taps)

    @property
    def correction(self) -> float:
        """Factor of the variances."""
        count = self.size**2
        return count / (count - 1) if self.unbiased else 1.0


def gaussian(size: int, sigma: float) -> Window:
    """Gaussian window, as MATLAB's ``fspecial('gaussian', size, sigma)``."""
    centre = (size - 1) / 2
    taps = [exp(-((i - centre) ** 2) / (2 * sigma * sigma)) for i in range(size)]
    total = sum(taps)
    return Window(tuple(tap / total for tap in taps))


def uniform(size: int, unbiased: bool = False) -> Window:
    """Window that weights all samples alike."""
    return Window((1 / size,) * size, unbiased)


class MomentField(Field):
    """A formula of the local moments.

    Parameters
    ----------
    x, y : Planes
        The reference and the distorted image.
    window : Window
        Where the moments are taken.
    formula : callable
        The formula.
    constants : sequence of float
        Its further arguments.
    joint : bool
        Whether the formula takes ``(mx, my, vx + vy, cxy)``, which is less work than ``(mx, my, vx, vy, cxy)``.
    """

    fused = "moments"

    def __init__(
        self,
        x: Planes,
        y: Planes,
        window: Window,
        formula: Formula,
        constants: Sequence[float] = (),
        joint: bool = False,
    ) -> None:
        self.executor = x.executor
        self.x, self.y, self.window, self.joint = x, y, window, joint
        self.formula, self.constants = formula, constants

    def values(self) -> tuple[Any, ...]:
        shifted_x, shift_x, mean_x, variance_x = _own_moments(self.x, self.window)
        shifted_y, shift_y, mean_y, variance_y = _own_moments(self.y, self.window)
        product = self.ops.correlate(shifted_x * shifted_y, self.window.taps, "valid")
        covariance = (product - mean_x * mean_y) * self.window.correction
        variances = (variance_x + variance_y,) if self.joint else (variance_x, variance_y)
        means = mean_x + shift_x, mean_y + shift_y
        return as_tuple(self.ops.bind(self.formula)(*means, *variances, covariance, *self.constants))


def _own_moments(planes: Planes, window: Window) -> tuple[Any, Any, Any, Any]:
    """Moments of one image, about its mean: E[x^2] - E[x]^2 of large, nearly equal numbers would lose the variance."""

    def compute() -> tuple[Any, Any, Any, Any]:
        values = planes.values
        shift = planes.ops.centre(values)
        shifted = values - shift
        mean = planes.ops.correlate(shifted, window.taps, "valid")
        square = planes.ops.correlate(shifted * shifted, window.taps, "valid")
        return shifted, shift, mean, (square - mean * mean) * window.correction

    return planes.derive(("moments", window), compute)
