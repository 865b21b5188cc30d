"""The smallest stencils: values at the same place of any number of planes."""

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


class PointField(Field):
    """A formula of what some planes hold at the same place, in working units.

    The planes may be those of the images or derived from them (gradients, mixes of colours, bands of a pyramid), and any
    number of them, all of one shape. The formula returns one value or several. Executors that fuse go over all planes once:
    what the formula returns is stored for maps alone.

    Parameters
    ----------
    formula : callable
        The formula.
    *planes : Planes
        What it is a formula of, in the order of its arguments. The last one stands for the distorted image: on it other
        metrics of the same call find what is shared.
    constants : sequence of float
        Its further arguments.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.formulas.similarity import similarity
    >>> from iqametrics.planes import Planes
    >>> x, y = (Planes(np.full((1, 2, 2), level), "numpy") for level in (30.0, 40.0))
    >>> PointField(similarity, x, y, constants=(170.0,)).mean()
    array([0.96254682])
    """

    fused = "points"
    whole = False

    def __init__(self, formula: Formula, *planes: Planes, constants: Sequence[float] = ()) -> None:
        self.executor = planes[0].executor
        self.formula, self.planes, self.constants = formula, planes, constants
        self.y = planes[-1]

    @property
    def scales(self) -> tuple[float, ...]:
        """What the samples of every plane are multiplied by."""
        return tuple(planes.scale for planes in self.planes)

    def arguments(self) -> tuple[Any, ...]:
        """What the formula takes of every plane."""
        return tuple(planes.values for planes in self.planes)

    def key(self) -> Hashable:
        return self.fused, self.formula, self.planes[:-1], tuple(self.constants)

    def values(self) -> tuple[Any, ...]:
        return as_tuple(self.ops.bind(self.formula)(*self.arguments(), *self.constants))


def pointwise(formula: Formula, *planes: Planes, constants: Sequence[float] = ()) -> tuple[Planes, ...]:
    """Planes of what a formula makes of some planes, one for each of its results."""
    maps = PointField(formula, *planes, constants=constants).maps()
    return tuple(planes[-1].made(each) for each in maps)


class PixelField(PointField):
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
    exact = True

    def __init__(
        self, x: Planes, y: Planes, formula: Formula, constants: Sequence[float] = (), whole: bool = False
    ) -> None:
        super().__init__(formula, x, y, constants=constants)
        self.x, self.whole = x, whole

    @property
    def scales(self) -> tuple[float, ...]:
        return 1.0, 1.0

    def arguments(self) -> tuple[Any, ...]:
        return self.x.samples, self.y.samples

    def key(self) -> Hashable:
        return super().key(), self.whole

    def maximum(self) -> Any:
        """Largest value in every plane of a formula that returns one value."""
        code = kernels.fused(self.executor, "maxima")
        if code is not None:
            return code.maximum(self)
        (value,) = self.values()
        return self.ops.plane_max(value)
