"""Classifiers of torchvision without weights: what their layers are called, and where their maps' samples lie."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

import torch
import torchvision
from torch import Tensor, nn
from torch.fx import GraphModule

from iqametrics.deep.tracing import part_leading_to, traced
from iqametrics.errors import OptionError
from iqametrics.geometry import MapGeometry

#: Groups of layers that a single word stands for.
GROUPS = ("conv", "relu", "pool")
#: Side of the images that classifiers are trained on.
_USUAL = 224
_KINDS = {nn.Conv2d: "conv", nn.ReLU: "relu", nn.MaxPool2d: "pool"}
_WINDOWED = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)


class RootMeanSquarePool(nn.Module):
    """Pooling of DISTS: root of the mean square under a 3x3 Hann window, every second sample."""

    def __init__(self) -> None:
        super().__init__()
        line = torch.tensor([0.25, 0.5, 0.25], dtype=torch.float64, device="cpu")
        self.window = torch.outer(line, line)

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        window = self.window.to(x).expand(channels, 1, 3, 3)
        return (nn.functional.conv2d(x * x, window, stride=2, padding=1, groups=channels) + 1e-12).sqrt()


def build(name: str, pooling: str = "max") -> nn.Module:
    """A classifier whose parameters hold no numbers yet.

    Raises
    ------
    OptionError
        torchvision has no such classifier.
    """
    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        close = get_close_matches(str(name), known, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "see torchvision.models.list_models()"
        raise OptionError(f"backbone={name!r} is no classifier of torchvision; {hint}")
    extra = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    with torch.device("meta"):
        model: nn.Module = torchvision.models.get_model(name, weights=None, **extra).eval()
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]  # a map before the ReLU must outlive it
    if pooling == "l2":
        _replace_poolings(model.features)
    return model


def _replace_poolings(features: Any) -> None:
    for i, module in enumerate(features):
        if isinstance(module, nn.MaxPool2d):
            features[i] = RootMeanSquarePool()


@cache
def layers(name: str) -> dict[str, str]:
    """Names of layers, as papers call them, to torchvision's names of their outputs, in order.

    AlexNet counts its layers through (``conv3``), VGG within blocks that end with a pooling (``conv3_2``). Of other
    classifiers convolutions go by torchvision's own names.
    """
    model = build(name)
    if name == "alexnet":
        return dict(_counted(model))
    if name.startswith("vgg"):
        return dict(_in_blocks(model))
    convolutions = {path for path, module in model.named_modules() if isinstance(module, nn.Conv2d)}
    return {node: node for node in traced(model).names if node in convolutions}


def _counted(model: Any) -> Iterator[tuple[str, str]]:
    count = 0
    for i, module in enumerate(model.features):
        kind = _KINDS.get(type(module))
        count += kind == "conv"
        if kind:
            yield f"{kind}{count}", f"features.{i}"


def _in_blocks(model: Any) -> Iterator[tuple[str, str]]:
    block, count = 1, 0
    for i, module in enumerate(model.features):
        kind = _KINDS.get(type(module))
        if kind == "pool":
            yield f"pool{block}", f"features.{i}"
            block, count = block + 1, 0
        elif kind:
            count += kind == "conv"
            yield f"{kind}{block}_{count}", f"features.{i}"


@cache
def resolve(name: str, taps: str | tuple[str, ...]) -> dict[str, str]:
    """Taps in the order of the network, and torchvision's names of them.

    Raises
    ------
    OptionError
        torchvision has no such classifier, or it has no such layer.
    """
    known = layers(name)
    wanted = (taps,) if isinstance(taps, str) else taps
    if wanted == ("all",):
        wanted = tuple(known)
    elif len(wanted) == 1 and wanted[0] in GROUPS:
        wanted = tuple(layer for layer in known if _is_of(wanted[0], layer, name)) or wanted
    nodes = traced(build(name)).names
    unknown = [tap for tap in wanted if tap not in known and tap not in nodes]
    if unknown:
        raise OptionError(
            f"{name} has no layer {', '.join(map(repr, unknown))}; it has {', '.join(known)}, the groups "
            f"{', '.join(GROUPS)} and all, and whatever torchvision names"
        )
    found = {tap: known.get(tap, tap) for tap in wanted}
    order = {node: place for place, node in enumerate(nodes)}
    return dict(sorted(found.items(), key=lambda item: order[item[1]]))


def _is_of(group: str, layer: str, name: str) -> bool:
    """Whether a layer belongs to a group; of most classifiers the convolutions alone have names."""
    return layer.startswith(group) if name == "alexnet" or name.startswith("vgg") else group == "conv"


def extractor(name: str, taps: dict[str, str], pooling: str = "max") -> GraphModule:
    """The part of a classifier that leads to some layers; it returns their maps by name."""
    return part_leading_to(traced(build(name, pooling), leaves=(RootMeanSquarePool,)), taps)


@cache
def geometries(name: str, taps: tuple[str, ...]) -> dict[str, MapGeometry]:
    """Where the samples of the maps lie in the image."""
    resolved = resolve(name, taps)
    graph = extractor(name, resolved)
    found: dict[str, MapGeometry] = {}
    modules = dict(graph.named_modules())
    for node in graph.graph.nodes:
        before = next((found[each.name] for each in node.all_input_nodes if each.name in found), MapGeometry())
        module = modules.get(str(node.target)) if node.op == "call_module" else None
        if isinstance(module, _WINDOWED):
            size, step, margin = (_side(getattr(module, key)) for key in ("kernel_size", "stride", "padding"))
            before = before.every(step, (size - 1) / 2 - margin)
        found[node.name] = before
    return {tap: found[node.replace(".", "_")] for tap, node in resolved.items()}


Layout = dict[str, tuple[tuple[int, int], MapGeometry]]


def layout(name: str, taps: str | tuple[str, ...], shape: tuple[int, int]) -> Layout:
    """Size of every layer's maps of an image ``(height, width)``, and where their samples lie in it; needs no weights."""
    nodes = resolve(name, taps)
    places = geometries(name, tuple(nodes))
    maps = extractor(name, nodes)(torch.empty((1, 3, *shape), device="meta"))
    return {tap: ((maps[tap].shape[-2], maps[tap].shape[-1]), places[tap]) for tap in nodes}


@cache
def widths(name: str, taps: tuple[str, ...]) -> dict[str, int]:
    """How many maps the layers have."""
    graph = extractor(name, resolve(name, taps))
    maps = graph(torch.empty((1, 3, _USUAL, _USUAL), device="meta"))
    return {tap: found.shape[1] for tap, found in maps.items()}


def _side(value: Any) -> int:
    return int(value[0]) if isinstance(value, tuple) else int(value)
