"""The only place that knows layouts, data types, data ranges, colour modes and what to do with NaN.

Whatever a caller hands in (arrays, tensors, files, batches, lists) leaves here as :class:`Images`, and from there as the
planes a metric works on.
"""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from iqametrics.errors import BackendError, DTypeError, NonFiniteError, OptionError, RangeError, ShapeError
from iqametrics.stencils import color as colors

#: Ways to see a colour image, apart from a metric's convention.
COLORS = {
    "gray": "MATLAB's rgb2gray, rounded for integer images",
    "luma": "0.299 R + 0.587 G + 0.114 B, not rounded",
    "ycbcr": "Y of MATLAB's rgb2ycbcr (16 to 235 of 255), rounded for integer images",
    "channels": "every channel on its own",
}
LAYOUTS = ("HW", "HWC", "CHW", "NHW", "NHWC", "NCHW")
_INTEGER_RANGES = {"uint8": 255.0, "uint16": 65535.0}
#: Pixels of an array whose colours are weighted at once: what that takes stays in the cache, at a multiple of the speed.
_BLOCK = 2**15


@dataclass(frozen=True)
class Images:
    """Images in one form: stacks of ``(count, channels, height, width)``.

    Attributes
    ----------
    stacks : tuple
        One stack for a single image or a batch; one per image for a list.
    layout : str
        Layout the caller's images have.
    kind : str
        ``"single"``, ``"batch"`` or ``"list"``.
    """

    stacks: tuple[Any, ...]
    layout: str
    kind: str

    @property
    def tensors(self) -> bool:
        """Whether the images are torch tensors."""
        return is_tensor(self.stacks[0])


def is_tensor(value: Any) -> bool:
    """Whether a value is a torch tensor, without importing torch to find out."""
    # A torch that another thread is importing at the moment may have no tensors yet, and then nobody has one.
    kind = getattr(sys.modules.get("torch"), "Tensor", None)
    return kind is not None and isinstance(value, kind)


def check_choice(name: str, value: Any, choices: Collection[str]) -> None:
    """Refuse a value that is neither None nor one of the choices."""
    if value is not None and value not in choices:
        raise OptionError(f"{name}={value!r} is unknown; use one of {', '.join(choices)}")


def dtype_name(stack: Any) -> str:
    """Name of the data type of an array or a tensor."""
    return _name(stack.dtype)


@cache
def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def read(images: Any, layout: str | None, role: str) -> Images:
    """Bring what a caller handed in into one form.

    Parameters
    ----------
    images : array, tensor, path, or a list of them
        What the caller handed in.
    layout : str or None
        One of `LAYOUTS`; ``None`` accepts the layouts that can't be mistaken.
    role : str
        What to call the images in errors.
    """
    if not isinstance(images, list | tuple):
        stack, layout = _stack(images, layout, role)
        return Images((stack,), layout, "batch" if layout.startswith("N") else "single")
    if not images:
        raise ShapeError(f"the {role} list is empty; pass at least one image")
    stacks = []
    for i, image in enumerate(images):
        if isinstance(image, list | tuple):
            raise DTypeError(f"{role}[{i}] is a {type(image).__name__}; a list must hold arrays, tensors or paths")
        stack, found = _stack(image, layout, f"{role}[{i}]")
        if found.startswith("N"):
            raise ShapeError(f"{role}[{i}] is a batch of shape {_shape(image)}; a list must hold single images")
        stacks.append(stack)
    if len({is_tensor(stack) for stack in stacks}) > 1:
        raise DTypeError(f"the {role} list mixes arrays and tensors; convert one to the other")
    return Images(tuple(stacks), found, "list")


def _stack(image: Any, layout: str | None, role: str) -> tuple[Any, str]:
    """One image or batch as ``(count, channels, height, width)``, without a copy, and its layout."""
    if isinstance(image, str | os.PathLike):
        from iqametrics.files import read_image

        image, layout = read_image(image), None
    if not is_tensor(image):
        image = _array(image, role)
    _check_dtype(image, role)
    layout = _layout(image, layout, role)
    if 0 in image.shape:
        raise ShapeError(f"{role} has shape {_shape(image)}: there are no pixels in it")
    image = image[(None,) * ("N" not in layout)]
    if "C" not in layout:
        return image[:, None], layout
    if layout.endswith("C"):
        image = image.permute(0, 3, 1, 2) if is_tensor(image) else image.transpose(0, 3, 1, 2)
    return image, layout


