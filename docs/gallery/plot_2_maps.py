"""
Where it hurts
==============

Every metric has a map: the local values whose pooling is the score. ``map_geometry`` says where its samples lie in the
picture, and ``iqametrics.report`` draws it there, the worst places in red.
"""

import matplotlib.pyplot as plt
from skimage import data

import iqametrics
from iqametrics.datasets import distortions
from iqametrics.report.local_quality import local_quality
from iqametrics.report.overlay import draw_overlay, score_title

reference = data.chelsea()
distorted = distortions.apply("jpeg", reference, params=10)

# %%
# Squared errors are scattered over all that has contrast. ``ssim`` marks the fur, whose fine texture is gone;
# ``uqi``, which lacks constants that forgive, also the background, where faint noise gave way to faint blocks. To
# ``vif`` most of the fur's information is lost, and the background, which held little, counts for little. The map of
# ``psnr`` is that of ``mse``.

names = ["gmsd", "ms_ssim", "mse", "ssim", "uqi", "vif", "vifp"]
rows = (3 + len(names)) // 2
figure, panels = plt.subplots(rows, 2, figsize=(9, 3 * rows), layout="constrained")
for axes in panels.flat:
    axes.set_axis_off()
for axes, picture, title in zip(
    panels.flat, (reference, distorted), ("reference", "JPEG, quality 10"), strict=False
):
    axes.imshow(picture)
    axes.set_title(title, fontsize="medium")
for axes, name in zip(panels.flat[2:], names, strict=False):
    metric = iqametrics.metric(name)
    quality = local_quality(metric, reference, distorted)
    title = score_title(metric, metric(reference, distorted))
    draw_overlay(axes, distorted, quality, title)
