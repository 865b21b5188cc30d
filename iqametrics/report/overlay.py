"""Heat maps over an image: where it hurts."""

from typing import TYPE_CHECKING

import numpy as np

from iqametrics.front import Metric
from iqametrics.report.figures import new_figure
from iqametrics.report.harm import BLACK, COLOURS, WHITE, harm_span, pale_grey
from iqametrics.report.local_quality import LocalQuality, local_quality

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

#: Smallest and largest longer side of a drawn image in inches; in between a pixel is drawn as one.
_SIDES = (6.0, 16.0)


def overlay(metric: Metric, reference: np.ndarray, distorted: np.ndarray) -> "Figure":
    """Draw the distorted image with the metric's map over it.

    Parameters
    ----------
    metric : Metric
        With the options bound that the call needs, such as ``data_range``.
    reference, distorted : ndarray (H, W) or (H, W, 3)
        The images, in integers unless ``data_range`` is bound.

    Returns
    -------
    matplotlib.figure.Figure
        With a scale bar, and the metric's score in the title.

    Raises
    ------
    DependencyError
        matplotlib is not installed.
    """
    height, width = distorted.shape[:2]
    scale = min(max(max(height, width) / 100, _SIDES[0]), _SIDES[1]) / max(height, width)
    figure = new_figure(scale * width + 1.3, scale * height + 0.7)
    axes = figure.add_subplot()
    score = metric(reference, distorted)
    draw_overlay(axes, distorted, local_quality(metric, reference, distorted), score_title(metric, score))
    return figure


def score_title(metric: Metric, score: float) -> str:
    """The metric, its score, and which way is better."""
    return f"{metric.name} = {score:.4f} ({metric.better} is better)"


def draw_overlay(axes: "Axes", image: np.ndarray, quality: LocalQuality, title: str) -> None:
    """Draw a grey image, bad places coloured, with a scale bar.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    image : ndarray (H, W) or (H, W, 3)
        The image below.
    quality : LocalQuality
        What the metric says of its pixels.
    title : str
        Line above the picture.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    harm, span = quality.harm, harm_span(quality)
    colours = _colours()(np.clip(harm / span, 0, 1))
    colours[..., 3] *= quality.weights
    axes.imshow(pale_grey(image), cmap="gray", vmin=0, vmax=1)
    axes.imshow(colours)
    axes.set_title(title, fontsize="medium")
    axes.set_axis_off()
    axes.text(0, -0.015, _note(quality), transform=axes.transAxes, va="top", fontsize="small", color="0.35")
    if quality.is_error:
        norm, colormap, beyond = Normalize(quality.best, quality.best + span), _colours(), "max"
    else:
        norm, colormap, beyond = Normalize(quality.best - span, quality.best), _colours().reversed(), "min"
    bar = axes.figure.colorbar(
        ScalarMappable(norm, colormap),
        ax=axes,
        extend=beyond if harm.max() > span else "neither",
        shrink=0.85,
        pad=0.02,
        label="local error" if quality.is_error else "local quality",
    )
    bar.ax.set_facecolor(((BLACK + WHITE) / 2,) * 3)


def _colours() -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("harm", COLOURS)


def _note(quality: LocalQuality) -> str:
    """What the colours alone don't tell."""
    scales = f"mean of {quality.scales} maps" if quality.scales > 1 else ""
    weights = "faint where the weight is small" if quality.weights.min() < 1 else ""
    return ", ".join(part for part in (scales, weights) if part)
