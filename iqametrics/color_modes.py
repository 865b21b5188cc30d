"""From the channels of an image to the planes that a colour mode sees."""

from typing import Any

import numpy as np

from iqametrics.inputs import dtype_name, is_tensor
from iqametrics.stencils import color as colors

#: Pixels of an array whose colours are weighted at once: what that takes stays in the cache, at a multiple of the speed.
_BLOCK = 2**15


def planes(stack: Any, color: str, full_range: float, rounded: bool) -> Any:
    """A stack as the planes ``(count, planes, height, width)`` that a colour mode sees, in the units of the image.

    Parameters
    ----------
    stack : array or tensor ``(count, channels, height, width)``
        The images, black being 0.
    color : str
        The mode, a key of ``iqametrics.record.COLORS``.
    full_range : float
        Difference between the largest and the smallest possible value.
    rounded : bool
        Whether the modes that round give whole numbers: MATLAB's functions do of integers.
    """
    if color in ("channels", "rgb") or stack.shape[1] == 1:
        return stack
    rounded = rounded and color != "luma"
    if is_tensor(stack):
        return _plane(stack, color, full_range, rounded)
    count, _, height, width = stack.shape
    rows = max(1, _BLOCK // (count * width))
    parts = [_plane(stack[:, :, first : first + rows], color, full_range, rounded) for first in range(0, height, rows)]
    return np.concatenate(parts, axis=2)


def _plane(stack: Any, color: str, full_range: float, rounded: bool) -> Any:
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
        plane = colors.ycbcr(channels, full_range)
    if rounded:
        plane = (plane + 0.5).floor() if tensor else np.floor(plane + 0.5)
        if integers:
            plane = plane.to(stack.dtype) if tensor else plane.astype(stack.dtype)
    return plane[:, None]
