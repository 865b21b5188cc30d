"""
Coarse and fine
===============

Metrics of several scales return a map for each. Blur takes away what is fine and leaves what is coarse; the maps show it
scale by scale.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import gaussian_filter
from skimage import data

from iqametrics import ms_ssim, vifp

reference = data.camera()
distorted = np.rint(gaussian_filter(reference.astype(float), 2)).astype(np.uint8)

# %%
# Samples of the coarser maps lie further and further apart; ``map_geometry`` says how far, so that all can be drawn over
# the same picture.


def draw(axes, geometry, values, title, **options):
    """Draw a map where it belongs in the picture."""
    (top, left), (down, across) = geometry
    rows, columns = values.shape
    extent = (
        left - across / 2,
        left + across * (columns - 0.5),
        top + down * (rows - 0.5),
        top - down / 2,
    )
    axes.imshow(values, vmin=0, vmax=1, extent=extent, **options)
    axes.set(xlim=(0, 512), ylim=(512, 0), aspect="equal", xticks=[], yticks=[])
    axes.set_title(f"every {geometry.step[0]:g}: {title}", fontsize="medium")


# %%
# The maps of MS-SSIM hold the contrast-structure term (the fifth scale, which has the whole SSIM, is left out here).

maps = ms_ssim.map(reference, distorted)
geometries = ms_ssim.map_geometry(reference.shape)
figure, panels = plt.subplots(2, 2, figsize=(7, 7.4), layout="constrained")
for axes, geometry, scale in zip(panels.flat, geometries, maps, strict=False):
    draw(axes, geometry, scale, f"{scale.mean():.3f}")
figure.suptitle(f"ms_ssim {ms_ssim(reference, distorted):.3f}")

# %%
# ``vifp`` weights its places by the information that the reference holds there. Drawn here is the share that
# survives, faint where there was little to lose.

maps = vifp.map(reference, distorted)
geometries = vifp.map_geometry(reference.shape)
figure, panels = plt.subplots(2, 2, figsize=(7, 7.4), layout="constrained")
for axes, geometry, (quality, weight) in zip(
    panels.flat, geometries, maps, strict=True
):
    survives = (quality * weight).sum() / weight.sum()
    opacity = np.clip(weight / np.percentile(weight, 95), 0, 1)
    draw(axes, geometry, quality, f"{survives:.3f}", alpha=opacity)
figure.suptitle(f"vifp {vifp(reference, distorted):.3f}")
