"""
One PSNR, five pictures
=======================

Each of these pictures has the same mean squared error, and so the same PSNR. Nobody would call them equally good. That is
why there are other metrics.
"""

from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.optimize import brentq
from skimage import data

import iqametrics

reference = data.camera().astype(float)
psnr, ssim, gmsd, vif = (
    iqametrics.metric(name, data_range=255) for name in ("psnr", "ssim", "gmsd", "vif")
)

# %%
# JPEG sets the mark; the strengths of the other distortions are found by bisection.

file = BytesIO()
Image.fromarray(data.camera()).save(file, "JPEG", quality=10)
jpeg = np.asarray(Image.open(file)).astype(float)
mark = psnr(reference, jpeg)
grain = np.random.default_rng(0).normal(size=reference.shape)

distortions = {
    "brighter": lambda strength: reference + strength,
    "less contrast": lambda strength: (
        reference.mean() + (reference - reference.mean()) / (1 + strength / 20)
    ),
    "noise": lambda strength: reference + strength * grain,
    "blur": lambda strength: gaussian_filter(reference, strength / 10),
}


def picture(name, strength):
    """The distorted picture, as a screen would show it."""
    return np.clip(distortions[name](strength), 0, 255)


def above_mark(strength, name):
    """How far the PSNR lies above that of JPEG."""
    return psnr(reference, picture(name, strength)) - mark


pictures = {"JPEG": jpeg}
for name in distortions:
    pictures[name] = picture(name, brentq(above_mark, 1, 100, args=(name,)))

# %%
# The crop shows the face; the scores are those of the whole picture. To structural metrics a change of light is next
# to nothing. They part ways over the rest: the grain in flat places is worst to ``ssim``, the blocks and lost texture
# of JPEG to ``gmsd`` and ``vif``.

crop = np.s_[60:260, 150:350]
figure, panels = plt.subplots(3, 2, figsize=(7, 11.6), layout="constrained")
panels[0, 0].imshow(reference[crop], cmap="gray", vmin=0, vmax=255)
panels[0, 0].set_title("reference")
for axes, (name, distorted) in zip(panels.flat[1:], pictures.items(), strict=True):
    axes.imshow(distorted[crop], cmap="gray", vmin=0, vmax=255)
    scores = "  ".join(
        f"{metric.name} {metric(reference, distorted):.3f}"
        for metric in (ssim, gmsd, vif)
    )
    axes.set_title(
        f"{name}, {psnr(reference, distorted):.1f} dB\n{scores}", fontsize="medium"
    )
for axes in panels.flat:
    axes.set_axis_off()
