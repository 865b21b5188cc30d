"""What Pillow takes and gives: samples of 8 bits, grey without an axis for it."""

import numpy as np


def to_levels(pixels: np.ndarray) -> np.ndarray:
    """Pixels in 0..1 as uint8, ``(H, W)`` or ``(H, W, 3)``."""
    levels = np.rint(pixels * 255).astype(np.uint8)
    return levels[..., 0] if levels.shape[-1] == 1 else levels


def from_levels(levels: np.ndarray) -> np.ndarray:
    """The reverse of `to_levels`."""
    pixels = levels / 255
    return pixels[..., None] if pixels.ndim == 2 else pixels
