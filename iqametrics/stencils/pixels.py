"""The smallest stencil: two pixels at the same place."""

from collections.abc import Sequence
from typing import Any

from iqametrics.fields import Field, as_tuple
from iqametrics.kernels.binding import Formula
from iqametrics.planes import Planes


class PixelField(Field):
    """A formula of the two pixels."""

    fused = "pixels"

    def __init__(self, x: Planes, y: Planes, formula: Formula, constants: Sequence[float] = ()) -> None:
        self.executor = x.executor
        self.x, self.y, self.formula, self.constants = x, y, formula, constants

    def values(self) -> tuple[Any, ...]:
        return as_tuple(self.ops.bind(self.formula)(self.x.values, self.y.values, *self.constants))
