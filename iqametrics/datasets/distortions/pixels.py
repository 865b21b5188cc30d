"""From a caller's image to pixels in 0..1, and back."""

from typing import Any, NamedTuple

import numpy as np

from iqametrics import inputs, ranges
from iqametrics.errors import DTypeError, OptionError, RangeError, ShapeError

#: Levels that floats are rounded to: what a file of 8 bits could hold.
_EIGHT_BITS = 255.0


class Picture(NamedTuple):
    """An image as the distortions see it.

    Attributes
    ----------
    original : numpy.ndarray
        As it came.
    pixels : numpy.ndarray
        ``(H, W, 1)`` or ``(H, W, 3)`` in double precision, 0..1; not to be written to.
    peak : float
        Number of steps that a result is rounded to, or 0 for none.
    """

    original: np.ndarray
    pixels: np.ndarray
    peak: float

    def finished(self, pixels: np.ndarray) -> np.ndarray:
        """Clip and round what a distortion made, in the shape and type of the original."""
        clipped = np.clip(pixels, 0.0, 1.0)
        if self.original.dtype.kind == "u":
            clipped = np.rint(clipped * self.peak)
        elif self.peak:
            clipped = np.rint(clipped * self.peak) / self.peak
        return clipped.astype(self.original.dtype).reshape(self.original.shape)


def picture(image: Any, quantise: bool) -> Picture:
    """Check an image, uint8, uint16 or float in 0..1, and bring it to pixels in 0..1."""
    found = inputs.read(image, None, "image")
    if found.tensors:
        raise DTypeError("image is a tensor; distortions take arrays: image.cpu().numpy(), channels last")
    if found.kind != "single":
        raise ShapeError(f"image is a {found.kind}; distort one image at a time")
    (stack,) = found.stacks
    ranges.extremes(stack, "image")
    original = stack[0, 0] if found.layout == "HW" else stack[0].transpose(1, 2, 0)
    if original.dtype.name in ("uint8", "uint16"):
        if not quantise:
            raise OptionError(f"quantise=False is for floats; the levels of {original.dtype} are whole numbers")
        peak = ranges.of_stack(original, None, "image").high
        pixels = original / peak
    elif original.dtype.kind == "f":
        low, high = float(original.min()), float(original.max())
        if low < 0 or high > 1:
            raise RangeError(f"image has floats from {low:.4g} to {high:.4g}; scale them to 0..1")
        peak, pixels = _EIGHT_BITS if quantise else 0.0, original.astype(np.float64)
    else:
        raise DTypeError(f"image has data type {original.dtype}; convert it to uint8, uint16, or floats in 0..1")
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    pixels.flags.writeable = False
    return Picture(original, pixels, peak)
