"""The smallest stencil: two pixels at the same place."""

from collections.abc import Hashable, Sequence
from typing import Any

from iqametrics import kernels
from iqametrics.fields import Field, as_tuple
from iqametrics.kernels.binding import Formula
from iqametrics.planes import Planes


def identical(x: Planes, y: Planes) -> Any:
    """Whether two planes hold the same values, for every pair of planes."""
    code = kernels.fused(x.executor, "identity")
    return (code or x.ops).identical(x.data, y.data)


class PixelField(Field):
    """A formula of the two pixels, in the units of the image: scaled ones would lose digits of their difference.

    Parameters
    ----------
    x, y : Planes
        The reference and the distorted image.
    formula : callable
        The formula.
    constants : sequence of float
        Its further arguments.
    whole : bool
        Whether the formula has no other constants and is made of whole numbers: of whole pixels it is then a whole number
        itself, not negative and at most the square of the larger. Executors may work in integers on pixels of 8 bits.
    """

    fused = "pixels"

    def __init__(
        self, x: Planes, y: Planes, formula: Formula, constants: Sequence[float] = (), whole: bool = False
    ) -> None:
        self.executor = x.executor
        self.x, self.y, self.formula, self.constants, self.whole = x, y, formula, constants, whole

    def key(self) -> Hashable:
        return self.fused, self.x, self.formula, tuple(self.constants), self.whole

    def values(self) -> tuple[Any, ...]:
        return as_tuple(self.ops.bind(self.formula)(self.x.samples, self.y.samples, *self.constants))

    def maximum(self) -> Any:
        """Largest value in every plane of a formula that returns one value."""
        code = kernels.fused(self.executor, "maxima")
        if code is not None:
            return code.maximum(self)
        (value,) = self.values()
        return self.ops.plane_max(value)
