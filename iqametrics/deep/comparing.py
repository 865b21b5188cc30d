"""Compare the feature maps of two images by a metric of pixels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor

from iqametrics.deep import features
from iqametrics.deep.backbones import Backbone
from iqametrics.deep.layers import Layer, Layers
from iqametrics.deep.options import layout
from iqametrics.errors import OptionError, ShapeError
from iqametrics.front import Metric, Recipe
from iqametrics.geometry import MapGeometry
from iqametrics.planes import Planes
from iqametrics.stencils.moments import gaussian

#: Standard deviation of the window of SSIM, whatever its size.
SIGMA = 1.5


@dataclass
class _Compared:
    """The layers of two images, made whenever they are asked for, one after the other."""

    x: Planes
    y: Planes
    recipe: Recipe
    network: Backbone
    pixel: Metric
    chosen: Mapping[str, Sequence[int]] | None

    def __iter__(self) -> Iterator[Layer]:
        streams = (features.stream_of(planes, self.network, self.recipe.precision) for planes in (self.x, self.y))
        for tap, a, b in zip(self.network.taps, *streams, strict=True):
            if self.chosen is not None:
                a, b = (maps[:, list(self.chosen[tap])] for maps in (a, b))
            yield _layer(tap, self.x, self.y, a, b, self.recipe, self.pixel)


def compare(
    x: Planes,
    y: Planes,
    recipe: Recipe,
    network: Backbone,
    pixel: Metric,
    chosen: Mapping[str, Sequence[int]] | None = None,
) -> Layers:
    """Every map of one image, or the chosen ones of every layer, against the same map of the other."""
    for tap, numbers in (chosen or {}).items():
        if max(numbers) >= network.widths[tap]:
            raise OptionError(f"maps: {tap} has maps 0 to {network.widths[tap] - 1}, there is no {max(numbers)}")
    pool = recipe.layer_pool if chosen is None else "maps"
    return Layers(_Compared(x, y, recipe, network, pixel, chosen), pool)


def compare_maps(
    x: Planes, y: Planes, of_x: Mapping[str, Tensor], of_y: Mapping[str, Tensor], recipe: Recipe, pixel: Metric
) -> Layers:
    """The same for maps that exist; `x` and `y` say how to work on them."""
    layers = [_layer(tap, x, y, of_x[tap], of_y[tap], recipe, pixel) for tap in of_x]
    return Layers(layers, recipe.layer_pool)


def _layer(tap: str, x: Planes, y: Planes, a: Tensor, b: Tensor, recipe: Recipe, pixel: Metric) -> Layer:
    on_maps, margin, border = _recipe_for((a.shape[-2], a.shape[-1]), recipe, pixel)
    side = min(a.shape[-2:])
    if side < pixel.smallest_side(on_maps) and not hasattr(on_maps, "window"):
        raise ShapeError(
            f"the maps of {tap} are {a.shape[-2]}x{a.shape[-1]}, too small for {pixel.name}; pass a larger image, or taps= "
            "of layers nearer to the image"
        )
    same = features.is_flat(a) & features.is_flat(b) if pixel.name == "ssim" else None
    a, b = _in_range(a, b, getattr(recipe, "dynamic_range", "fixed"))
    double = pixel.sees.double or recipe.precision == "double"
    peak = 1.0 if pixel.sees.scaled else 255.0  # the units that the pixel metric works in are those of the maps
    of_x, of_y = (features.as_planes(maps, like, peak, double, margin, border) for maps, like in ((a, x), (b, y)))
    pool = pixel.compute(of_x, of_y, on_maps)
    spatial = getattr(recipe, "spatial_pool", "mean")
    return Layer(tap, pool, (a.shape[0], a.shape[1]), getattr(recipe, "cap", inf), same, pixel.identity or 0.0, spatial)


def _recipe_for(size: tuple[int, int], recipe: Recipe, pixel: Metric) -> tuple[Recipe, int, str]:
    """The pixel metric's recipe for maps of a size, what they are extended by, and how.

    A window that is too large shrinks; the maps are then mirrored, since most of them is border.
    """
    found = pixel.recipe()
    if not hasattr(found, "window"):
        return found, 0, "replicate"
    full = found.window.size
    fitting = [each for each in recipe.windows if each <= min(size)]
    if fitting[0] != full:
        found = found.replace(window=gaussian(fitting[0], SIGMA))
    if recipe.border == "valid":
        return found, 0, recipe.border
    return found, found.window.size // 2, recipe.border if fitting[0] == full else "reflect"


def _in_range(a: Tensor, b: Tensor, rule: str) -> tuple[Tensor, Tensor]:
    """Maps in units of their dynamic range; where a rule finds none, that of both images counts, or 1."""
    if rule == "fixed":
        return a, b
    span = features.range_of(a, b, axes=(1, 2, 3) if rule == "layer" else (-2, -1))
    if rule == "ref":
        own = features.range_of(a)
        span = torch.where(own > 0, own, span)
    span = torch.where(span > 0, span, 1.0)
    return a / span, b / span


def geometry(shape: tuple[int, int], recipe: Recipe, pixel: Metric) -> tuple[MapGeometry, ...]:
    """Where the samples of every layer's map lie in an image of this shape."""
    found = []
    for size, place in layout(recipe, shape).values():
        on_maps, margin, _ = _recipe_for(size, recipe, pixel)
        inner = pixel.place(size, on_maps)
        if not isinstance(inner, MapGeometry):
            raise TypeError(f"{pixel.name} has several maps")
        moved = place.moved(inner.offset[0] - margin, inner.offset[1] - margin)
        found.append(moved._replace(step=(place.step[0] * inner.step[0], place.step[1] * inner.step[1])))
    return tuple(found)
