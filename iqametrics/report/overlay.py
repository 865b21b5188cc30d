"""Heat maps over an image: where it hurts."""

from typing import TYPE_CHECKING

import numpy as np

from iqametrics import inputs
from iqametrics.record import Metric
from iqametrics.report.figures import new_figure
from iqametrics.report.local_quality import LocalQuality, local_quality

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

#: From unharmed to worst: nothing, then yellow, orange, red, dark red; red, green, blue, opacity.
_COLOURS = (
    (1.0, 0.95, 0.5, 0.0),
    (1.0, 0.85, 0.1, 0.6),
    (1.0, 0.5, 0.0, 0.85),
    (0.9, 0.1, 0.0, 0.95),
    (0.55, 0.0, 0.1, 1.0),
)
#: Grey levels of black and white in the image below: pale, so that the colours stand out.
_BLACK, _WHITE = 0.35, 0.97
#: Smallest and largest longer side of a drawn image in inches; in between a pixel is drawn as one.
_SIDES = (6.0, 16.0)
#: Places of a smaller weight have no say in the scale: a flat region may be all wrong and count nothing.
_FAINT = 0.1
#: The scale ends where this share of the pixels is less bad; a few extremes must not make the rest look good.
_SHOWN = 99.5
#: The scale of a quality spans this much at least, so that rounding noise is not painted red. Errors are exact.
_SMALLEST_SPAN = 1e-3


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

    harm, span = quality.harm, _span(quality)
    colours = _colours()(np.clip(harm / span, 0, 1))
    colours[..., 3] *= quality.weights
    axes.imshow(_grey(image), cmap="gray", vmin=0, vmax=1)
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
    bar.ax.set_facecolor(((_BLACK + _WHITE) / 2,) * 3)


def _span(quality: LocalQuality) -> float:
    """Harm at the end of the scale."""
    counted = quality.harm[quality.weights >= _FAINT]
    span = float(np.percentile(counted, _SHOWN) or counted.max()) if counted.size else 0.0
    return (span or 1.0) if quality.is_error else max(span, _SMALLEST_SPAN)


def _colours() -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("harm", _COLOURS)


def _grey(image: np.ndarray) -> np.ndarray:
    """The image in greys, black and white toned down; its largest value is white, whatever its data range."""
    stack = inputs.read(image, None, "distorted").stacks[0]
    plane = np.asarray(inputs.planes(stack, "luma", 1.0)[0, 0], dtype=np.float64)
    low, high = min(plane.min(), 0.0), plane.max()
    return _BLACK + (_WHITE - _BLACK) * (plane - low) / max(high - low, np.finfo(float).tiny)


def _note(quality: LocalQuality) -> str:
    """What the colours alone don't tell."""
    scales = f"mean of {quality.scales} maps" if quality.scales > 1 else ""
    weights = "faint where the weight is small" if quality.weights.min() < 1 else ""
    return ", ".join(part for part in (scales, weights) if part)
