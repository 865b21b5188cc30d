"""Pictures to distort, and how far a distorted one is from them."""

import functools

import numpy as np
from skimage import data

import iqametrics
from iqametrics.datasets import distortions

#: Seeds over which distortions of random places are averaged: where a block falls decides what it harms.
SEEDS = range(8)


@functools.cache
def pictures():
    """Two photographs in colour, of odd size, read-only."""
    found = {"face": data.astronaut()[0:193, 130:331], "cup": data.coffee()[100:301, 190:401]}
    for picture in found.values():
        picture.flags.writeable = False
    return found


def grey(picture):
    return np.rint(picture.mean(-1)).astype(np.uint8)


def psnr(reference, distorted):
    return iqametrics.metric("psnr", backend="numpy")(reference, distorted)


def level_psnrs(name, preset, picture):
    """The PSNR of every level; that of the mean error over seeds where the seed matters."""
    seeds = SEEDS if distortions.distortion(name).random else [0]
    mse = iqametrics.metric("mse", backend="numpy")
    errors = [
        np.mean([mse(picture, distortions.apply(name, picture, level, seed, preset=preset)) for seed in seeds])
        for level in range(1, 6)
    ]
    return [np.inf if not error else 10 * np.log10(255**2 / error) for error in errors]
