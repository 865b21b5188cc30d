"""Local moments: mean, variance and covariance in a window that stays inside the image."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from math import exp
from typing import Any

from iqametrics.fields import Field, as_tuple, means
from iqametrics.formulas.structure import PARTS
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
    def symmetric(self) -> bool:
        """Whether the taps are the same from both ends."""
        return self.taps == self.taps[::-1]

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
        Whether the formula takes ``(mx, my, vx + vy, cxy)`` instead of ``(mx, my, vx, vy, cxy)``, and needs the variances
        to a millionth of the squared range only: this is much less work.
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
        self.x, self.y, self.window = x, y, window
        self.formula, self.constants, self.joint = formula, constants, joint
        if y.cache is not None:
            y.derive(self.key(), lambda: "needed")

    def key(self) -> Hashable:
        return self._key(self.formula)

    def _key(self, formula: Formula) -> Hashable:
        return self.fused, self.x, self.window, formula, tuple(self.constants), self.joint

    def already(self) -> tuple[Any, ...] | None:
        if self.y.cache is not None and self.formula in PARTS:
            whole, place = PARTS[self.formula]
            if self.y.recall(self._key(whole)):
                wider = MomentField(self.x, self.y, self.window, whole, self.constants, self.joint)
                return (means([wider])[0][place],)
        return super().already()

    def values(self) -> tuple[Any, ...]:
        moments = self._joint_moments() if self.joint else self._moments()
        return as_tuple(self.ops.bind(self.formula)(*moments, *self.constants))

    def _joint_moments(self) -> tuple[Any, ...]:
        """Moments about a constant: E[x^2] - E[x]^2 of large, nearly equal numbers would lose more of the variance."""
        taps, factor = self.window.taps, self.window.correction
        x, shift_x, mean_x, variance_x = _shifted_moments(self.x, self.window)
        y, shift_y, mean_y, variance_y = _shifted_moments(self.y, self.window)
        covariance = (self.ops.correlate(x * y, taps, "valid") - mean_x * mean_y) * factor
        return mean_x + shift_x, mean_y + shift_y, variance_x + variance_y, covariance

    def _moments(self) -> tuple[Any, ...]:
        """Moments about the window's central pixel, which keep all digits of a small variance on any ground."""
        taps, factor = self.window.taps, self.window.correction
        x, y = (
            planes.derive(("local", self.window), partial(_Local, planes, self.window)) for planes in (self.x, self.y)
        )
        down = sum(tap * (x.row(k) * y.row(k)) for k, tap in enumerate(taps))
        product = 0
        for k, tap in enumerate(taps):
            u, v = x.column(k), y.column(k)
            product = product + tap * (u * v + u * y.part(y.down, k) + v * x.part(x.down, k) + x.part(down, k))
        covariance = (product - x.mean * y.mean) * factor
        return x.centre + x.mean, y.centre + y.mean, x.variance, y.variance, covariance


class _Local:
    """Moments of one image about the central pixel of every window.

    Down a column differences are taken from the pixel in the window's middle row; the columns' sums are then referred to
    the middle column, ``sum((x - c)^2) = sum((c_j - c)^2 + 2 (c_j - c) sum(d) + sum(d^2))`` with ``d = x - c_j``.
    """

    def __init__(self, planes: Planes, window: Window) -> None:
        self._values, self._size = planes.values, window.size
        self._rows, self._columns = (side - window.size + 1 for side in planes.size)
        middle = window.size // 2
        self._middle = self._values[..., middle : middle + self._rows, :]
        self.centre = self.part(self._middle, middle)
        self.down = sum(tap * self.row(k) for k, tap in enumerate(window.taps))
        squares = sum(tap * (self.row(k) * self.row(k)) for k, tap in enumerate(window.taps))
        self.mean, square = 0, 0
        for k, tap in enumerate(window.taps):
            step, down = self.column(k), self.part(self.down, k)
            self.mean = self.mean + tap * (step + down)
            square = square + tap * (step * (step + 2 * down) + self.part(squares, k))
        self.variance = (square - self.mean * self.mean) * window.correction

    def row(self, k: int) -> Any:
        """Row k of every window less its middle row."""
        return self._values[..., k : k + self._rows, :] - self._middle

    def column(self, k: int) -> Any:
        """Column k of the middle row of every window less the central pixel."""
        return self.part(self._middle, k) - self.centre

    def part(self, sums: Any, k: int) -> Any:
        """What belongs to column k of every window."""
        return sums[..., k : k + self._columns]


def _shifted_moments(planes: Planes, window: Window) -> tuple[Any, Any, Any, Any]:
    """Shifted values, shift, mean of the shifted values, and variance."""

    def compute() -> tuple[Any, Any, Any, Any]:
        values = planes.values
        shift = planes.ops.centre(values)
        shifted = values - shift
        mean = planes.ops.correlate(shifted, window.taps, "valid")
        square = planes.ops.correlate(shifted * shifted, window.taps, "valid")
        return shifted, shift, mean, (square - mean * mean) * window.correction

    return planes.derive(("moments", window), compute)
