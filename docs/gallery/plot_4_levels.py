"""
Scores against strength
=======================

Five distortions, five levels each, and what the metrics make of them. All see a distortion grow; which of them they take to
be worse sets the metrics apart.
"""

import matplotlib.pyplot as plt
from skimage import data

import iqametrics
from iqametrics.demo.distortions import DISTORTIONS, LEVELS

reference = data.chelsea()
distorted = {
    name: [distort(reference, level) for level in LEVELS]
    for name, distort in DISTORTIONS.items()
}

# %%
# ``prepare`` does the reference's share of the work once per metric, and a list of pictures gives an array of scores.

names = ["gmsd", "ms_ssim", "mse", "psnr", "ssim", "uqi", "vif", "vifp"]
figure, panels = plt.subplots(
    len(names) // 2 + len(names) % 2,
    2,
    figsize=(9, 2.4 * len(names) / 2),
    layout="constrained",
)
for axes, name in zip(panels.flat, names, strict=False):
    metric = iqametrics.metric(name)
    against = metric.prepare(reference)
    for distortion, pictures in distorted.items():
        axes.plot(
            LEVELS,
            [against(picture) for picture in pictures],
            marker="o",
            markersize=4,
            label=distortion,
        )
    axes.set_title(
        f"{name}, {metric.better} is better",
        fontsize="medium",
    )
    axes.set_xticks(LEVELS)
    axes.grid(alpha=0.3)
for axes in panels[-1]:
    axes.set_xlabel("level")
panels[0, 0].legend(fontsize="small")

# %%
# Take less contrast: to ``ssim``, ``uqi``, ``vif`` and ``vifp`` it is the mildest of the five, to ``ms_ssim``, which
# compares contrast on coarse scales too, the worst from the second to the fourth level. ``mse`` and ``psnr`` know only
# how far pixels have moved.
