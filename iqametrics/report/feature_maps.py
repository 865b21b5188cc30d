"""Figures and tables of feature maps: what they look at, and how far distortions move them."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.report.atomic import replacing
from iqametrics.report.figures import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from iqametrics.deep.explain.explanation import Explained, Explanation
    from iqametrics.deep.propagation import Propagation

_TITLES = ("image and map", "what it rests on", "what it likes best", "concepts, strongest image")
_CELL = 1.75


def explanation_sheet(explanation: "Explanation", most: int = 12, figure: "Figure | None" = None) -> "Figure":
    """A row of pictures for each of the first maps.

    Parameters
    ----------
    explanation : Explanation
        The maps.
    most : int
        Rows at most.
    figure : Figure, optional
        An empty one to draw on, such as pyplot's.
    """
    shown = explanation.maps[:most]
    figure = new_figure(1, 1) if figure is None else figure
    figure.set_size_inches(_CELL * (len(_TITLES) + 0.4), _CELL * len(shown) + 0.6)
    for row, each in enumerate(shown):
        cells = [figure.add_subplot(len(shown), len(_TITLES), row * len(_TITLES) + i + 1) for i in range(len(_TITLES))]
        _draw(cells, each, explanation)
        if row == 0:
            for cell, title in zip(cells, _TITLES, strict=True):
                cell.set_title(title, fontsize=8)
    more = f", the first {most} of {len(explanation.maps)} maps" if len(explanation.maps) > most else ""
    figure.suptitle(f"{explanation.backbone}, weights {_short(explanation.weights)}{more}", fontsize=9)
    return figure


def _draw(cells: "list[Axes]", each: "Explained", explanation: "Explanation") -> None:
    height, width = explanation.image.shape[:2]
    grey = explanation.image.mean(-1)
    whole = (0, width, height, 0)
    cells[0].imshow(grey, cmap="gray", vmin=0, vmax=1, extent=whole)
    cells[0].imshow(each.activation, cmap="viridis", alpha=0.7, extent=whole, interpolation="nearest")
    cells[0].set_ylabel(f"{each.name.layer}  {each.name.number}", fontsize=8)
    largest = float(np.abs(each.relevance).max()) or 1.0
    cells[1].imshow(grey, cmap="gray", vmin=-0.5, vmax=1.5)
    cells[1].imshow(each.relevance, cmap="RdBu_r", vmin=-largest, vmax=largest, alpha=0.75)
    cells[1].set_xlabel(f"red: makes it stronger, to {largest:.2g}", fontsize=6)
    cells[2].imshow(each.favourite)
    cells[2].set_xlabel(f"{each.before:.2g} on noise, {each.after:.2g} here", fontsize=6)
    cells[3].imshow(each.example)
    word = "" if each.detector else ", no detector"
    cells[3].set_xlabel(f"{each.concept} (IoU {each.iou:.3f}{word})", fontsize=6)
    for cell in cells:
        cell.set(xticks=[], yticks=[])


def propagation_figure(found: "Propagation", figure: "Figure | None" = None) -> "Figure":
    """A panel for each distortion: change of every layer's maps, a line per level.

    Parameters
    ----------
    found : Propagation
        The changes.
    figure : Figure, optional
        An empty one to draw on, such as pyplot's.
    """
    from matplotlib import colormaps

    names = list(dict.fromkeys(row.distortion for row in found.rows))
    layers = list(found.layers)
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure = new_figure(1, 1) if figure is None else figure
    figure.set_size_inches(3.3 * columns + 0.8, 2.6 * rows + 0.4)
    means = found.means()
    highest = max(row.relative for row in means)
    known = sorted({row.level for row in means})
    colors = {level: colormaps["viridis_r"]((place + 1) / (len(known) + 1)) for place, level in enumerate(known)}
    lines = {}
    for place, name in enumerate(names):
        axes = figure.add_subplot(rows, columns, place + 1)
        for level in known:
            line = {row.layer: row.relative for row in means if (row.distortion, row.level) == (name, level)}
            (lines[level],) = axes.plot(
                range(len(layers)), [line[layer] for layer in layers], "o-", ms=3, lw=1.2, color=colors[level]
            )
        axes.set_title(name.replace("_", " "), fontsize=9)
        axes.set_ylim(0, 1.05 * highest)
        axes.set_xticks(range(len(layers)), layers, fontsize=7, rotation=90 if len(layers) > 7 else 0)
        axes.tick_params(labelsize=7)
        axes.grid(axis="y", lw=0.3)
        if place % columns == 0:
            axes.set_ylabel("relative change", fontsize=8)
    # Beside the panels: lines of neighbouring levels may run too close for names of their own.
    figure.legend(
        list(reversed(lines.values())),
        [f"level {level}" for level in reversed(lines)],
        loc="outside right upper",
        fontsize=7,
    )
    figure.suptitle(f"How far distortions move the maps of {found.backbone}", fontsize=9)
    return figure


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of the same columns as CSV, whole or not at all."""
    with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _short(weights: str) -> str:
    return Path(weights).name
