"""Pooling: from the fields of a metric to one score per plane, or to the maps behind it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log, prod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from iqametrics import kernels
from iqametrics.fields import Field, means, sums, weighted_sums
from iqametrics.formulas.error import energy_ratio, peak_ratio, relative
from iqametrics.formulas.pooling import distance, power_of_positive, ratio, weighted_mean
from iqametrics.formulas.similarity import root
from iqametrics.inputs import is_tensor
from iqametrics.kernels.binding import Formula

if TYPE_CHECKING:
    from iqametrics.stencils.pixels import PixelField


class WeightedMap(NamedTuple):
    """A quality map of a metric that weights its places.

    Attributes
    ----------
    quality : array
        Local quality.
    weight : array
        What each place counts in the score, which is ``sum(quality * weight) / sum(weight)`` over all maps.
    """

    quality: Any
    weight: Any


def per_image(values: Any, planes: int) -> Any:
    """Means of the values of every image's planes."""
    return values if planes == 1 else values.reshape(-1, planes).sum(-1) / planes


class Pool(ABC):
    """What a metric returns for a pair of planes: a score to compute, and maps to look at."""

    #: Whether the score is made of means of the maps alone, which weights of the places can enter.
    weighable: ClassVar[bool] = True

    @property
    def exact(self) -> bool:
        """Whether the score of identical images is the metric's identity to the last bit, whatever rounding does."""
        return False

    @abstractmethod
    def score(self) -> Any:
        """One score for every plane, or for every image."""

    def terms(self) -> dict[str, Any]:
        """What the score is put together from, by name: a value for every plane each."""
        return {"score": self.score()}

    @abstractmethod
    def maps(self) -> Any:
        """The map of every plane; a tuple of maps, the first scale first, for a metric of several scales."""


@dataclass
class Mean(Pool):
    """Arithmetic mean of a field."""

    field: Field

    @property
    def exact(self) -> bool:
        return self.field.exact

    def score(self) -> Any:
        return self.field.mean()

    def maps(self) -> Any:
        return self.field.maps()[0]


@dataclass
class Decibels(Mean):
    """Mean error in decibels below the peak, one for all planes of an image."""

    peak: float
    planes: int

    def score(self) -> Any:
        return self.field.ops.bind(peak_ratio)(per_image(self.field.mean(), self.planes), self.peak)


@dataclass
class Deviation(Mean):
    """Standard deviation of a field, with divisor n - 1, or n."""

    unbiased: bool = True

    def score(self) -> Any:
        return self.field.ops.bind(root)(self.field.variance(self.unbiased))


@dataclass
class ComplexDeviation(Pool):
    """Mean absolute deviation about the mean of a complex quality; its map is the modulus.

    Attributes
    ----------
    field : Field
        Gives both parts of the quality less 1, which has no deviation in common with rounding.
    """

    weighable = False

    field: Field

    def score(self) -> Any:
        ops, parts = self.field.ops, self.field.maps()
        centre = (ops.plane_mean(part)[..., None, None] for part in parts)
        return ops.plane_mean(ops.bind(distance)(*parts, *centre))

    def maps(self) -> Any:
        return self.field.ops.bind(distance)(*self.field.maps(), -1.0, 0.0)


@dataclass
class Worst(Mean):
    """Mean of the smallest values of a field: those of this share of the places, rounded, and of one at least."""

    weighable = False

    share: float

    def score(self) -> Any:
        (value, *_) = self.field.maps()
        count = max(1, floor(self.share * value.shape[-2] * value.shape[-1] + 0.5))
        return self.field.ops.smallest_mean(value, count)


@dataclass
class RootMean(Mean):
    """Square root of the mean error, one for all planes of an image."""

    planes: int

    def score(self) -> Any:
        return self.field.ops.bind(root)(per_image(self.field.mean(), self.planes))


