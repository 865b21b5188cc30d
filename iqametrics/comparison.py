"""A reference, with all that was said about a call, waiting for distorted images."""

from collections.abc import Callable, Iterable, Iterator
from operator import methodcaller
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics import executors, inputs, kernels
from iqametrics.errors import RangeError, ShapeError
from iqametrics.pooling import Pool, WeightedMap
from iqametrics.seen import Seen

if TYPE_CHECKING:
    from iqametrics.record import Metric


class Comparison:
    """A metric with its reference: called with a distorted image it returns the score.

    Made by :meth:`iqametrics.record.Metric.prepare`. Calls from several threads are safe.
    """

    def __init__(self, metric: "Metric", recipe: SimpleNamespace, reference: Seen, options: dict[str, Any]) -> None:
        self._metric = metric
        self._options = options
        self._reference = reference
        self._recipe = recipe
        if reference.keep:
            self._check_size(reference.images)
            executor = executors.choose(options.get("backend"), reference.images)
            for place in range(len(reference)):
                reference.planes(place, metric, recipe, executor)

    def __call__(self, distorted: Any) -> Any:
        """Return the score of a distorted image, batch or list."""
        seen = self._read(distorted)
        return self.score(seen.images, self.begin(seen))

    def begin(self, seen: Seen) -> Iterator[Pool]:
        """What is to be computed for every stack of distorted images that have been read."""
        self._check(seen)
        executor = executors.choose(self._options.get("backend"), self._reference.images, seen.images)
        return (self._pool(place, seen, executor) for place in range(len(seen)))

    def score(self, images: inputs.Images, pools: Iterable[Pool]) -> Any:
        """The score of distorted images of which everything is ready to be computed."""
        scores = [
            self._like_input(pool.score().reshape(len(stack), -1).mean(-1), stack)
            for pool, stack in zip(pools, images.stacks, strict=True)
        ]
        if images.kind == "single":
            return scores[0][0] if images.tensors else float(scores[0][0])
        return kernels.ops("torch" if images.tensors else "numpy").concatenate(scores, 0)

    def terms(self, distorted: Any) -> dict[str, Any]:
        """Return the terms of the score of a distorted image, batch or list, by name."""
        return self.named(distorted, methodcaller("terms"))

    def named(self, distorted: Any, result: Callable[[Pool], dict[str, Any]]) -> dict[str, Any]:
        """Return what a metric's pool gives by name, the images along its first axis."""
        seen = self._read(distorted)
        images = seen.images
        found = [
            {name: self._like_input(value, stack) for name, value in result(pool).items()}
            for pool, stack in zip(self.begin(seen), images.stacks, strict=True)
        ]
        join = kernels.ops("torch" if images.tensors else "numpy").concatenate
        joined = {name: join([terms[name] for terms in found], 0) for name in found[0]}
        return {name: values[0] if images.kind == "single" else values for name, values in joined.items()}

    def map(self, distorted: Any) -> Any:
        """Return the quality map of a distorted image, batch or list."""
        seen = self._read(distorted)
        images = seen.images
        maps = [
            self._each_map(pool.maps(), stack, images)
            for pool, stack in zip(self.begin(seen), images.stacks, strict=True)
        ]
        return maps if images.kind == "list" else maps[0]

    def _read(self, distorted: Any) -> Seen:
        return Seen(distorted, "distorted", self._options)

    def _pool(self, place: int, seen: Seen, executor: str) -> Pool:
        x, y = (each.planes(place, self._metric, self._recipe, executor) for each in (self._reference, seen))
        return self._metric.compute(x, y, self._recipe)

    def _check(self, seen: Seen) -> None:
        """Refuse distorted images that can't be compared with the reference."""
        inputs.check_pair(self._reference.images, seen.images)
        for stack, other, full, expected in zip(
            self._reference.images.stacks, seen.images.stacks, seen.ranges, self._reference.ranges, strict=True
        ):
            if full != expected:
                raise RangeError(
                    f"reference is {inputs.dtype_name(stack)} and distorted {inputs.dtype_name(other)}; convert one, or "
                    "pass data_range="
                )
        self._check_size(seen.images)

    def _check_size(self, images: inputs.Images) -> None:
        smallest = self._metric.smallest_side(self._recipe)
        for stack in images.stacks:
            height, width = stack.shape[-2:]
            if min(height, width) < smallest:
                hint = self._metric.size_hint
                raise ShapeError(
                    f"{self._metric.name} needs images of at least {smallest}x{smallest} pixels, these are "
                    f"{height}x{width} (height x width){hint(min(height, width)) if hint else ''}"
                )

    def _like_input(self, result: Any, stack: Any) -> Any:
        """A result as the kind of array the images are, in their precision."""
        if not inputs.is_tensor(stack):
            return np.asarray(result)
        return kernels.ops("torch").result_like(result, stack)

    def _each_map(self, found: Any, stack: Any, images: inputs.Images) -> Any:
        """Maps of a stack in the layout of the images; the structure around them stays."""
        if isinstance(found, WeightedMap):
            return WeightedMap(*(self._each_map(part, stack, images) for part in found))
        if isinstance(found, tuple):
            return tuple(self._each_map(part, stack, images) for part in found)
        maps = self._like_input(found.reshape(len(stack), -1, *found.shape[-2:]), stack)
        if maps.shape[1] == 1:
            maps = maps[:, 0]
        elif images.layout.endswith("C"):
            maps = maps.swapaxes(1, 2).swapaxes(2, 3)
        return maps if images.kind == "batch" else maps[0]
