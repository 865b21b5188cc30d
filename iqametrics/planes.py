"""Planes: what a metric sees of an image, and what has been derived from it."""

from collections.abc import Callable, Hashable
from typing import Any

from iqametrics import kernels
from iqametrics.inputs import dtype_name
from iqametrics.kernels.operations import Operations


class Planes:
    """A stack of grey planes ``(count, height, width)`` on its way through a metric.

    Parameters
    ----------
    data : array or tensor
        The samples, in the units of the image.
    executor : str
        Name of the executor that works on them.
    scale : float
        Factor from the image's units to those the metric works in.
    double : bool
        Whether to work in double precision even on samples of single precision.
    per_image : int
        How many of the planes belong to one image.
    keep : bool
        Whether to remember what is derived, so that the next metric call on the same planes need not derive it again.
        This is all that preparing a reference takes.
    share : bool
        Whether to remember it for other metrics of the same call.
    insist : bool
        Whether nothing but the fused passes of the executor will do.
    """

    __slots__ = ("_memory", "data", "double", "executor", "insist", "keep", "per_image", "scale", "share")

    def __init__(
        self,
        data: Any,
        executor: str,
        scale: float = 1.0,
        double: bool = False,
        keep: bool = False,
        per_image: int = 1,
        share: bool = False,
        insist: bool = False,
    ) -> None:
        self.data = data
        self.executor = executor
        self.scale = scale
        self.double = double
        self.keep = keep
        self.per_image = per_image
        self.share = share
        self.insist = insist
        self._memory: dict[Hashable, Any] = {}

    @property
    def ops(self) -> Operations:
        """Primitive operations of the executor."""
        found: Operations = kernels.ops(self.executor)
        return found

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.data.shape[-2:]
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
        return not self.double and dtype_name(self.data) in ("float32", "float16", "bfloat16")

    @property
    def values(self) -> Any:
        """The samples in working units and precision."""
        if "values" not in self._memory:
            self._memory["values"] = self.ops.working(self.data, self.scale, self.single)
        return self._memory["values"]

    @property
    def samples(self) -> Any:
        """The samples in the units of the image, in working precision."""
        return self.values if self.scale == 1 else self.ops.working(self.data, 1.0, self.single)

    def derive(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return ``compute()``, or what it returned before under this key if these planes are kept or shared."""
        if not (self.keep or self.share):
            return compute()
        if key not in self._memory:
            self._memory[key] = compute()
        return self._memory[key]

    def recall(self, key: Hashable) -> Any:
        """Return what has been derived under this key; None if nothing has."""
        return self._memory.get(key)

    def derive_planes(self, key: Hashable, compute: Callable[[], Any]) -> "Planes":
        """Return planes made from these, in working units."""
        return self.derive(key, lambda: self.made(compute()))

    def made(self, data: Any) -> "Planes":
        """Planes of these samples, in working units, to be treated as these are."""
        return Planes(
            data,
            self.executor,
            double=self.double,
            keep=self.keep,
            per_image=self.per_image,
            share=self.share,
            insist=self.insist,
        )
