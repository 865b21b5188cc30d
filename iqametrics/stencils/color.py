"""From colour to the planes a metric looks at.

All functions take and return ``(..., height, width)`` planes and work on NumPy arrays and tensors alike.
"""

from collections.abc import Sequence
from typing import Any

#: MATLAB's rgb2gray: the first row of the inverse of its NTSC matrix, exact to double precision.
GRAY = (0.2989360212937754, 0.5870430744511212, 0.11402090425510332)
#: ITU-R BT.601 luma.
LUMA = (0.299, 0.587, 0.114)
#: MATLAB's rgb2ycbcr: weights of Y times 255, and its value for black, for a range of 255.
YCBCR = (65.481, 128.553, 24.966)
YCBCR_BLACK = 16 / 255


def weighted(channels: Sequence[Any], weights: tuple[float, float, float]) -> Any:
    """Weighted sum of red, green and blue."""
    red, green, blue = channels
    return weights[0] * red + weights[1] * green + weights[2] * blue


def ycbcr(channels: Sequence[Any], full_range: float) -> Any:
    """Y of MATLAB's rgb2ycbcr; in this order of operations whole levels round as there, halves included."""
    return weighted(channels, YCBCR) / 255 + YCBCR_BLACK * full_range
