"""Layer propagation: how far distortions move the feature maps of each layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from iqametrics.datasets import distortions as known
from iqametrics.datasets.distortions.presets import LEVELS
from iqametrics.deep.backbones import Backbone
from iqametrics.deep.explain.pictures import colour_image
from iqametrics.errors import OptionError
from iqametrics.progress import Track, untracked


class Change(NamedTuple):
    """How far one distorted picture's maps of a layer are from those of the picture.

    Attributes
    ----------
    picture, distortion : str
        Their names; the picture's is empty in a mean.
    level : int
        Level of the distortion.
    layer : str
        The layer.
    relative : float
        Length of the difference of all maps over the length of the picture's own.
    direction : float
        Mean squared difference of the vectors over the maps of each place, both brought to length 1: from 0 to 4, blind to a
        common factor.
    """

    picture: str
    distortion: str
    level: int
    layer: str
    relative: float
    direction: float


@dataclass(frozen=True)
class Propagation:
    """Changes of the maps of every layer.

    Attributes
    ----------
    rows : tuple of Change
        One for each picture, distortion, level and layer.
    layers : tuple of str
        The layers in the order of the network.
    backbone, weights_sha256 : str
        The network.
    """

    rows: tuple[Change, ...]
    layers: tuple[str, ...]
    backbone: str
    weights_sha256: str

    def means(self) -> list[Change]:
        """Means over the pictures."""
        groups: dict[tuple[str, int, str], list[Change]] = {}
        for row in self.rows:
            groups.setdefault((row.distortion, row.level, row.layer), []).append(row)
        return [
            Change("", *key, float(np.mean([r.relative for r in rows])), float(np.mean([r.direction for r in rows])))
            for key, rows in groups.items()
        ]


def layer_propagation(
    pictures: Mapping[str, Any],
    network: Backbone,
    distortions: Sequence[str],
    *,
    levels: Sequence[int] = LEVELS,
    preset: str = "kadid",
    seed: int = 0,
    track: Track = untracked,
) -> Propagation:
    r"""Measure how far each distortion and level moves the feature maps of each layer.

    .. math:: \frac{\lVert F_l(x_d) - F_l(x) \rVert}{\lVert F_l(x) \rVert} \quad\text{and}\quad
              \frac{1}{H_l W_l} \sum_i \Bigl\lVert \hat F_{l,i}(x_d) - \hat F_{l,i}(x) \Bigr\rVert^2

    with the vector :math:`\hat F_{l,i}` over the maps at place i brought to length 1.

    Parameters
    ----------
    pictures : Mapping of str to array or path
        Undistorted pictures by name.
    network : Backbone
        Its taps are the layers.
    distortions : sequence of str
        Some of :func:`iqametrics.datasets.distortions.names`.
    levels, preset, seed
        As for :func:`iqametrics.datasets.distortions.apply`.
    track : callable, optional
        Passes the cases through, as a progress bar does.

    Returns
    -------
    Propagation

    Raises
    ------
    OptionError
        There is nothing to distort or nothing to distort it with, or a level is unknown.
    UnknownDistortionError
        No distortion has such a name.

    Examples
    --------
    >>> from skimage import data
    >>> from iqametrics.deep import backbone, layer_propagation
    >>> network = backbone("alexnet", weights="surrogate", taps=["conv1", "conv2"])
    >>> found = layer_propagation({"cat": data.chelsea()}, network, ["jpeg"], levels=[1, 5])
    >>> [(row.layer, row.level) for row in found.means()]
    [('conv1', 1), ('conv2', 1), ('conv1', 5), ('conv2', 5)]
    """
    if not pictures or not distortions or not levels:
        raise OptionError("layer propagation needs at least one picture, one distortion and one level")
    rows = []
    maps: dict[str, Tensor] = {}
    before = None
    for picture, name, level in track([(p, d, k) for p in pictures for d in distortions for k in levels]):
        if picture != before:
            maps, before = _maps(pictures[picture], network), picture
        distorted = known.apply(name, pictures[picture], level=level, preset=preset, seed=seed)
        with torch.no_grad():
            for layer, found in network.stream(_tensor(distorted)):
                relative, direction = (float(each) for each in changes(found, maps[layer]))
                rows.append(Change(picture, name, int(level), layer, relative, direction))
    return Propagation(tuple(rows), network.taps, network.name, network.weights_sha256)


def changes(distorted: Tensor, original: Tensor) -> tuple[Tensor, Tensor]:
    """Relative change of a layer's features, and mean change of their direction over its maps, of every image (N,).

    Features are (N, maps, ...), or (N, maps) of a layer without places; `original` may be of one image for all.
    """
    a, b = original.double(), distorted.double()
    moved, length = (each.flatten(1).norm(dim=1) for each in (b - a, a))
    turned = torch.nn.functional.normalize(b, dim=1) - torch.nn.functional.normalize(a, dim=1)
    return moved / length.clamp(min=torch.finfo(a.dtype).tiny), (turned**2).sum(1).reshape(len(turned), -1).mean(1)


def _maps(picture: Any, network: Backbone) -> dict[str, Tensor]:
    with torch.no_grad():
        return network(_tensor(picture))


def _tensor(picture: Any) -> Tensor:
    return torch.from_numpy(colour_image(picture).astype(np.float32)).permute(2, 0, 1)[None]
