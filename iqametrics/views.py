"""Images that were read and checked, and the planes that metrics see of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from iqametrics import color_modes, inputs, kernels, ranges
from iqametrics.cache import Cache
from iqametrics.planes import Planes
from iqametrics.record import Sees


class Reading(NamedTuple):
    """What a call says about its pixels, and who is to work on them.

    Attributes
    ----------
    layout : str or None
    range : Range, float or None
        As :func:`iqametrics.ranges.said` has it.
    backend : str or None
        The executor asked for by name.
    signed : bool
        Whether floats without a range lie in -1..1.
    """

    layout: str | None = None
    range: ranges.Range | float | None = None
    backend: str | None = None
    signed: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any], signed: bool) -> "Reading":
        """What the options of a call say."""
        given = options.get
        return cls(given("layout"), ranges.said(given("data_range"), given("bits")), given("backend"), signed)


class Views:
    """Images that have been read and checked; metrics that see colour alike get the same planes.

    Parameters
    ----------
    images : array, tensor, path, or a list of them
        What the caller handed in.
    role : str
        What to call them in errors.
    reading : Reading
        What the call says about them.
    cache : Cache, optional
        Where planes are kept. If it is a prepared one, images are copied, so that what the caller does to them does not
        change what was prepared, and detached.

    Attributes
    ----------
    images : Images
        The images in one form.
    ranges : list of Range
        Data range of every stack.
    whole : list of bool
        Whether the pixels of a stack are integers.
    units : list of float
        What the pixels of a stack are divided by, 1 but for extreme ranges; scores in their units are multiplied by it.
    """

    def __init__(self, images: Any, role: str, reading: Reading, cache: Cache | None = None) -> None:
        self.images = inputs.read(images, reading.layout, role)
        self.role = role
        self.reading = reading
        self.cache = cache
        self.ranges = [ranges.of_stack(stack, reading.range, role, reading.signed) for stack in self.images.stacks]
        self.whole = ["int" in inputs.dtype_name(stack) for stack in self.images.stacks]
        self.units = [1.0 if whole else full.unit for whole, full in zip(self.whole, self.ranges, strict=True)]
        self._extremes: list[ranges.Extremes | None] | None = [None] * len(self.whole) if all(self.whole) else None

    def __len__(self) -> int:
        return len(self.images.stacks)

    def extremes(self) -> list[ranges.Extremes | None]:
        """Smallest and largest value of every stack of floats; raises NonFiniteError for NaN and infinity."""
        if self._extremes is None:
            self._extremes = [ranges.extremes(stack, self.role) for stack in self.images.stacks]
        return self._extremes

    def planes(
        self, place: int, sees: Sees, color: str, executor: str, beside: str | None = None, alone: bool = False
    ) -> Planes:
        """What a metric sees of the stack at a place.

        Parameters
        ----------
        place : int
            Which stack.
        sees : Sees
            How the metric sees images.
        color : str
            The colour mode of the call.
        executor : str
            Who is to work on them.
        beside : str, optional
            Type of the pixels of the other image if it holds floats and these are integers. They are then treated as
            floats of that type: nothing is rounded.
        alone : bool
            Whether no other metric of the call sees images so, and nothing need be kept for one.
        """
        scale = 255 * (self.units[place] / self.ranges[place].span) if sees.scaled else 1.0
        double = sees.double and not self.whole[place]  # integers are worked on in double in any case
        if self.cache is None or (alone and not self.cache.prepared):
            return self._planes(None, place, color, executor, beside, scale, double)
        cache, key = self.cache, (place, color, executor, beside, scale, double)
        return cache.get(("planes", *key), lambda: self._planes(cache.for_derived(), *key))

    def _planes(
        self,
        cache: Cache | None,
        place: int,
        color: str,
        executor: str,
        beside: str | None,
        scale: float,
        double: bool,
    ) -> Planes:
        data, per_image = self._data(place, color, executor, beside)
        return Planes(data, executor, scale, double, per_image, cache, self.reading.backend == "triton")

    def _data(self, place: int, color: str, executor: str, beside: str | None) -> tuple[Any, int]:
        """Samples of a stack as a colour mode sees them, and how many planes make up an image."""
        # Of grey images in an array nothing has to be made that could be kept.
        if self.cache is None or not (self.cache.prepared or self.images.tensors or self._in_color(place)):
            return self._seen_as(place, color, executor, beside)
        return self.cache.get(
            ("data", place, color, executor, beside), lambda: self._seen_as(place, color, executor, beside)
        )

    def _seen_as(self, place: int, color: str, executor: str, beside: str | None) -> tuple[Any, int]:
        stack, tensors = self._stack(place, beside), self.images.tensors
        data = stack
        if self._in_color(place):
            fused = None if tensors else kernels.fused(executor, "color")
            data = fused and fused.planes(stack, color)
            if data is None:
                rounded = beside is None and self.whole[place]
                data = color_modes.planes(stack, color, self.ranges[place].span / self.units[place], rounded)
        if tensors and executor in kernels.OF_ARRAYS:
            data = kernels.ops("torch").as_array(data)
        return data.reshape(-1, *data.shape[-2:]), data.shape[1]

    def _in_color(self, place: int) -> bool:
        return bool(self.images.stacks[place].shape[1] > 1)

    def _stack(self, place: int, beside: str | None) -> Any:
        """A stack with its black at 0; of floats, if those that it is compared with are."""
        if self.cache is None or not (
            self.cache.prepared or beside or self.ranges[place].low or self.units[place] != 1
        ):
            return self._from_black(self.images.stacks[place], place, beside)

        def make() -> Any:
            stack = self.images.stacks[place]
            if self.cache is not None and self.cache.prepared:
                stack = stack.detach().clone() if self.images.tensors else stack.copy()
            return self._from_black(stack, place, beside)

        return self.cache.get(("stack", place, beside), make)

    def _from_black(self, stack: Any, place: int, beside: str | None) -> Any:
        low, unit = self.ranges[place].low, self.units[place]
        if beside is not None or (low and self.whole[place]):
            stack = inputs.as_floats(stack, beside or "float64")
        if low:
            stack = stack - low
        return stack if unit == 1 else inputs.times(stack, 1 / unit)


def beside(x: Views, y: Views, place: int) -> tuple[str | None, str | None]:
    """For each of two images the type of the other's pixels, where they are integers and the other's are not."""
    if x.whole[place] == y.whole[place]:
        return None, None
    found = inputs.dtype_name((y if x.whole[place] else x).images.stacks[place])
    return (found, None) if x.whole[place] else (None, found)
