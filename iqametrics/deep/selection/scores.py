"""The score of every feature map for every pair of images."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from iqametrics.errors import ShapeError


class MapName(NamedTuple):
    """A feature map: its layer, and its number in the layer, from 0."""

    layer: str
    number: int

    def __str__(self) -> str:
        return f"{self.layer}:{self.number}"


@dataclass(frozen=True, eq=False)
class MapScores:
    """Scores of every feature map, a row per pair of images.

    Attributes
    ----------
    values : ndarray of float32, shape (images, maps)
        The maps of the first layer first; infinite where a map could not be scored.
    layers : Mapping of str to int
        The layers in the order of the network, and how many maps each has.
    references : tuple of str
        Which reference each pair has: the SHA-256 of its content.
    provenance : Mapping
        Metric, its options, backbone, weights and their hash.
    """

    values: npt.NDArray[np.float32]
    layers: Mapping[str, int]
    references: tuple[str, ...]
    provenance: Mapping[str, Any]

    def __post_init__(self) -> None:
        expected = len(self.references), sum(self.layers.values())
        if self.values.shape != expected:
            raise ShapeError(
                f"values has shape {self.values.shape}; the references and the layers' maps ask for {expected}"
            )

    @cached_property
    def maps(self) -> tuple[MapName, ...]:
        """Name of every column."""
        return tuple(MapName(layer, number) for layer, count in self.layers.items() for number in range(count))

    @property
    def metric(self) -> str:
        """Name of the metric on feature maps, such as ``"deep_ssim"``."""
        return str(self.provenance["metric"])

    def all_maps(self) -> npt.NDArray[np.float64]:
        """Return the metric's own score of every pair, as it joins all maps: shape (images,)."""
        import torch

        from iqametrics.deep.layers import joined, mean_of_finite

        values = torch.from_numpy(self.values.astype(np.float64))
        means = [mean_of_finite(part) for part in values.split(list(self.layers.values()), 1)]
        found: npt.NDArray[np.float64] = joined(torch.stack(means, -1), str(self.provenance["layer_pool"])).numpy()
        return found
