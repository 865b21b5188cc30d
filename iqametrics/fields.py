"""Fields: a formula applied at every place of an image.

A stencil returns a field before anything is computed: an executor that fuses stencil, formula and summation computes
the sums at once, and the maps exist only if somebody asks for them.
"""

from abc import ABC, abstractmethod
from typing import Any

from iqametrics import kernels


class Field(ABC):
    """Values at every place of a stack of planes; a stencil says how they are computed.

    Attributes
    ----------
    executor : str
        Name of the executor.
    fused : str
        Name of the module that evaluates and sums such a field in one pass, in executors that fuse.
    """

    executor: str
    fused: str

    @property
    def ops(self) -> Any:
        """Primitive operations of the executor."""
        return kernels.ops(self.executor)

    @abstractmethod
    def values(self) -> tuple[Any, ...]:
        """Everything the formula returns, as stacks of maps ``(count, height, width)``, a step at a time."""

    def maps(self) -> tuple[Any, ...]:
        """Everything the formula returns, as stacks of maps ``(count, height, width)``."""
        kernel = kernels.fused(self.executor, self.fused)
        return self.values() if kernel is None else tuple(kernel.run(self, spread=False, maps=True).maps)

    def sums(self) -> tuple[Any, ...]:
        """Sum over every plane of everything the formula returns."""
        kernel = kernels.fused(self.executor, self.fused)
        if kernel is None:
            return tuple(self.ops.plane_sum(value) for value in self.values())
        return tuple(kernel.run(self, spread=False, maps=False).plane_sums())

    def means(self) -> tuple[Any, ...]:
        """Mean over every plane of everything the formula returns."""
        kernel = kernels.fused(self.executor, self.fused)
        if kernel is None:
            return tuple(self.ops.plane_mean(value) for value in self.values())
        return tuple(kernel.run(self, spread=False, maps=False).plane_means())

    def mean(self) -> Any:
        """Mean over every plane of a formula that returns one value."""
        (mean,) = self.means()
        return mean

    def variance(self) -> Any:
        """Variance over every plane of a formula that returns one value, with divisor n - 1."""
        kernel = kernels.fused(self.executor, self.fused)
        if kernel is not None:
            return kernel.run(self, spread=True, maps=False).plane_variance()
        (value,) = self.values()
        count = value.shape[-2] * value.shape[-1]
        deviation = value - self.ops.plane_mean(value)[..., None, None]
        return self.ops.plane_mean(deviation * deviation) * (count / (count - 1))


class Part(Field):
    """One of the values of a field whose formula returns several."""

    def __init__(self, field: Field, index: int) -> None:
        self.executor, self.field, self.index = field.executor, field, index

    def values(self) -> tuple[Any, ...]:
        return (self.field.values()[self.index],)

    def maps(self) -> tuple[Any, ...]:
        return (self.field.maps()[self.index],)

    def mean(self) -> Any:
        return self.field.means()[self.index]


def as_tuple(result: Any) -> tuple[Any, ...]:
    """The results of a formula, whether it returns one or several."""
    return result if isinstance(result, tuple) else (result,)
