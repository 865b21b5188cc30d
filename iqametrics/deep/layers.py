"""Pooling: from the scores of feature maps to those of layers, and to one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from iqametrics.pooling import Pool

#: A similarity below this counts as this, so that a geometric mean exists.
LEAST = 1e-8
#: Share of the places of a map that ``spatial_pool="worst"`` looks at.
WORST = 0.1


@dataclass
class Layer:
    """A layer's maps, compared by a pixel metric.

    Attributes
    ----------
    tap : str
        Name of the layer.
    pool : Pool
        What the pixel metric makes of the maps of all images, as planes one after the other.
    shape : tuple of int
        Images, and maps of each.
    cap : float
        Largest score of a map.
    same : tensor (images, maps) or None
        Maps that count as `identity` whatever the pixel metric says.
    identity : float
        Score of a map that is the same in both images.
    spatial : str
        How the places of a map are pooled: ``"mean"`` is the pixel metric's own way.
    """

    tap: str
    pool: Pool
    shape: tuple[int, int]
    cap: float
    same: Tensor | None
    identity: float
    spatial: str = "mean"

    def map_scores(self) -> Tensor:
        """Score of every map ``(images, maps)``; infinite where the pixel metric had nothing to divide by."""
        if self.spatial == "worst":
            places = torch.as_tensor(self.pool.maps()).flatten(1).double().sort(-1).values
            scores = places[:, : max(1, round(WORST * places.shape[1]))].mean(-1)
        else:
            scores = torch.as_tensor(self.pool.score()).double()
        scores = scores.reshape(self.shape).clamp(max=self.cap)
        return scores if self.same is None else torch.where(self.same, self.identity, scores)

    def score(self) -> Tensor:
        """Mean over the maps that have a finite score; infinite where none has."""
        return mean_of_finite(self.map_scores())

    def mean_map(self) -> Tensor:
        """Mean of the maps' quality maps ``(images, height, width)``, again without those that are infinite."""
        maps = torch.as_tensor(self.pool.maps())
        maps = maps.reshape(*self.shape, *maps.shape[-2:])
        if self.same is not None:
            maps = torch.where(self.same[..., None, None], self.identity, maps)
        return mean_of_finite(maps.movedim(1, -1))


def mean_of_finite(values: Tensor) -> Tensor:
    """Mean along the last axis of what is finite; infinite where nothing is."""
    finite = values.isfinite()
    count = finite.sum(-1)
    mean = torch.where(finite, values, 0.0).sum(-1) / count.clamp(min=1)
    return torch.where(count > 0, mean, float("inf"))


@dataclass
class Layers(Pool):
    """All layers of a network.

    Attributes
    ----------
    layers : iterable of Layer
        The layers, which need not be there before they are asked for.
    how : str
        ``"geometric"`` or ``"mean"`` of the layers' means, or ``"maps"``: the mean over all maps, whatever their layers.
    """

    layers: Iterable[Layer]
    how: str

    def score(self) -> Tensor:
        if self.how == "maps":
            return mean_of_finite(torch.cat([layer.map_scores() for layer in self.layers], -1))
        return joined(torch.stack([layer.score() for layer in self.layers], -1), self.how)

    def terms(self) -> dict[str, Any]:
        return {layer.tap: layer.score() for layer in self.layers}

    def map_scores(self) -> dict[str, Any]:
        """Scores of the maps ``(images, maps)`` of every layer."""
        return {layer.tap: layer.map_scores() for layer in self.layers}

    def maps(self) -> tuple[Any, ...]:
        return tuple(layer.mean_map() for layer in self.layers)


def joined(values: Tensor, how: str) -> Tensor:
    """One value of those of all layers, along the last axis."""
    if how == "geometric":
        return values.clamp(min=LEAST).log().mean(-1).exp()
    return mean_of_finite(values)
