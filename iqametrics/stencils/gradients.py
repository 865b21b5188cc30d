"""Gradient magnitude by a 3x3 operator."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from iqametrics.fields import Field, as_tuple
from iqametrics.formulas.similarity import magnitude
from iqametrics.kernels.binding import Formula
from iqametrics.planes import Planes

#: Horizontal derivatives; the vertical ones are their transposes.
PREWITT = ((1 / 3, 0.0, -1 / 3),) * 3


class GradientField(Field):
    """A formula of the two gradient magnitudes, the image being zero beyond its border."""

    fused = "gradients"

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
                _magnitude(self.x, self.operator), _magnitude(self.y, self.operator), *self.constants
            )
        )


def _magnitude(planes: Planes, operator: Sequence[Sequence[float]]) -> Any:
    def compute() -> Any:
        kernel = np.array(operator)
        across, down = (planes.ops.correlate2d(planes.values, k, "zero") for k in (kernel, kernel.T))
        return planes.ops.bind(magnitude)(across, down)

    return planes.derive(("gradient", operator), compute)
