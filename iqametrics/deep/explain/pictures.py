"""Images as the ways to explain feature maps take them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from iqametrics import inputs, ranges
from iqametrics.errors import ShapeError


def colour_image(image: Any) -> npt.NDArray[np.float64]:
    """Red, green and blue from 0 to 1, ``(height, width, 3)``, of an image array or file; floats have that range already."""
    found = inputs.read(image, None, "image")
    if found.kind != "single" or found.tensors:
        raise ShapeError("image must be one array or file")
    (stack,) = found.stacks
    ranges.extremes(stack, "image")
    full = 1.0 if stack.dtype.kind == "f" else ranges.of_stack(stack, None, "image").high
    pixels = stack[0].astype(np.float64) / full
    return np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0).copy()
