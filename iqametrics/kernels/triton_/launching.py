"""What all kernels need to be launched."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import torch
from torch import Tensor

#: Sums keep the order they are written in, so that formulas which are 1 for equal arguments stay exactly 1; kernels ask for
#: fused multiplications and additions where they want them.
OPTIONS: dict[str, Any] = {"num_warps": 4, "enable_fp_fusion": False}
#: Rows and columns of a tile, for kernels whose tiles have two axes.
ROWS, COLUMNS = 8, 128


@contextmanager
def on_device_of(tensor: Tensor) -> Iterator[None]:
    """Launch on the device where a tensor is, on its current stream."""
    if tensor.device.type == "cuda":
        with torch.cuda.device(tensor.device):
            yield
    else:
        yield


def strides(tensor: Tensor) -> tuple[int, ...]:
    """Steps along the axes, in samples."""
    return tuple(tensor.stride())


def tiles(planes: int, height: int, width: int, rows: int = ROWS, columns: int = COLUMNS) -> tuple[int, int, int]:
    """Tiles down, tiles across, and programs for all planes."""
    down, across = -(-height // rows), -(-width // columns)
    return down, across, prod((planes, down, across))


def per_plane(partial: Tensor, planes: int) -> Tensor:
    """Sums of the tiles ``(results, programs)`` as those of the planes, always in the same order."""
    return partial.reshape(len(partial), planes, -1).sum(-1)


def for_autograd(found: tuple[Tensor, ...], asked: tuple[bool, ...], others: int) -> tuple[Tensor | None, ...]:
    """What autograd takes for all arguments: the images' derivatives that are asked for, and nothing for the others."""
    return *(each if want else None for each, want in zip(found, asked, strict=True)), *[None] * others


def wanted(like: Tensor, shape: tuple[int, ...], asked: bool) -> Tensor:
    """Room for derivatives by an image; none where nobody asks for them."""
    return like.new_empty(shape if asked else (0,))
