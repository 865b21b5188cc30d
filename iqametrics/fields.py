"""Fields: a formula applied at every place of an image.

A stencil returns a field before anything is computed: an executor that fuses stencil, formula and summation computes
the sums at once, and the maps exist only if somebody asks for them.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any

from iqametrics import kernels
from iqametrics.errors import BackendError
from iqametrics.kernels.operations import Operations
from iqametrics.kernels.passes import side_by_side
from iqametrics.planes import Planes


class Field(ABC):
    """Values at every place of a stack of planes; a stencil says how they are computed.

    Attributes
    ----------
    executor : str
        Name of the executor.
    fused : str
        Name of the pass that evaluates and sums such a field at once, in executors that fuse.
    y : Planes
        The distorted image.
    """

    executor: str
    fused: str
    y: Planes

    @property
    def exact(self) -> bool:
        """Whether the field of identical images has the very values that its equation gives, whatever rounding does."""
        return self.executor == "triton" and kernels.fused(self.executor, self.fused) is not None

    @property
    def ops(self) -> Operations:
        """Primitive operations of the executor."""
        found: Operations = kernels.ops(self.executor)
        return found

    @abstractmethod
    def values(self) -> tuple[Any, ...]:
        """Everything the formula returns, as stacks of maps ``(count, height, width)``, a step at a time."""

    def maps(self) -> tuple[Any, ...]:
        """Everything the formula returns, as stacks of maps ``(count, height, width)``."""
        (tally,) = _tallies([self], maps=True)
        return self.values() if tally is None else tuple(tally.maps)

    def key(self) -> Hashable | None:
        """What tells the field from others of the same distorted image; None if no other metric has the like."""
        return None

    def already(self) -> tuple[Any, ...] | None:
        """The means, if another metric of the same call has computed them or needs them as well."""
        if self.y.cache is None:
            return None
        found: tuple[Any, ...] | None = self.y.recall(("means", self.key()))
        return found

    def remember(self, means: tuple[Any, ...]) -> None:
        """Keep the means for other metrics of the same call."""
        if self.y.cache is not None and (key := self.key()) is not None:
            self.y.derive(("means", key), lambda: means)

    def mean(self) -> Any:
        """Mean over every plane of a formula that returns one value."""
        ((mean,),) = means([self])
        return mean

    def variance(self, unbiased: bool = True) -> Any:
        """Variance over every plane of a formula that returns one value, with divisor n - 1, or n."""
        (tally,) = _tallies([self], spread=True)
        if tally is not None:
            return tally.plane_variance(unbiased)
        (value,) = self.values()
        count = value.shape[-2] * value.shape[-1]
        deviation = value - self.ops.plane_mean(value)[..., None, None]
        variance = self.ops.plane_mean(deviation * deviation)
        return variance * (count / (count - 1)) if unbiased else variance


def means(fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    """Means over every plane of everything that some formulas return."""
    found: list[Any] = [field.already() for field in fields]
    missing = [place for place, each in enumerate(found) if each is None]
    for place, tally in zip(missing, _tallies([fields[place] for place in missing]), strict=True):
        field = fields[place]
        fresh = map(field.ops.plane_mean, field.values()) if tally is None else tally.plane_means()
        found[place] = tuple(fresh)
        field.remember(found[place])
    return found


def sums(fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    """Sums over every plane of everything that some formulas return."""
    return [
        tuple(field.ops.plane_sum(value) for value in field.values()) if tally is None else tuple(tally.plane_sums())
        for field, tally in zip(fields, _tallies(fields), strict=True)
    ]


def weighted_sums(fields: Sequence[Field]) -> list[tuple[Any, Any]]:
    """Sums over every plane of quality times weight, and of the weight, of formulas that return both."""
    found: list[tuple[Any, Any]] = []
    for field, tally in zip(fields, _tallies(fields, weighted=True), strict=True):
        if tally is None:
            quality, weight = field.values()
            found.append((field.ops.plane_sum(quality * weight), field.ops.plane_sum(weight)))
        else:
            total, weight = tally.plane_sums()
            found.append((total, weight))
    return found


def _tallies(fields: Sequence[Field], spread: bool = False, maps: bool = False, **more: bool) -> list[Any]:
    """What fused passes find that run over the fields of a metric side by side; None where the executor has none."""
    modules = [kernels.fused(field.executor, field.fused) for field in fields]
    found = side_by_side(
        iter(()) if module is None else module.run(field, spread, maps, **more)
        for module, field in zip(modules, fields, strict=True)
    )
    for field, tally in zip(fields, found, strict=True):
        if tally is None and field.y.strict and not maps:
            raise BackendError(
                f'backend="{field.executor}" has no kernel for what this metric does with {field.fused}; leave backend to '
                "the package, which then takes torch for it"
            )
    return found


def as_tuple(result: Any) -> tuple[Any, ...]:
    """The results of a formula, whether it returns one or several."""
    return result if isinstance(result, tuple) else (result,)