@dataclass
class WeightedMean(Pool):
    """Mean of a quality by a weight, ``sum(quality * weight) / sum(weight)``, over all places of all fields.

    Identical images, of quality 1 everywhere, are exactly 1.

    Attributes
    ----------
    fields : sequence of Field
        They return the quality and the weight.
    nothing : float
        The score where no place counts.
    """

    fields: Sequence[Field]
    nothing: float = 1.0

    def score(self) -> Any:
        total, weight = (sum(parts) for parts in zip(*weighted_sums(self.fields), strict=True))
        return self.fields[0].ops.bind(weighted_mean)(total, weight, self.nothing)

    def maps(self) -> Any:
        """A weighted map; a tuple of them where there are several fields."""
        found = tuple(WeightedMap(*field.maps()) for field in self.fields)
        return found if len(found) > 1 else found[0]


@dataclass
class Maximum(Pool):
    """Largest value of a field of pixels."""

    weighable = False

    field: "PixelField"
    planes: int

    @property
    def exact(self) -> bool:
        return self.field.exact

    def score(self) -> Any:
        found = self.field.maximum().reshape(-1, self.planes)
        return self.field.ops.plane_max(found[:, None])

    def maps(self) -> Any:
        return self.field.maps()[0]


@dataclass
class Quotient(Pool):
    """Quotient of two sums over a plane.

    Attributes
    ----------
    field : Field
        Its formula returns what both sums differ by, the value for identical images taken as 1 of the second, and the
        second: ``a - identity * b`` and ``b`` for the quotient of a and b.
    identity : float
        Quotient of identical images.
    tiny : float
        A mean of b below this is none.
    """

    field: Field
    identity: float
    tiny: float

    @property
    def exact(self) -> bool:
        return self.field.exact

    def score(self) -> Any:
        return self._relative(*means([self.field])[0])

    def maps(self) -> Any:
        """The map whose mean is the score: every place over the mean of b."""
        excess, divisor = self.field.maps()
        return self._relative(excess, self.field.ops.plane_mean(divisor)[..., None, None])

    def _relative(self, excess: Any, divisor: Any) -> Any:
        return self.field.ops.bind(relative)(excess, divisor, self.identity, self.tiny)


@dataclass
class SignalToNoise(Mean):
    """Energy of the signal over that of the error, in decibels; of both, a field gives the mean. The map is the error's."""

    weighable = False

    def score(self) -> Any:
        return self.field.ops.bind(energy_ratio)(*means([self.field])[0])

    def maps(self) -> Any:
        return self.field.maps()[1]


@dataclass
class Scales(Pool):
    """Means over several scales, combined by their weights.

    Attributes
    ----------
    fields : sequence of Field
        A field per scale.
    picks : sequence of int
        Which of the values of its formula a scale counts.
    weights : sequence of float
        Weight of every scale.
    names : sequence of str, optional
        What the means are called among the terms; they are numbered by default.
    """

    fields: Sequence[Field]
    picks: Sequence[int]
    weights: Sequence[float]
    names: Sequence[str] | None = None

    @property
    def exact(self) -> bool:
        return all(field.exact for field in self.fields)

    def means(self) -> list[Any]:
        """Mean of every scale."""
        return [values[pick] for values, pick in zip(means(self.fields), self.picks, strict=True)]

    def terms(self) -> dict[str, Any]:
        names = self.names or [f"scale {number}" for number in range(1, len(self.fields) + 1)]
        return dict(zip(names, self.means(), strict=True))

    def maps(self) -> Any:
        return tuple(field.maps()[pick] for field, pick in zip(self.fields, self.picks, strict=True))


class PowerProduct(Scales):
    """Product of the means, each raised to its weight; a negative mean, which has no real power, counts 0."""

    def score(self) -> Any:
        power = self.fields[0].ops.bind(power_of_positive)
        return prod(power(mean, weight) for mean, weight in zip(self.means(), self.weights, strict=True))


