"""Photographs of any size, and what may happen to them."""

import functools

import numpy as np
from scipy.ndimage import gaussian_filter


@functools.cache
def _photograph(name):
    from skimage import color, data

    picture = np.rint(color.rgb2gray(getattr(data, name)()) * 255).astype(np.uint8)
    picture.flags.writeable = False
    return picture


def photograph(shape, name="astronaut"):
    """A grey photograph, uint8, from its middle or continued by mirrors."""
    picture = _photograph(name)
    missing = np.maximum(np.subtract(shape, picture.shape), 0)
    picture = np.pad(picture, [(0, count) for count in missing], "symmetric")
    top, left = np.subtract(picture.shape, shape) // 2
    return picture[top : top + shape[0], left : left + shape[1]].copy()


def pair(shape, name="astronaut", kind="uint8"):
    """A photograph and what blur and noise made of it, in the type of pixels asked for."""
    reference = photograph(shape, name)
    grain = np.random.default_rng(7).normal(0, 6, shape)
    distorted = gaussian_filter(reference.astype(float), 0.8) + grain
    return convert(reference, kind), convert(distorted, kind)


def convert(values, kind):
    """Values of 0 to 255 in another type of pixels, with digits below one where the type has them."""
    values = np.clip(np.asarray(values, np.float64), 0, 255)
    if kind == "uint8":
        return np.rint(values).astype(np.uint8)
    if kind == "uint16":
        return np.rint(values * 257).astype(np.uint16)
    return (values / 255).astype(kind)
