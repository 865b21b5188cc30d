"""The only place that knows layouts and data types.

Whatever a caller hands in (arrays, tensors, files, batches, lists) leaves here as :class:`Images`.
"""

import os
import sys
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from iqametrics.errors import BackendError, DTypeError, ShapeError

LAYOUTS = ("HW", "HWC", "CHW", "NHW", "NHWC", "NCHW")


class Images(NamedTuple):
    """Images in one form: stacks of ``(count, channels, height, width)``.

    Attributes
    ----------
    stacks : tuple
        One stack for a single image or a batch; one per image for a list.
    layout : str
        Layout the caller's images have.
    kind : str
        ``"single"``, ``"batch"`` or ``"list"``.
    tensors : bool
        Whether the images are torch tensors.
    """

    stacks: tuple[Any, ...]
    layout: str
    kind: str
    tensors: bool


def is_tensor(value: Any) -> bool:
    """Whether a value is a torch tensor, without importing torch to find out."""
    if isinstance(value, np.ndarray):
        return False
    # A torch that another thread is importing at the moment may have no tensors yet, and then nobody has one.
    kind = getattr(sys.modules.get("torch"), "Tensor", None)
    return kind is not None and isinstance(value, kind)


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
        return Images((stack,), layout, "batch" if layout[0] == "N" else "single", is_tensor(stack))
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
    return Images(tuple(stacks), found, "list", is_tensor(stacks[0]))


def _stack(image: Any, layout: str | None, role: str) -> tuple[Any, str]:
    """One image or batch as ``(count, channels, height, width)``, without a copy, and its layout."""
    if type(image) is np.ndarray and layout is None and (plain := _plain_layout(image.dtype, image.shape)) is not None:
        return _as_stack(image, plain, tensor=False), plain
    if isinstance(image, str | os.PathLike):
        from iqametrics.files import read_image

        image, layout = read_image(image), None
    if not is_tensor(image):
        image = _array(image, role)
    _check_dtype(image, role)
    layout = _layout(image, layout, role)
    if 0 in image.shape:
        raise ShapeError(f"{role} has shape {_shape(image)}: there are no pixels in it")
    return _as_stack(image, layout, is_tensor(image)), layout


@lru_cache(maxsize=256)  # images come in few shapes
def _plain_layout(dtype: np.dtype, shape: tuple[int, ...]) -> str | None:
    """Layout of an array that can't be mistaken, of a type that needs no second look; None for all others."""
    if dtype.name not in ("uint8", "uint16", "float32", "float64") or not dtype.isnative or 0 in shape:
        return None
    if len(shape) == 2:
        return "HW"
    return {3: "HWC", 4: "NHWC"}.get(len(shape)) if shape[-1] in (1, 3) else None


def _as_stack(image: Any, layout: str, tensor: bool) -> Any:
    if layout == "HW":
        return image[None, None]
    image = image[(None,) * ("N" not in layout)]
    if "C" not in layout:
        return image[:, None]
    if layout.endswith("C"):
        return image.permute(0, 3, 1, 2) if tensor else image.transpose(0, 3, 1, 2)
    return image


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
        if x.shape != y.shape:
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


def as_floats(stack: Any, name: str) -> Any:
    """Integers as floats of a type by name, of single precision at least, which holds what pixels hold."""
    single = name in ("float16", "bfloat16", "float32")
    if is_tensor(stack):
        return stack.float() if single else stack.double()
    return stack.astype(np.float32 if single else np.float64)


def times(stack: Any, factor: float) -> Any:
    """Floats times a factor, in their own type: that of half precision would not hold some of its powers of two."""
    if dtype_name(stack) in ("float16", "bfloat16"):
        stack = as_floats(stack, "float32")
    return stack * (factor if is_tensor(stack) else stack.dtype.type(factor))
