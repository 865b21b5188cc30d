"""Arithmetic on decoded samples: turning them upright and laying them over a background."""

from collections.abc import Sequence

import numpy as np

from .header import Pixels


def upright(samples: Pixels, orientation: int) -> Pixels:
    """Undo the camera's rotation; any value but 2 to 8 means that there is none."""
    if orientation in (5, 6, 7, 8):
        samples = samples.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples


def without_alpha(samples: Pixels) -> Pixels:
    """Drop the last channel; grey loses its axis."""
    return samples[..., 0] if samples.shape[-1] == 2 else samples[..., :-1]


def over(samples: Pixels, background: Sequence[int], bits: int) -> Pixels:
    """Lay straight-alpha samples, alpha last, over a background given in 0..255.

    Products and sums are exact in uint32 (65535**2 + 32767 < 2**32), so the only rounding is the last one, to
    the nearest level. The peak is odd: no ties.
    """
    peak = 2**bits - 1
    colour = samples[..., :-1]
    alpha = samples[..., -1:].astype(np.uint32)
    if len(set(background)) == 1:
        background = background[:1]  # grey over grey stays grey
    ground = np.array([(level * peak + 127) // 255 for level in background], dtype=np.uint32)
    rounded = (alpha * colour + (peak - alpha) * ground + peak // 2) // peak
    mixed: Pixels = rounded.astype(samples.dtype)
    return mixed[..., 0] if mixed.shape[-1] == 1 else mixed
