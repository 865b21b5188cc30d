"""A metric with what was said about a call, and with its reference if it takes one, waiting for images."""

from collections.abc import Callable, Iterable, Sequence
from operator import methodcaller
from typing import Any

import numpy as np

from iqametrics import executors, inputs, kernels, ranges
from iqametrics.cache import Cache
from iqametrics.errors import RangeError, ShapeError
from iqametrics.planes import Planes
from iqametrics.pooling import Pool, WeightedMap, per_image
from iqametrics.record import Recipe, Record
from iqametrics.views import Reading, Views, beside

#: A score as near as this to that of identical images may be one, up to rounding.
_NEAR_IDENTITY = 1e-2
#: What rounding may add to a score at the end of its range, in double and in single precision; more is shown as it is.
_ROUNDING, _ROUNDING_SINGLE = 1e-9, 1e-5


class Call:
    """A metric waiting for an image: called with it, it returns the score. Calls from several threads are safe.

    Made by :meth:`iqametrics.front.FullReference.prepare`, and by every call of a metric.

    Parameters
    ----------
    record : Record
        The metric.
    recipe : Recipe
        What its options come to.
    reading : Reading
        What the call says about pixels.
    reference : Views, optional
        The undistorted images, for a metric that compares.
    alone : bool
        Whether no other metric of the call sees images as this one does.
    """

    def __init__(
        self, record: Record, recipe: Recipe, reading: Reading, reference: Views | None = None, alone: bool = False
    ) -> None:
        self._record = record
        self._recipe = recipe
        self._reading = reading
        self._reference = reference
        self._alone = alone
        self._role = "image" if reference is None else "distorted"
        if reference is not None and reference.cache is not None and reference.cache.prepared:
            self._prepare(reference)

    def __call__(self, image: Any) -> Any:
        """Return the score of an image, batch or list."""
        views = self.read(image)
        return self.score(views, self.begin(views))

    def read(self, image: Any, cache: Cache | None = None) -> Views:
        """The images that are to be judged; with a cache that metrics of one call share."""
        return Views(image, self._role, self._reading, cache)

    def begin(self, views: Views) -> list[Pool]:
        """What is to be computed for every stack of images that have been read."""
        self._check_size(views.images)
        reference = self._reference
        if reference is None:
            executor = executors.choose(self._reading.backend, views.images)
            self._check_values(views)
            return [self._pool([self._planes(views, place, executor)]) for place in range(len(views))]
        inputs.check_pair(reference.images, views.images)
        if reference.ranges != views.ranges:
            self._refuse_ranges(reference, views)
        executor = executors.choose(self._reading.backend, reference.images, views.images)
        self._check_values(views)
        pools = []
        for place in range(len(views)):
            types = beside(reference, views, place)
            pairs = zip((reference, views), types, strict=True)
            pools.append(self._pool([self._planes(each, place, executor, other) for each, other in pairs]))
        return pools

    def score(self, views: Views, pools: Iterable[Pool]) -> Any:
        """The score of images of which everything is ready to be computed."""
        images = views.images
        scores = [self._scores(views, place, pool) for place, pool in enumerate(pools)]
        if images.kind == "single":
            return scores[0][0] if images.tensors else float(scores[0][0])
        return kernels.ops("torch" if images.tensors else "numpy").concatenate(scores, 0)

    def terms(self, image: Any) -> dict[str, Any]:
        """Return the terms of the score of an image, batch or list, by name."""
        return self.named(image, methodcaller("terms"))

    def named(self, image: Any, result: Callable[[Pool], dict[str, Any]]) -> dict[str, Any]:
        """Return what a metric's pool gives by name, the images along its first axis."""
        views = self.read(image)
        images = views.images
        found = [
            {name: self._like_input(self._in_units(value, unit), stack) for name, value in result(pool).items()}
            for pool, stack, unit in zip(self.begin(views), images.stacks, views.units, strict=True)
        ]
        join = kernels.ops("torch" if images.tensors else "numpy").concatenate
        joined = {name: join([terms[name] for terms in found], 0) for name in found[0]}
        return {name: values[0] if images.kind == "single" else values for name, values in joined.items()}

    def map(self, image: Any) -> Any:
        """Return the quality map of an image, batch or list."""
        views = self.read(image)
        images = views.images
        maps = [
            self._each_map(pool.maps(), stack, images, unit)
            for pool, stack, unit in zip(self.begin(views), images.stacks, views.units, strict=True)
        ]
        return maps if images.kind == "list" else maps[0]

    def _prepare(self, reference: Views) -> None:
        """Do what can be done without a distorted image."""
        self._check_size(reference.images)
        executor = executors.choose(self._reading.backend, reference.images)
        reference.extremes()
        for place in range(len(reference)):
            self._planes(reference, place, executor)

    def _planes(self, views: Views, place: int, executor: str, beside: str | None = None) -> Planes:
        return views.planes(place, self._record.sees, self._recipe.color, executor, beside, self._alone)

    def _pool(self, planes: Sequence[Planes]) -> Pool:
        pool: Pool = self._record.compute(*planes, self._recipe)
        return pool

    def _check_values(self, views: Views) -> None:
        """Refuse NaN and infinity, and warn of values that the range can't be meant for."""
        every = [each for each in (self._reference, views) if each is not None]
        if all(all(each.whole) for each in every):
            return
        found = [each.extremes() for each in every]
        if any(ends is not None for each in found for ends in each):
            ranges.warn_of_contradictions(views.ranges, found, isinstance(self._reading.range, float))

    def _refuse_ranges(self, reference: Views, views: Views) -> None:
        for x, y, of_x, of_y in zip(
            reference.images.stacks, views.images.stacks, reference.ranges, views.ranges, strict=True
        ):
            if of_x == of_y:
                continue
            names = inputs.dtype_name(x), inputs.dtype_name(y)
            wide, factor = (0, of_x.span / of_y.span) if of_x.span > of_y.span else (1, of_y.span / of_x.span)
            role, narrow = ("reference", "distorted")[wide], min(of_x.span, of_y.span)
            raise RangeError(
                f"reference is {names[0]} ({of_x.low:g} to {of_x.high:g}) and distorted {names[1]} ({of_y.low:g} to "
                f"{of_y.high:g}); convert one to the depth of the other: {role} / {factor:g} with data_range={narrow:g}"
            )

    def _check_size(self, images: inputs.Images) -> None:
        smallest = self._record.smallest_side(self._recipe)
        for stack in images.stacks:
            height, width = stack.shape[-2:]
            if min(height, width) < smallest:
                hint = self._record.size_hint
                raise ShapeError(
                    f"{self._record.name} needs images of at least {smallest}x{smallest} pixels, these are "
                    f"{height}x{width} (height x width){hint(min(height, width)) if hint else ''}"
                )

    def _scores(self, views: Views, place: int, pool: Pool) -> Any:
        """A score per image of a stack: that of identical images exactly, and none beyond the metric's range."""
        stack = views.images.stacks[place]
        found = pool.score()
        found = per_image(found, len(found) // len(stack))
        single = self._record.needs_weights or inputs.dtype_name(stack) in ("float16", "bfloat16", "float32")
        ops = kernels.ops("torch" if inputs.is_tensor(found) else "numpy")
        within = ops.within(found, *self._record.range, _ROUNDING_SINGLE if single else _ROUNDING)
        in_units = self._in_units(within, views.units[place])
        scores, identity = self._like_input(in_units, stack), self._record.identity
        if self._reference is None or identity is None or pool.exact:
            return scores
        ops = kernels.ops("torch" if views.images.tensors else "numpy")
        if not ops.may_be_near(scores, identity, _NEAR_IDENTITY):
            return scores
        both = self._reference.images.stacks[place], stack
        x, y = (each.reshape(len(stack), -1, each.shape[-1]) for each in both)
        return ops.set_value(scores, ops.identical(x, y), identity)

    def _in_units(self, result: Any, unit: float) -> Any:
        """A result in the units of the pixels, which were divided by this one."""
        if unit == 1:
            return result
        with np.errstate(over="ignore"):  # it is infinite if nothing holds it
            for _ in range(self._record.units):
                result = result * unit
        return result

    def _like_input(self, result: Any, stack: Any) -> Any:
        """A result as the kind of array the images are, in their precision."""
        if not inputs.is_tensor(stack):
            return np.asarray(result)
        return kernels.ops("torch").result_like(result, stack)

    def _each_map(self, found: Any, stack: Any, images: inputs.Images, unit: float) -> Any:
        """Maps of a stack in the layout of the images; the structure around them stays."""
        if isinstance(found, WeightedMap):
            return WeightedMap(*(self._each_map(part, stack, images, unit) for part in found))
        if isinstance(found, tuple):
            return tuple(self._each_map(part, stack, images, unit) for part in found)
        shape = len(stack), -1, *found.shape[-2:]
        maps = self._like_input(self._in_units(found, unit).reshape(shape), stack)
        if maps.shape[1] == 1:
            maps = maps[:, 0]
        elif images.layout.endswith("C"):
            maps = maps.swapaxes(1, 2).swapaxes(2, 3)
        return maps if images.kind == "batch" else maps[0]
