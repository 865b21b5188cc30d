"""
What grey does not see
======================

Structural metrics look at grey. A distortion of colour alone passes them by, unless they are asked to look at the channels.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage import data

from iqametrics import psnr, ssim

reference = data.coffee()

# %%
# Chroma subsampled much further than a codec would: the differences of red, green and blue to luma are averaged over
# blocks of 20 pixels. Luma stays, but for rounding and clipping.

weights = np.array([0.299, 0.587, 0.114])
luma = (reference @ weights)[:, :, None]
chroma = reference - luma
blocks = chroma.reshape(20, 20, 30, 20, 3).mean((1, 3)).repeat(20, 0).repeat(20, 1)
distorted = np.clip(np.rint(luma + blocks), 0, 255).astype(np.uint8)

# %%
# To tell the two apart is easy for a viewer, and for ``"channels"``. Grey sees what rounding and clipping left.

figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for axes, picture in zip(panels, (reference, distorted), strict=True):
    axes.imshow(picture)
    axes.set_axis_off()
panels[0].set_title("reference")
panels[1].set_title("blocks of chroma")
for color in ("gray", "luma", "ycbcr", "channels"):
    scores = [metric(reference, distorted, color=color) for metric in (ssim, psnr)]
    print("{:10} ssim {:.4f}   psnr {:.1f} dB".format(color, *scores))
