"""Gradients by a 3x3 operator, the image being zero beyond its border."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from iqametrics import kernels
from iqametrics.fields import Field, as_tuple
from iqametrics.formulas.similarity import magnitude
from iqametrics.kernels.binding import Formula
from iqametrics.planes import Planes

#: Horizontal derivatives; the vertical ones are their transposes.
PREWITT = ((1 / 3, 0.0, -1 / 3),) * 3
SCHARR = ((3 / 16, 0.0, -3 / 16), (10 / 16, 0.0, -10 / 16), (3 / 16, 0.0, -3 / 16))
SOBEL = ((1 / 4, 0.0, -1 / 4), (2 / 4, 0.0, -2 / 4), (1 / 4, 0.0, -1 / 4))


class GradientField(Field):
    """A formula of the two gradient magnitudes."""

    fused = "gradients"
    exact = True  # both magnitudes come of the same operations, and formulas keep the order they are written in

    def __init__(
        self,
        x: Planes,
        y: Planes,
        operator: Sequence[Sequence[float]],
        formula: Formula,
        constants: Sequence[float] = (),
    ) -> None:
        self.executor = x.executor
        self.x, self.y, self.operator, self.formula, self.constants = x, y, operator, formula, constants

    def values(self) -> tuple[Any, ...]:
        return as_tuple(
            self.ops.bind(self.formula)(
                gradient(self.x, self.operator).values, gradient(self.y, self.operator).values, *self.constants
            )
        )


def gradient(planes: Planes, operator: Sequence[Sequence[float]]) -> Planes:
    """Gradient magnitude as planes."""

    def compute() -> Any:
        kernel = kernels.fused(planes.executor, "magnitudes")
        if kernel is not None:
            return kernel.magnitudes(planes, operator)
        across, down = derivatives(planes, operator)
        return planes.ops.bind(magnitude)(across, down)

    return planes.derive_planes(("gradient", operator), compute)


def derivatives(planes: Planes, operator: Sequence[Sequence[float]]) -> tuple[Any, Any]:
    """Values of both derivatives: along rows, and by the transposed operator down the columns."""
    kernel = np.array(operator)
    across, down = (planes.ops.correlate2d(planes.values, k, "zero") for k in (kernel, kernel.T))
    return across, down
