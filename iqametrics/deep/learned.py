"""Metrics whose maps are weighted by learned heads: LPIPS and DISTS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import torch
from torch import Tensor
from torch.nn import functional

from iqametrics import kernels
from iqametrics.deep import weight_files
from iqametrics.deep.backbones import Backbone
from iqametrics.deep.features import colours, maps_of
from iqametrics.deep.options import UNIFORM
from iqametrics.errors import OptionError, WeightsError
from iqametrics.formulas import structure
from iqametrics.front import Recipe
from iqametrics.planes import Planes
from iqametrics.pooling import Pool

#: Added to a length before something is divided by it (LPIPS), and the constants of DISTS.
EPSILON, C = 1e-10, 1e-6


def heads_of(metric: str, given: Any, needed: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """Weights of the maps, from the file of the authors' or all alike.

    Raises
    ------
    WeightsError
        None are given, or the file does not fit.
    """
    if given is None:
        raise WeightsError(
            f'{metric} needs the linear heads that its authors publish: pass heads=PATH, or heads="uniform" to weight all '
            "maps alike, which is another metric"
        )
    if given == UNIFORM:
        return {key: torch.ones(shape) for key, shape in needed.items()}
    state, _ = weight_files.read(Path(given).expanduser())
    return weight_files.matching(state, needed, needed, str(given), metric)


@dataclass
class Perceptual(Pool):
    """LPIPS: weighted squared differences of directions.

    Attributes
    ----------
    taps : sequence of str
        The layers.
    differences : sequence of tensor
        Sums over the maps of a layer ``(images, height, width)``.
    """

    taps: Sequence[str]
    differences: Sequence[Tensor]

    @classmethod
    def of(cls, x: Planes, y: Planes, network: Backbone, recipe: Recipe) -> "Perceptual":
        """Compare the maps of two images."""
        of_x, of_y = (maps_of(planes, network, recipe.precision) for planes in (x, y))
        keys = [f"lin{number}.model.1.weight" for number in range(len(network.taps))]
        shapes = {key: (1, of_x[tap].shape[1], 1, 1) for key, tap in zip(keys, network.taps, strict=True)}
        heads = heads_of("lpips", recipe.heads, shapes)
        found = []
        for key, tap in zip(keys, network.taps, strict=True):
            difference = _directions(of_x[tap]) - _directions(of_y[tap])
            found.append((difference * difference * heads[key].to(difference)).sum(1))
        return cls(network.taps, found)

    def score(self) -> Tensor:
        return torch.stack(list(self.terms().values())).sum(0)

    def terms(self) -> dict[str, Any]:
        return {
            tap: difference.double().mean((-2, -1)) for tap, difference in zip(self.taps, self.differences, strict=True)
        }

    def maps(self) -> tuple[Any, ...]:
        return tuple(self.differences)


def _directions(maps: Tensor) -> Tensor:
    """Every place's vector over the maps, of length 1; where it is 0 it stays 0, with a gradient of 0."""
    square = (maps * maps).sum(1, keepdim=True)
    some = square > 0
    length = torch.where(some, torch.where(some, square, 1.0).sqrt(), 0.0)
    return maps / (length + EPSILON)


@dataclass
class Statistics(Pool):
    """DISTS: means, variances and covariances of whole maps.

    Attributes
    ----------
    taps : sequence of str
        The image and the layers.
    losses : sequence of tensor
        What every layer takes from 1 ``(images,)``.
    """

    taps: Sequence[str]
    losses: Sequence[Tensor]

    @classmethod
    def of(cls, x: Planes, y: Planes, network: Backbone, recipe: Recipe) -> "Statistics":
        """Compare the maps of two images, and the images themselves."""
        x, y = (_resized(planes, recipe) for planes in (x, y))
        stages = [
            {"image": colours(planes, recipe.precision), **maps_of(planes, network, recipe.precision)}
            for planes in (x, y)
        ]
        counts = [maps.shape[1] for maps in stages[0].values()]
        heads = heads_of("dists", recipe.heads, {key: (1, sum(counts), 1, 1) for key in ("alpha", "beta")})
        total = heads["alpha"].sum() + heads["beta"].sum()
        of_means, of_variances = (heads[key].flatten().split(counts) for key in ("alpha", "beta"))
        bind = kernels.ops("torch").bind
        losses = []
        for tap, alpha, beta in zip(stages[0], of_means, of_variances, strict=True):
            a, b = (stage[tap].flatten(2).double() for stage in stages)
            mean_a, mean_b = a.mean(-1), b.mean(-1)
            variances = ((a - mean_a[..., None]) ** 2).mean(-1) + ((b - mean_b[..., None]) ** 2).mean(-1)
            covariance = ((a - mean_a[..., None]) * (b - mean_b[..., None])).mean(-1)
            luminance = bind(structure.luminance)(mean_a, mean_b, C)
            texture = bind(structure.contrast_structure)(mean_a, mean_b, variances, covariance, C)
            lost = alpha.to(a) * (1 - luminance) + beta.to(a) * (1 - texture)
            losses.append(lost.sum(-1) / total.to(a))
        return cls(list(stages[0]), losses)

    def score(self) -> Tensor:
        return torch.stack(list(self.losses)).sum(0)

    def terms(self) -> dict[str, Any]:
        return dict(zip(self.taps, self.losses, strict=True))

    def maps(self) -> NoReturn:
        raise OptionError(
            "dists compares statistics of whole maps and has no map of its own; take deepsim or lpips for one"
        )


def _resized(planes: Planes, recipe: Recipe) -> Planes:
    """Colour planes whose shorter side is at most what the recipe says."""
    side = min(planes.size)
    if recipe.resize is None or side <= recipe.resize:
        return planes

    def compute() -> Tensor:
        images = colours(planes, recipe.precision)
        size = [round(each * recipe.resize / side) for each in images.shape[-2:]]
        return functional.interpolate(images, size, mode="bilinear", antialias=True, align_corners=False).flatten(0, 1)

    data = planes.derive(("resized", recipe.resize, recipe.precision), compute)
    return Planes(data, "torch", 255.0, planes.double, 3, planes.cache and planes.cache.for_derived())
