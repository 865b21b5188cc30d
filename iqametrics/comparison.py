"""A reference, with all that was said about a call, waiting for distorted images."""

from collections.abc import Callable, Iterator
from operator import methodcaller
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics import executors, inputs, kernels
from iqametrics.errors import RangeError, ShapeError
from iqametrics.planes import Planes
from iqametrics.pooling import Pool, WeightedMap

if TYPE_CHECKING:
    from iqametrics.record import Metric


class Comparison:
    """A metric with its reference: called with a distorted image it returns the score.

    Made by :meth:`iqametrics.record.Metric.prepare`. Calls from several threads are safe.
    """

    def __init__(
        self, metric: "Metric", recipe: SimpleNamespace, reference: Any, options: dict[str, Any], keep: bool
    ) -> None:
        self._metric = metric
        self._options = options
        self._keep = keep
        self._reference, self._ranges = self._read(reference, "reference")
        self._recipe = recipe
        self._planes: dict[str, list[Planes]] = {}
        if keep:
            self._check_size(self._reference)
            self._reference_planes(executors.choose(options.get("backend"), self._reference))

    def __call__(self, distorted: Any) -> Any:
        """Return the score of a distorted image, batch or list."""
        images = self._checked(distorted)
        scores = [
            self._like_input(score.reshape(len(stack), -1).mean(-1), stack)
            for score, stack in self._computed(images, methodcaller("score"))
        ]
        if images.kind == "single":
            return scores[0][0] if images.tensors else float(scores[0][0])
        return kernels.ops("torch" if images.tensors else "numpy").concatenate(scores, 0)

    def terms(self, distorted: Any) -> dict[str, Any]:
        """Return the terms of the score of a distorted image, batch or list, by name."""
        return self.named(distorted, methodcaller("terms"))

    def named(self, distorted: Any, result: Callable[[Pool], dict[str, Any]]) -> dict[str, Any]:
        """Return what a metric's pool gives by name, the images along its first axis."""
        images = self._checked(distorted)
        found = [
            {name: self._like_input(value, stack) for name, value in values.items()}
            for values, stack in self._computed(images, result)
        ]
        join = kernels.ops("torch" if images.tensors else "numpy").concatenate
        joined = {name: join([terms[name] for terms in found], 0) for name in found[0]}
        return {name: values[0] if images.kind == "single" else values for name, values in joined.items()}

    def map(self, distorted: Any) -> Any:
        """Return the quality map of a distorted image, batch or list."""
        images = self._checked(distorted)
        maps = [self._each_map(found, stack, images) for found, stack in self._computed(images, methodcaller("maps"))]
        return maps if images.kind == "list" else maps[0]

    def _read(self, images: Any, role: str) -> tuple[inputs.Images, list[float]]:
        found = inputs.read(images, self._options.get("layout"), role)
        inputs.check_finite(found, role)
        given = self._options.get("data_range"), self._options.get("bits")
        return found, [inputs.data_range(stack, *given, role) for stack in found.stacks]

    def _checked(self, distorted: Any) -> inputs.Images:
        images, ranges = self._read(distorted, "distorted")
        inputs.check_pair(self._reference, images)
        for stack, other, full, expected in zip(
            self._reference.stacks, images.stacks, ranges, self._ranges, strict=True
        ):
            if full != expected:
                raise RangeError(
                    f"reference is {inputs.dtype_name(stack)} and distorted {inputs.dtype_name(other)}; convert one, or "
                    "pass data_range="
                )
        self._check_size(images)
        return images

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

    def _computed(self, images: inputs.Images, result: Callable[[Pool], Any]) -> Iterator[tuple[Any, Any]]:
        """Result for every stack of distorted images, and that stack."""
        executor = executors.choose(self._options.get("backend"), self._reference, images)
        for x, stack, full in zip(self._reference_planes(executor), images.stacks, self._ranges, strict=True):
            yield result(self._metric.compute(x, self._as_planes(stack, full, executor), self._recipe)), stack

    def _reference_planes(self, executor: str) -> list[Planes]:
        def convert() -> list[Planes]:
            return [
                self._as_planes(stack, full, executor, self._keep)
                for stack, full in zip(self._reference.stacks, self._ranges, strict=True)
            ]

        if not self._keep:
            return convert()
        if executor not in self._planes:
            self._planes[executor] = convert()
        return self._planes[executor]

    def _as_planes(self, stack: Any, full: float, executor: str, keep: bool = False) -> Planes:
        if keep:  # what the caller does to the image later must not change what was prepared
            stack = stack.detach().clone() if inputs.is_tensor(stack) else stack.copy()
        data = inputs.planes(stack, self._recipe.color, full)
        if inputs.is_tensor(data) and executor != "torch":
            data = kernels.ops("torch").as_array(data)
        scale = 255 / full if self._metric.units == "255" else 1.0
        planes = data.reshape(-1, *data.shape[-2:])
        return Planes(planes, executor, scale, self._metric.double, keep, per_image=data.shape[1])

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