class WeightedSum(Scales):
    """Sum of the means times their weights; a negative mean counts 0, as it does in the product."""

    def score(self) -> Any:
        at_least = self.fields[0].ops.at_least
        return sum(at_least(mean, 0.0) * weight for mean, weight in zip(self.means(), self.weights, strict=True))


@dataclass
class InformationRatio(Pool):
    """Information through the distortion channel over that of the reference, both summed over all fields.

    Identical images are exactly 1, whatever rounding makes of a reference that holds next to no information; where it
    holds none at all, anything else is 0.
    """

    fields: Sequence[Field]
    identical: Any
    exact = True

    def score(self) -> Any:
        through, without = (sum(parts) for parts in zip(*sums(self.fields), strict=True))
        return self._ratio(through, without, self.identical)

    def maps(self) -> Any:
        return tuple(
            WeightedMap(self._ratio(through, without, self.identical[..., None, None]), without)
            for through, without in (field.maps() for field in self.fields)
        )

    def _ratio(self, numerator: Any, denominator: Any, identical: Any) -> Any:
        ops = self.fields[0].ops
        return ops.set_value(ops.bind(ratio)(numerator, denominator), identical, 1.0)


@dataclass
class InformationRate(Pool):
    """Information through the distortion channel, summed over all fields, in bits per pixel; the maps hold its bits."""

    weighable = False

    fields: Sequence[Field]
    pixels: int

    def score(self) -> Any:
        return sum(through for through, _ in sums(self.fields)) / (log(2) * self.pixels)

    def maps(self) -> Any:
        return tuple(field.maps()[0] / log(2) for field in self.fields)


@dataclass
class Transformed(Pool):
    """The score of another pool, put into a formula.

    Attributes
    ----------
    pool : Pool
        The other pool.
    formula : callable
        The formula of its score.
    constants : sequence of float
        Further arguments of the formula.
    local : bool
        Whether the quality of every place is put into the formula, too; else the map is the other's.
    """

    weighable = False

    pool: Pool
    formula: Formula
    constants: Sequence[float] = ()
    local: bool = False

    def score(self) -> Any:
        return _of_scores(self.formula, [self.pool.score()], self.constants)

    def maps(self) -> Any:
        found = self.pool.maps()
        return self._local(found) if self.local else found

    def _local(self, found: Any) -> Any:
        if isinstance(found, WeightedMap):
            return WeightedMap(self._local(found.quality), found.weight)
        return _of_scores(self.formula, [found], self.constants)


@dataclass
class Combined(Pool):
    """The scores of several pools, put into a formula together; the maps are theirs.

    Attributes
    ----------
    pools : Mapping of str to Pool
        The pools by the names of their terms, in the order of the formula's arguments.
    formula : callable
        The formula of their scores.
    constants : sequence of float
        Further arguments of the formula.
    shown : sequence of str, optional
        The pools whose maps are the metric's, if not all are.
    """

    weighable = False

    pools: Mapping[str, Pool]
    formula: Formula
    constants: Sequence[float] = ()
    shown: Sequence[str] | None = None

    def score(self) -> Any:
        return _of_scores(self.formula, [*self.terms().values()], self.constants)

    def terms(self) -> dict[str, Any]:
        return {name: pool.score() for name, pool in self.pools.items()}

    def maps(self) -> Any:
        found: tuple[Any, ...] = ()
        shown = self.shown or list(self.pools)
        for name in shown:
            maps = self.pools[name].maps()
            found += maps if type(maps) is tuple else (maps,)
        return found if len(found) > 1 or len(shown) > 1 else found[0]


def _of_scores(formula: Formula, scores: Sequence[Any], constants: Sequence[float]) -> Any:
    """A formula of scores, which are tensors or arrays, whatever pool they come from."""
    return kernels.ops("torch" if is_tensor(scores[0]) else "numpy").bind(formula)(*scores, *constants)