def _array(image: Any, role: str) -> np.ndarray:
    masked = getattr(sys.modules.get("numpy.ma"), "MaskedArray", None)  # it takes a while to import
    if masked is not None and isinstance(image, masked):
        raise DTypeError(f"{role} is a masked array and masks are not supported; crop or fill it first")
    if type(image).__module__.startswith("PIL.") and image.mode not in ("L", "RGB", "I;16"):
        raise DTypeError(f"{role} is a Pillow image of mode {image.mode}; convert it to 'L' or 'RGB' first")
    array = np.asarray(image)
    if array.dtype == object or not array.ndim:
        raise DTypeError(f"{role} is a {type(image).__name__}; pass an array, a tensor or the path of an image file")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _check_dtype(image: Any, role: str) -> None:
    name = dtype_name(image)
    if name == "bool":
        raise DTypeError(f"{role} is boolean; convert masks to numbers first, e.g. image.astype('uint8') * 255")
    if not name.startswith(("uint", "int", "float", "bfloat", "longdouble")):
        raise DTypeError(f"{role} has data type {name}; pixels must be real numbers (take abs() of complex ones)")


def _shape(image: Any) -> tuple[int, ...]:
    return tuple(int(side) for side in image.shape)


def _layout(image: Any, layout: str | None, role: str) -> str:
    """The layout of an image: the one said, or the one its shape can't be mistaken for."""
    shape = _shape(image)
    if layout is None:
        channels_last = not is_tensor(image)
        layout = {2: "HW", 3: "HWC" if channels_last else "CHW", 4: "NHWC" if channels_last else "NCHW"}.get(len(shape))
        said = False
    else:
        said = True
    if layout is None or len(layout) != len(shape):
        wanted = f"layout={layout!r} has {len(layout)} axes" if said and layout else "images have 2 to 4 axes"
        raise ShapeError(f"{role} has shape {shape}, but {wanted}; pass the layout it has ({', '.join(LAYOUTS)})")
    if "C" not in layout or shape[layout.index("C")] in (1, 3):
        return layout
    axis = layout.index("C")
    count = shape[axis]
    if count == 4:
        cut = "image[" + ":, " * axis + ":3]" if axis < len(shape) - 1 else "image[..., :3]"
        unless = "" if said else ", or pass layout= if these are no channels"
        raise ShapeError(f"{role} has shape {shape}: 4 channels; drop alpha ({cut}) or composite it first{unless}")
    if said:
        raise ShapeError(f"{role} has shape {shape}: with layout={layout!r} it has {count} channels; 1 and 3 are known")
    kind = "tensor" if is_tensor(image) else "array"
    others = [known for known in LAYOUTS if len(known) == len(shape) and known != layout]
    raise ShapeError(
        f"{role} is {'a' if kind == 'tensor' else 'an'} {kind} of shape {shape}, which is ambiguous: as {layout} it "
        f"would have {count} channels; pass layout= ({', '.join(others)})"
    )


def check_pair(reference: Images, distorted: Images) -> None:
    """Refuse images that can't be compared."""
    if reference.tensors != distorted.tensors:
        raise DTypeError("one of the images is a tensor and the other is not; convert one to the other")
    if reference.kind != distorted.kind and "list" in (reference.kind, distorted.kind):
        raise ShapeError(f"reference is a {reference.kind} and distorted a {distorted.kind}; pass two lists")
    if len(reference.stacks) != len(distorted.stacks):
        raise ShapeError(f"{len(reference.stacks)} reference images but {len(distorted.stacks)} distorted ones")
    for i, (x, y) in enumerate(zip(reference.stacks, distorted.stacks, strict=True)):
        if _shape(x) != _shape(y):
            where = f" at index {i}" if reference.kind == "list" else ""
            raise ShapeError(
                f"images differ in shape{where}: {_describe(x)} and {_describe(y)}; they must have the same size, "
                "channels and count (resize or crop one, or convert both to grey or to RGB)"
            )
        if (
            reference.tensors and x.device != y.device
        ):  # a kernel would read the memory of one by addresses of the other
            raise BackendError(
                f"reference is on {x.device} and distorted on {y.device}; move one to the other's device"
            )


def _describe(stack: Any) -> str:
    count, channels, height, width = _shape(stack)
    batch = f"{count} images of " if count > 1 else ""
    return f"{batch}{height}x{width} (height x width) with {channels} channel{'s' * (channels > 1)}"


