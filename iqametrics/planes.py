"""Planes: what a metric sees of an image, and what has been derived from it."""

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from iqametrics import kernels
from iqametrics.cache import Cache
from iqametrics.inputs import dtype_name, is_tensor
from iqametrics.kernels.operations import Operations


class Planes:
    """A stack of grey planes ``(count, height, width)`` on its way through a metric.

    Parameters
    ----------
    source : array, tensor, or what kernels make rows of
        The samples, in the units of the image.
    executor : str
        Name of the executor that works on them.
    scale : float
        Factor from the image's units to those the metric works in.
    double : bool
        Whether to work in double precision even on samples of single precision.
    per_image : int
        How many of the planes belong to one image.
    cache : Cache, optional
        Where to keep what is derived, for the next call on the same planes or for other metrics of the same call. This is
        all that preparing a reference takes.
    strict : bool
        Whether nothing but the fused passes of the executor will do.
    """

    __slots__ = ("_values", "cache", "double", "executor", "per_image", "scale", "source", "strict")

    def __init__(
        self,
        source: Any,
        executor: str,
        scale: float = 1.0,
        double: bool = False,
        per_image: int = 1,
        cache: Cache | None = None,
        strict: bool = False,
    ) -> None:
        self.source = source
        self.executor = executor
        self.scale = scale
        self.double = double
        self.per_image = per_image
        self.cache = cache
        self.strict = strict
        self._values: Any = None

    @property
    def data(self) -> Any:
        """The samples in the units of the image, as an array or a tensor."""
        if not (isinstance(self.source, np.ndarray) or is_tensor(self.source)):
            self.source = np.asarray(self.source)
        return self.source

    @property
    def ops(self) -> Operations:
        """Primitive operations of the executor."""
        found: Operations = kernels.ops(self.executor)
        return found

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.source.shape[-2:]
        return int(height), int(width)

    @property
    def from_grey(self) -> bool:
        """Whether the images were grey, so that their three channels are one and the same."""
        return self.per_image == 1

    def channels(self) -> "tuple[Planes, Planes, Planes]":
        """Red, green and blue as planes of their own, a plane per image; three times the same of grey images."""
        if self.from_grey:
            return self, self, self
        red, green, blue = self.derive("channels", lambda: [self._channel(place) for place in range(3)])
        return red, green, blue

    def _channel(self, place: int) -> "Planes":
        found = self.made(self.data[place :: self.per_image])
        found.scale, found.per_image = self.scale, 1
        return found

    @property
    def single(self) -> bool:
        """Whether they are worked on in single precision: floats of at most 32 bits are, unless told otherwise."""
        return not self.double and dtype_name(self.source) in ("float32", "float16", "bfloat16")

    @property
    def values(self) -> Any:
        """The samples in working units and precision."""
        if self._values is None:
            self._values = self.ops.working(self.data, self.scale, self.single)
        return self._values

    @property
    def samples(self) -> Any:
        """The samples in the units of the image, in working precision."""
        return self.values if self.scale == 1 else self.ops.working(self.data, 1.0, self.single)

    def derive(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return ``compute()``, or what it returned before under this key if what is derived is kept."""
        return compute() if self.cache is None else self.cache.get(key, compute)

    def recall(self, key: Hashable) -> Any:
        """Return what has been derived under this key; None if nothing has."""
        return None if self.cache is None else self.cache.find(key)

    @property
    def prepared(self) -> bool:
        """Whether what is derived outlives the call."""
        return self.cache is not None and self.cache.prepared

    def derive_planes(self, key: Hashable, compute: Callable[[], Any]) -> "Planes":
        """Return planes made from these, in working units."""
        return self.derive(key, lambda: self.made(compute()))

    def made(self, source: Any) -> "Planes":
        """Planes of these samples, in working units, to be treated as these are."""
        cache = None if self.cache is None else self.cache.for_derived()
        return Planes(
            source, self.executor, double=self.double, per_image=self.per_image, cache=cache, strict=self.strict
        )
