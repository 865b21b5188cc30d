"""Draw the figure in the README: `python docs/_ext/readme_figure.py`."""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

import iqametrics
from iqametrics.datasets import distortions
from iqametrics.report.atomic import replacing
from iqametrics.report.figures import new_figure, save_figure
from iqametrics.report.local_quality import local_quality

FIGURE = Path(__file__).parents[1] / "_static" / "readme.png"
QUALITY = 10
MAPS = ("ssim", "gmsd")
#: Black stands for the value that this share of the places, in percent, falls below.
DARKEST = 1


def draw() -> None:
    """Reference, distorted picture and two maps, in a row."""
    reference = data.chelsea()
    distorted = distortions.apply("jpeg", reference, params=QUALITY)
    figure = new_figure(13.0, 2.5)
    panels = figure.subplots(1, 2 + len(MAPS))
    for axes in panels:
        axes.set_axis_off()
    panels[0].imshow(reference)
    panels[0].set_title("reference")
    panels[1].imshow(distorted)
    panels[1].set_title(f"JPEG, quality {QUALITY}")
    for axes, name in zip(panels[2:], MAPS, strict=True):
        metric = iqametrics.metric(name)
        quality = local_quality(metric, reference, distorted)
        axes.imshow(quality.values, cmap="inferno", vmin=np.percentile(quality.values, DARKEST), vmax=quality.best)
        axes.set_title(f"{name} {metric(reference, distorted):.3f}")
    save_figure(figure, FIGURE)
    with Image.open(FIGURE) as drawn, replacing(FIGURE) as small:  # a third of the bytes
        drawn.convert("RGB").quantize(256).save(small, optimize=True)


if __name__ == "__main__":
    draw()
