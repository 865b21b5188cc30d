"""Images of a call, and the planes that metrics see of them."""

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from iqametrics import inputs, kernels
from iqametrics.planes import Planes

if TYPE_CHECKING:
    from iqametrics.record import Metric, Recipe

T = TypeVar("T")


class Seen:
    """Images that have been read and checked; metrics that see colour alike get the same planes.

    Parameters
    ----------
    images : array, tensor, path, or a list of them
        What the caller handed in.
    role : str
        What to call them in errors.
    options : Mapping
        Options of the call, of which ``layout``, ``data_range`` and ``bits`` are read.
    keep : bool
        Whether to keep the planes and all that is derived from them for later calls. The images are then copied, so that
        what the caller does to them does not change what was prepared, and detached.
    share : bool
        Whether to do so within one call, for several metrics.

    Attributes
    ----------
    images : Images
        The images in one form.
    ranges : list of float
        Data range of every stack.
    """

    def __init__(
        self, images: Any, role: str, options: Mapping[str, Any], keep: bool = False, share: bool = False
    ) -> None:
        self.images = inputs.read(images, options.get("layout"), role)
        inputs.check_finite(self.images, role)
        given = options.get("data_range"), options.get("bits")
        self.ranges = [inputs.data_range(stack, *given, role) for stack in self.images.stacks]
        self.keep = keep
        self.insist = options.get("backend") == "triton"
        self.share = share
        self._made: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self.images.stacks)

    def planes(self, place: int, metric: "Metric", recipe: "Recipe", executor: str) -> Planes:
        """What a metric sees of the stack at a place."""
        stack = self.images.stacks[place]
        scale = 255 / self.ranges[place] if metric.units == "255" else 1.0
        single = inputs.dtype_name(stack) in ("float32", "float16", "bfloat16")

        def make() -> Planes:
            data, per_image = self._data(place, recipe.color, executor)
            return Planes(data, executor, scale, metric.double, self.keep, per_image, self.share, self.insist)

        return self._once(("planes", place, recipe.color, executor, scale, metric.double and single), make)

    def _data(self, place: int, color: str, executor: str) -> tuple[Any, int]:
        """Samples of a stack as a colour mode sees them, and how many planes make up an image."""

        def make() -> tuple[Any, int]:
            stack, tensors = self._stack(place), self.images.tensors
            fused = None if tensors else kernels.fused(executor, "color")
            data = fused and fused.planes(stack, color)
            if data is None:
                data = inputs.planes(stack, color, self.ranges[place])
            if tensors and executor in kernels.OF_ARRAYS:
                data = kernels.ops("torch").as_array(data)
            return data.reshape(-1, *data.shape[-2:]), data.shape[1]

        return self._once(("data", place, color, executor), make)

    def _stack(self, place: int) -> Any:
        stack = self.images.stacks[place]
        if not self.keep:
            return stack
        return self._once(("stack", place), lambda: stack.detach().clone() if self.images.tensors else stack.copy())

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        if not (self.keep or self.share):
            return make()
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made
