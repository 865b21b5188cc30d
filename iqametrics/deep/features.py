"""From the planes of an image to the feature maps of a network, and to the planes that a pixel metric takes."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from iqametrics import kernels
from iqametrics.deep.backbones import Backbone
from iqametrics.planes import Planes

#: The smallest side of an image: at 64 pixels AlexNet's last maps have 3.
MIN_SIZE = 64
_TYPES = {"single": torch.float32, "double": torch.float64}


def colours(planes: Planes, precision: str) -> Tensor:
    """Red, green and blue from 0 to 1, ``(N, 3, H, W)``; grey is all three."""
    images = together(planes, precision)
    return images.expand(-1, 3, -1, -1) if planes.from_grey else images


def together(planes: Planes, precision: str) -> Tensor:
    """The planes of every image from 0 to 1, ``(N, 1 or 3, H, W)``."""
    data = planes.data
    if isinstance(data, np.ndarray):
        data = torch.from_numpy(data.astype(np.float64 if precision == "double" else np.float32))
    images = data.to(_TYPES[precision]) * (planes.scale / 255)
    return images.reshape(-1, planes.per_image, *images.shape[-2:])


def maps_of(planes: Planes, network: Backbone, precision: str) -> dict[str, Tensor]:
    """Feature maps ``(N, C, H, W)`` of images by tap; those of a prepared reference are kept."""

    def compute() -> dict[str, Tensor]:
        images = colours(planes, precision)
        if images.requires_grad or images.device.type != "cpu":
            return network(images)
        with torch.inference_mode(False), torch.no_grad():
            each = [network(image) for image in images.split(1)]  # one at a time takes a batch no more memory
        if len(each) == 1:
            return each[0]
        return {tap: torch.cat([maps[tap] for maps in each]) for tap in network.taps}

    key = "features", network.name, network.taps, network.weights_sha256, precision
    return planes.derive(key, compute)


def stream_of(planes: Planes, network: Backbone, precision: str) -> Iterator[Tensor]:
    """The same maps tap by tap, so that those of one layer need memory at a time; a prepared reference keeps all."""
    if planes.prepared:
        yield from maps_of(planes, network, precision).values()
        return
    images = colours(planes, precision)
    whole = images.requires_grad or images.device.type != "cpu"
    for found in zip(*(network.stream(each) for each in ([images] if whole else images.split(1))), strict=True):
        yield torch.cat([maps for _, maps in found])


def as_planes(maps: Tensor, like: Planes, peak: float, double: bool, margin: int, border: str) -> Planes:
    """Maps ``(N, C, H, W)`` as planes whose range is taken to be `peak`, extended by a margin."""
    stack = maps.flatten(0, 1)
    if margin:
        stack = functional.pad(stack[None], (margin,) * 4, mode=border)[0]
    executor, data = like.executor, stack
    if executor in kernels.OF_ARRAYS:
        data = kernels.ops("torch").as_array(stack.detach().contiguous())
    elif stack.dtype == torch.float64:  # Triton's kernels would round it
        executor = "torch"
    cache = like.cache and like.cache.for_derived()
    strict = like.strict and executor == like.executor
    return Planes(data, executor, 255 / peak, double, cache=cache, strict=strict)


def is_flat(maps: Tensor) -> Tensor:
    """Which maps ``(N, C)`` are constant; the first rows tell in nearly all cases that none is."""
    first = maps[..., :1, :1]
    if not bool((maps[..., :1, :] == first).all(-1).any()):
        return torch.zeros(maps.shape[:2], dtype=torch.bool, device=maps.device)
    return (maps == first).flatten(2).all(-1)


def range_of(*maps: Tensor, axes: tuple[int, ...] = (-2, -1)) -> Tensor:
    """Largest less smallest value, along some axes, in all of some stacks of maps."""
    low = torch.stack([each.amin(axes, keepdim=True) for each in maps]).amin(0)
    high = torch.stack([each.amax(axes, keepdim=True) for each in maps]).amax(0)
    return high - low
