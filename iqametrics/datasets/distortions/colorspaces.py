"""Colours of an image, of a grey one too, in spaces where light and colour are apart; and back."""

import numpy as np


def as_rgb(pixels: np.ndarray) -> np.ndarray:
    """Red, green and blue: those of a grey image are equal."""
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3))


def as_before(rgb: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Colours with as many channels as the pixels they were made from."""
    return rgb if pixels.shape[-1] == 3 else rgb.mean(-1, keepdims=True)


def to_lab(pixels: np.ndarray) -> np.ndarray:
    """CIELAB: L from 0 to 100, a and b."""
    from skimage.color import rgb2lab

    return rgb2lab(as_rgb(pixels))


def from_lab(lab: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Colours of CIELAB values, clipped to 0..1, with as many channels as the pixels they were made from."""
    from skimage.color import lab2rgb

    light = np.clip(lab[..., 0], 0, 100)
    # A yellow beyond any light has a negative Z, which scikit-image clips too, but with a warning.
    most = (light + 16) / 116 * 200 * (1 - 1e-12)
    return as_before(lab2rgb(np.dstack([light, lab[..., 1], np.minimum(lab[..., 2], most)])), pixels)


def to_hsv(pixels: np.ndarray) -> np.ndarray:
    """Hue, saturation and value, each from 0 to 1."""
    from skimage.color import rgb2hsv

    return rgb2hsv(as_rgb(pixels))


def from_hsv(hsv: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Colours of hue, saturation and value, with as many channels as the pixels they were made from."""
    from skimage.color import hsv2rgb

    return as_before(hsv2rgb(hsv), pixels)
