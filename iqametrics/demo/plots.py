"""Figures of the demonstration: every metric against level, and what every metric sees."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, isfinite
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.demo.scoring import Means
from iqametrics.front import Metric
from iqametrics.report.figures import new_figure
from iqametrics.report.local_quality import local_quality
from iqametrics.report.overlay import draw_overlay, score_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 4
#: A colour and a marker for every distortion, told apart by colour-blind readers too (Okabe and Ito's palette).
_STYLES = {
    "noise": ("#0072B2", "o"),
    "blur": ("#D55E00", "s"),
    "jpeg": ("#009E73", "^"),
    "jpeg2000": ("#CC79A7", "D"),
    "contrast": ("#555555", "v"),
}


def plot_levels(means: Means, metrics: Sequence[Metric], levels: Sequence[int]) -> "Figure":
    """Plot every metric against the level of distortion, a small panel each, undistorted at level 0."""
    rows = ceil((len(metrics) + 1) / _COLUMNS)
    figure = new_figure(3.1 * _COLUMNS, 2.7 * rows + 0.4)
    panels = list(figure.subplots(rows, _COLUMNS, squeeze=False).flat)
    for axes, metric in zip(panels, metrics, strict=False):
        _plot_metric(axes, metric, means[metric.name], levels)
    for axes in panels[len(metrics) :]:
        axes.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    panels[len(metrics)].legend(handles, labels, loc="center", title="distortion", frameon=False, fontsize="large")
    figure.suptitle("Mean score of the pictures against level of distortion")
    return figure


def _plot_metric(axes: "Axes", metric: Metric, curves: Mapping[str, Sequence[float]], levels: Sequence[int]) -> None:
    undistorted = [] if metric.identity is None or not isfinite(metric.identity) else [metric.identity]
    for distortion, scores in curves.items():
        colour, marker = _STYLES[distortion]
        axes.plot(
            [*([0] if undistorted else []), *levels],
            [*undistorted, *scores],
            color=colour,
            marker=marker,
            ms=4,
            label=distortion,
        )
    arrow = {True: "\N{UPWARDS ARROW} ", False: "\N{DOWNWARDS ARROW} ", None: ""}[metric.higher_is_better]
    axes.set_title(f"{metric.name}  ({arrow}{metric.better} is better)", fontsize="medium")
    axes.set_xlabel("level")
    axes.set_xticks([0, *levels])
    axes.grid(alpha=0.3)


def sheet_of_maps(
    title: str, reference: np.ndarray, distorted: np.ndarray, metrics: Sequence[Metric], scores: Mapping[str, float]
) -> "Figure":
    """Draw a picture, its distorted version, and where every metric finds it harmed."""
    columns = 3
    rows = ceil((len(metrics) + 2) / columns)
    height, width = reference.shape[:2]
    figure = new_figure(4.6 * columns, rows * (0.5 + 3.7 * height / width) + 0.4)
    figure.suptitle(title)
    panels: Iterator[Axes] = iter(figure.subplots(rows, columns, squeeze=False).flat)
    for image, name in ((reference, "reference"), (distorted, "distorted")):
        axes = next(panels)
        axes.imshow(image)
        axes.set_title(name, fontsize="medium")
        axes.set_axis_off()
    for metric in metrics:
        quality = local_quality(metric, reference, distorted)
        draw_overlay(next(panels), distorted, quality, score_title(metric, scores[metric.name]))
    for axes in panels:
        axes.set_axis_off()
    return figure
