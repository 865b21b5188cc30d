"""
Every distortion, five levels
=============================

What ``iqametrics.datasets.distortions`` does to a picture of 192 x 192 pixels: the levels of KADID-10k, where it has the
type, or of ImageNet-C; for types of neither, the strengths that give 33, 30, 27, 24 and 21 dB.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage import data

from iqametrics.datasets import distortions
from iqametrics.errors import DistortionError

reference = data.astronaut()[:192, 130:322]


def first_preset(name):
    """The first preset that has levels of a distortion."""
    return next(each for each in distortions.PRESETS if name in distortions.names(each))


def strip(name):
    """Five levels side by side; white where an image can't have the PSNR."""
    panels = []
    for level in range(1, 6):
        try:
            panel = distortions.apply(name, reference, level, preset=first_preset(name))
        except DistortionError:
            panel = np.full_like(reference, 255)
        panels.append(np.pad(panel, ((0, 0), (0, 12), (0, 0)), constant_values=255))
    return np.hstack(panels)


def strengths(name):
    """The values of the five levels, in a few words."""
    preset = first_preset(name)
    found = distortions.levels(name, preset)
    key = next(iter(found[0]))
    return f"{key} " + ", ".join(f"{level[key]:g}" for level in found)


# %%
# Levels grow from left to right. Where KADID-10k's first level leaves nothing to see, as with a blur of 0.1 pixels, or where
# its levels go back and forth, as with ``mean_shift`` and ``contrast_change``, the preset does too.

names = distortions.names()
rows = -(-len(names) // 2)
figure, panels = plt.subplots(rows, 2, figsize=(10, 1.17 * rows), layout="constrained")
for axes, name in zip(panels.T.flat, names, strict=False):
    axes.imshow(strip(name))
    axes.set_title(f"{name}: {strengths(name)}", fontsize=7, loc="left", pad=2)
for axes in panels.flat:
    axes.set_axis_off()
