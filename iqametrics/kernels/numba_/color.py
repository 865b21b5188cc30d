"""8-bit colour to planes: grey in whole numbers, to the same level as in double precision, or the channels apart."""

import numpy as np

from iqametrics.kernels.numba_.compiler import kernel, name_of
from iqametrics.kernels.numba_.strips import Strip, launch
from iqametrics.stencils.color import GRAY

#: Bits behind the point. With so many, every one of the 2**24 colours gets the level that double precision rounds to (a
#: test tries them all), and a sum still fits into 32 bits.
_BITS = 22
_WEIGHTS = tuple(np.uint32(round(weight * 2**_BITS)) for weight in GRAY)
_HALF, _SHIFT = np.uint32(2 ** (_BITS - 1)), np.uint32(_BITS)
#: Pixels that are as much work as one sample of a window's pass.
_LIGHT = 8


def planes(stack: np.ndarray, color: str) -> np.ndarray | None:
    """Planes ``(count, planes, height, width)`` of images ``(count, 3, height, width)``; None if this is not the way.

    It is for 8-bit images whose channels lie side by side, as files have them, as grey or as channels.
    """
    count, channels, height, width = stack.shape
    if color not in ("gray", "channels") or channels != 3 or stack.dtype != np.uint8 or stack.strides[1] != 1:
        return None
    pixels = np.ascontiguousarray(stack.transpose(0, 2, 3, 1)).reshape(count * height, width * 3)
    every = Strip(0, height)
    if color == "gray":
        out = np.empty((count, 1, height, width), np.uint8)
        rows = out.reshape(count * height, width)
        launch(_gray, (name_of(None), pixels, _WEIGHTS, _HALF, _SHIFT), (rows,), count, height, every, width // _LIGHT)
    else:
        out = np.empty((count, 3, height, width), np.uint8)
        launch(_apart, (name_of(None), pixels), (out,), count, height, every, width // _LIGHT)
    return out


@kernel
def _gray(name, pixels, weights, half, shift, start, stop, out):
    """Weigh rows of pixels; every intermediate is told to be 32 bits wide, or Numba would make it 64."""
    for row in range(start, stop):
        of, to = pixels[row], out[row]
        for j in range(to.size):
            red = np.uint32(weights[0] * np.uint32(of[3 * j]))
            green = np.uint32(weights[1] * np.uint32(of[3 * j + 1]))
            blue = np.uint32(weights[2] * np.uint32(of[3 * j + 2]))
            to[j] = np.uint32(np.uint32(np.uint32(red + green) + blue) + half) >> shift


@kernel
def _apart(name, pixels, start, stop, out):
    """Lay the channels of rows of pixels behind each other, where NumPy would take a pixel at a time."""
    height = out.shape[2]
    for row in range(start, stop):
        of, image, line = pixels[row], row // height, row % height
        for channel in range(3):
            to = out[image, channel, line]
            for j in range(to.size):
                to[j] = of[3 * j + channel]
