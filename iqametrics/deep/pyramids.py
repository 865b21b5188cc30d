"""Strengths of feature maps in the cells of a pyramid."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log2
from typing import Any

import torch
from torch import Tensor

from iqametrics.deep.backbones import Backbone
from iqametrics.deep.features import maps_of
from iqametrics.deep.layers import LEAST, joined
from iqametrics.deep.options import layout
from iqametrics.errors import OptionError
from iqametrics.front import Recipe
from iqametrics.geometry import MapGeometry
from iqametrics.planes import Planes
from iqametrics.pooling import Pool

#: Most levels, and the least places along a side of a cell.
MOST, LEAST_SIDE = 4, 4


def level_count(size: Sequence[int]) -> int:
    """How many levels maps of a size have."""
    return max(1, min(MOST, 1 + floor(log2(max(1.0, min(size) / LEAST_SIDE)))))


@dataclass
class Pyramids(Pool):
    """Similarity of every cell.

    Attributes
    ----------
    taps : sequence of str
        The layers.
    cells : sequence of list of tensor
        For every layer and level, similarities ``(images, cells down, cells across)``.
    weights : sequence of float or None
        Weights of the levels, the coarsest first.
    cell_pool : str
        ``"mean"`` or ``"median"``.
    """

    taps: Sequence[str]
    cells: Sequence[list[Tensor]]
    weights: Sequence[float] | None
    cell_pool: str

    @classmethod
    def of(cls, x: Planes, y: Planes, network: Backbone, recipe: Recipe) -> "Pyramids":
        """Compare the maps of two images."""
        of_x, of_y = (maps_of(planes, network, recipe.precision) for planes in (x, y))
        cells = [similarities(of_x[tap], of_y[tap]) for tap in network.taps]
        return cls(network.taps, cells, recipe.level_weights, recipe.cell_pool)

    def score(self) -> Tensor:
        return joined(torch.stack(list(self.terms().values()), -1), "geometric")

    def terms(self) -> dict[str, Any]:
        return {tap: self._layer(levels) for tap, levels in zip(self.taps, self.cells, strict=True)}

    def maps(self) -> tuple[Any, ...]:
        return tuple(levels[-1] for levels in self.cells)

    def _layer(self, levels: list[Tensor]) -> Tensor:
        """Weighted geometric mean over the levels."""
        cells = [level.flatten(1) for level in levels]
        mean = self.cell_pool == "mean"
        values = torch.stack([each.mean(-1) if mean else each.quantile(0.5, -1) for each in cells], -1)
        weights = self.weights or [1.0] * len(levels)
        if len(weights) < len(levels):
            raise OptionError(f"level_weights has {len(weights)} weights, the maps have {len(levels)} levels")
        shares = values.new_tensor(weights[: len(levels)])
        return (values.clamp(min=LEAST).log() * shares).sum(-1).div(shares.sum()).exp()


def similarities(a: Tensor, b: Tensor) -> list[Tensor]:
    """Histogram intersection in every cell of every level, the coarsest first."""
    return [
        torch.minimum(_histograms(a, level), _histograms(b, level)).sum(1) for level in range(level_count(a.shape[-2:]))
    ]


def _histograms(maps: Tensor, level: int) -> Tensor:
    """Shares of the maps in the strength of every cell ``(N, C, 2^level, 2^level)``."""
    strength = maps.double().abs()
    for axis in (-2, -1):
        size, count = strength.shape[axis], 2**level
        edges = [i * size // count for i in range(count + 1)]
        strength = torch.stack(
            [strength.narrow(axis, low, high - low).sum(axis) for low, high in pairwise(edges)],
            axis,
        )
    total = strength.sum(1, keepdim=True)
    some = total > 0
    return torch.where(some, strength / torch.where(some, total, 1.0), 1 / maps.shape[1])


def geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    """Where the centres of the finest level's cells lie."""
    found = []
    for size, place in layout(recipe, shape).values():
        count = 2 ** (level_count(size) - 1)
        rows, columns = (side / count for side in size)
        moved = place.moved((rows - 1) / 2, (columns - 1) / 2)
        found.append(moved._replace(step=(place.step[0] * rows, place.step[1] * columns)))
    return tuple(found)
