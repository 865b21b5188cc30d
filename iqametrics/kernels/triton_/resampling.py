"""Low-pass and decimation: the same kernel, with other tables, makes the smaller planes and brings derivatives back."""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from iqametrics.kernels.borders import extended
from iqametrics.kernels.triton_ import resampling_kernels
from iqametrics.kernels.triton_.launching import COLUMNS, OPTIONS, ROWS, on_device_of, strides, tiles
from iqametrics.planes import Planes


def decimate(source: Planes, taps: tuple[float, ...], factor: int, border: str) -> Tensor:
    """Filter rows and columns with the same taps and keep every `factor`-th sample, from the first on."""
    return decimated(source.data, float(source.scale), list(taps), factor, border)


@torch.library.custom_op("iqametrics::decimated", mutates_args=())
def decimated(image: Tensor, scale: float, taps: list[float], factor: int, border: str) -> Tensor:
    """Smaller planes."""
    sides = [_smaller(side, len(taps), factor, border) for side in image.shape[1:]]
    tables = [_table(side, tuple(taps), factor, border, False, image.device) for side in image.shape[1:]]
    return _resampled(image, tables, sides, scale, torch.float32)


@torch.library.custom_op("iqametrics::undecimated", mutates_args=())
def undecimated(
    upstream: Tensor, scale: float, taps: list[float], factor: int, border: str, sides: list[int], dtype: torch.dtype
) -> Tensor:
    """Derivatives by the larger planes."""
    tables = [_table(side, tuple(taps), factor, border, True, upstream.device) for side in sides]
    return _resampled(upstream, tables, sides, scale, dtype)


def _resampled(
    image: Tensor, tables: list[tuple[Tensor, Tensor]], sides: list[int], scale: float, dtype: torch.dtype
) -> Tensor:
    down, across, programs = tiles(image.shape[0], *sides)
    out = image.new_empty((image.shape[0], *sides), dtype=dtype)
    (rows_from, row_weights), (columns_from, column_weights) = tables
    with on_device_of(image):
        resampling_kernels.resample[(programs,)](
            image,
            out,
            rows_from,
            row_weights,
            columns_from,
            column_weights,
            strides(image),
            scale,
            *sides,
            down,
            across,
            rows_from.shape[1],
            columns_from.shape[1],
            ROWS=ROWS,
            COLUMNS=COLUMNS,
            **OPTIONS,
        )
    return out


def _smaller(side: int, taps: int, factor: int, border: str) -> int:
    return -(-(side - (taps - 1) * (border == "valid")) // factor)


@cache
def _table(
    side: int, taps: tuple[float, ...], factor: int, border: str, back: bool, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Of every sample along an axis: those that it is made of, and their weights; or, back, those that it is part of."""
    extent = _smaller(side, len(taps), factor, border)
    sources = extended(side, len(taps), border)[np.arange(extent)[:, None] * factor + np.arange(len(taps))]
    weights = np.where(sources < 0, 0.0, np.array(taps))
    sources = np.maximum(sources, 0)
    if back:
        targets = np.broadcast_to(np.arange(extent)[:, None], sources.shape)
        parts: list[list[tuple[int, float]]] = [[] for _ in range(side)]
        for source, target, weight in zip(sources.flat, targets.flat, weights.flat, strict=True):
            if weight:
                parts[source].append((target, weight))
        most = max(map(len, parts))
        filled = np.array([part + [(0, 0.0)] * (most - len(part)) for part in parts])
        sources, weights = filled[..., 0], filled[..., 1]
    return (
        torch.tensor(np.ascontiguousarray(sources), dtype=torch.int32, device=device),
        torch.tensor(np.ascontiguousarray(weights), dtype=torch.float32, device=device),
    )


@decimated.register_fake
def _(image: Tensor, scale: float, taps: list[float], factor: int, border: str) -> Tensor:
    sides = [_smaller(side, len(taps), factor, border) for side in image.shape[1:]]
    return image.new_empty((image.shape[0], *sides), dtype=torch.float32)


@undecimated.register_fake
def _(
    upstream: Tensor, scale: float, taps: list[float], factor: int, border: str, sides: list[int], dtype: torch.dtype
) -> Tensor:
    return upstream.new_empty((upstream.shape[0], *sides), dtype=dtype)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    image, *ctx.how = inputs
    ctx.sides, ctx.dtype = list(image.shape[1:]), image.dtype


def _backward(ctx: Any, upstream: Tensor) -> tuple[Any, ...]:
    return undecimated(upstream, *ctx.how, ctx.sides, ctx.dtype), None, None, None, None


decimated.register_autograd(_backward, setup_context=_keep)