def check_finite(images: Images, role: str) -> None:
    """Refuse NaN and infinity, except on a GPU, where looking would wait for the device: there the score is NaN."""
    for stack in images.stacks:
        if is_tensor(stack):
            finite = stack.device.type != "cpu" or not stack.is_floating_point() or bool(stack.isfinite().all())
        else:
            finite = stack.dtype.kind != "f" or _all_finite(stack)
        if not finite:
            raise NonFiniteError(f"{role} holds NaN or infinity; remove or replace those pixels first")


def _all_finite(stack: np.ndarray) -> bool:
    """Whether all samples are finite.

    NaN and infinity can't leave a sum, which needs no memory; a sum that merely overflows is looked into, some rows at a
    time.
    """
    if np.isfinite(np.einsum("nchw->", stack)):
        return True
    rows = max(1, (1 << 20) // stack.shape[-1])
    return all(np.isfinite(stack[..., i : i + rows, :]).all() for i in range(0, stack.shape[-2], rows))


def data_range(stack: Any, given: float | None, bits: int | None, role: str) -> float:
    """Difference between the largest and the smallest value the pixels may have.

    Integers carry their range (or are told their depth by `bits`); floats must be given one.
    """
    if given is not None and bits is not None:
        raise RangeError(f"data_range={given} and bits={bits} are both given; pass one of them")
    if bits is not None:
        if isinstance(bits, bool) or not isinstance(bits, int | np.integer) or not 1 <= bits <= 32:
            raise RangeError(f"bits={bits!r} must be a whole number from 1 to 32")
        given = 2.0 ** int(bits) - 1
    name = dtype_name(stack)
    if given is None:
        if name not in _INTEGER_RANGES:
            raise RangeError(_range_wanted(stack, role))
        return _INTEGER_RANGES[name]
    if isinstance(given, bool) or not isinstance(given, int | float | np.number) or not 0 < given < float("inf"):
        raise RangeError(f"data_range={given!r} must be a positive, finite number")
    if "int" in name:
        low, high = _extremes(stack)
        if low < 0 or high > given:
            raise RangeError(
                f"{role} has pixels from {low:g} to {high:g}, beyond the range 0 to {given:g} it was given"
            )
    return float(given)


def _extremes(stack: Any) -> tuple[float, float]:
    if dtype_name(stack) in ("uint16", "uint32", "uint64") and is_tensor(stack):
        stack = stack.double()  # torch finds no extremes of these types
    return float(stack.min()), float(stack.max())


def _range_wanted(stack: Any, role: str) -> str:
    low, high = _extremes(stack)
    name = dtype_name(stack)
    seen = f"{role} is {name} with values from {low:.4g} to {high:.4g}"
    if "int" in name:
        return (
            f"{seen}, a type without a range of its own; pass bits= (the depth of the camera or codec) or data_range="
        )
    needed = high - min(low, 0.0)
    likely = next((known for known in (1, 2, 255, 65535) if needed <= known), f"{needed:g}")
    shift = " after shifting the values to start at 0" if low < 0 else ""
    return f"{seen}; floats need their range said: did you mean data_range={likely}{shift}?"


def planes(stack: Any, color: str, full_range: float) -> Any:
    """A stack as the planes ``(count, planes, height, width)`` that a colour mode sees, in the units of the image."""
    if color == "channels" or stack.shape[1] == 1:
        return stack
    if is_tensor(stack):
        return _plane(stack, color, full_range)
    count, _, height, width = stack.shape
    rows = max(1, _BLOCK // (count * width))
    parts = [_plane(stack[:, :, first : first + rows], color, full_range) for first in range(0, height, rows)]
    return np.concatenate(parts, axis=2)


def _plane(stack: Any, color: str, full_range: float) -> Any:
    integers = "int" in dtype_name(stack)
    tensor = is_tensor(stack)
    channels = [stack[:, i] for i in range(3)]
    if tensor and (integers or stack.element_size() < 4):
        channels = [channel.double() if integers else channel.float() for channel in channels]
    elif not tensor:
        channels = [channel.astype(np.float64) for channel in channels]
    if color == "gray":
        plane = colors.weighted(channels, colors.GRAY)
    elif color == "luma":
        plane = colors.weighted(channels, colors.LUMA)
    else:
        plane = colors.weighted(channels, colors.YCBCR) + colors.YCBCR_BLACK * full_range
    if integers and color != "luma":
        plane = (plane + 0.5).floor().to(stack.dtype) if tensor else np.floor(plane + 0.5).astype(stack.dtype)
    return plane[:, None]
