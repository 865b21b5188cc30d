"""RGB to grey planes, as MATLAB does it and as most papers write it."""

import numpy as np


def gray(rgb):
    """MATLAB's ``rgb2gray``: rounded half up for integer images, left as it is for floats."""
    inverse_yiq = np.linalg.inv(np.array([[1.0, 0.956, 0.621], [1.0, -0.272, -0.647], [1.0, -1.106, 1.703]]))
    plane = _weighted(rgb, inverse_yiq[0])
    return np.floor(plane + 0.5) if np.issubdtype(rgb.dtype, np.integer) else plane


def luma(rgb):
    """Rec. 601 luma, never rounded."""
    return _weighted(rgb, (0.299, 0.587, 0.114))


def ycbcr(rgb):
    """Y of MATLAB's ``rgb2ycbcr`` on uint8: 16..235, rounded half up."""
    if rgb.dtype != np.uint8:
        raise TypeError(f"the naive ycbcr is written for uint8 alone, not {rgb.dtype}")
    return np.floor(16.0 + _weighted(rgb, (65.481, 128.553, 24.966)) / 255.0 + 0.5)


def planes(image, color):
    """The grey planes, as float64, that a structural metric sees of an image (H, W) or (H, W, 3)."""
    if image.ndim == 2:
        return [image.astype(np.float64)]
    if color == "channels":
        return [image[:, :, channel].astype(np.float64) for channel in range(3)]
    return [{"gray": gray, "luma": luma, "ycbcr": ycbcr}[color](image)]


def _weighted(rgb, weights):
    red, green, blue = (rgb[:, :, channel].astype(np.float64) for channel in range(3))
    return weights[0] * red + weights[1] * green + weights[2] * blue
