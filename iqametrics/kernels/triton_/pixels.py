"""Fused pass over pairs of pixels, in whole numbers or in double precision: differences of pixels are never rounded."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from iqametrics.formulas.error import absolute_error
from iqametrics.kernels.triton_ import pixel_kernels
from iqametrics.kernels.triton_.equations import equation, name_of
from iqametrics.kernels.triton_.launching import (
    COLUMNS,
    OPTIONS,
    ROWS,
    for_autograd,
    on_device_of,
    per_plane,
    strides,
    tiles,
    wanted,
)
from iqametrics.kernels.triton_.tally import Tally

if TYPE_CHECKING:
    from iqametrics.stencils.pixels import PixelField


def run(field: "PixelField", spread: bool, maps: bool) -> Generator[float, None, Tally | None]:
    """Sum a field; nothing for maps, which are what torch makes of two pixels as well."""
    yield 1.0
    if spread or maps:
        return None
    x, y = field.x.data, field.y.data
    sums = pixel_sums(x, y, name_of(field.formula), list(map(float, field.constants)), field.whole)
    return Tally(sums, x.shape[-2] * x.shape[-1])


def identical(x: Tensor, y: Tensor) -> Tensor:
    """Whether two planes hold the same values, for every pair of planes: no difference adds up to more than 0."""
    return pixel_sums(x.detach(), y.detach(), name_of(absolute_error), [], True)[0] == 0


@torch.library.custom_op("iqametrics::pixel_sums", mutates_args=())
def pixel_sums(x: Tensor, y: Tensor, formula: str, constants: list[float], whole: bool) -> Tensor:
    """Sums of a formula of two pixels over every plane ``(results, planes)``."""
    function = equation(formula, 2, tuple(constants))
    planes, height, width = x.shape
    down, across, programs = tiles(planes, height, width)
    out = torch.empty((function.results, programs), dtype=torch.float64, device=x.device)
    exact = whole and not x.is_floating_point() and not y.is_floating_point()
    with on_device_of(x):
        pixel_kernels.sums[(programs,)](
            x,
            y,
            out,
            strides(x),
            strides(y),
            height,
            width,
            down,
            across,
            programs,
            VALUES=function.values,
            RESULTS=function.results,
            EXACT=exact,
            ROWS=ROWS,
            COLUMNS=COLUMNS,
            **OPTIONS,
        )
    return per_plane(out, planes)


@torch.library.custom_op("iqametrics::pixel_slopes", mutates_args=())
def pixel_slopes(
    x: Tensor, y: Tensor, upstream: Tensor, formula: str, constants: list[float], of_x: bool, of_y: bool
) -> tuple[Tensor, Tensor]:
    """Derivatives of these sums by the images, times what comes from upstream for each of them."""
    function = equation(formula, 2, tuple(constants))
    planes, height, width = x.shape
    down, across, programs = tiles(planes, height, width)
    out = wanted(x, (planes, height, width), of_x), wanted(y, (planes, height, width), of_y)
    with on_device_of(x):
        pixel_kernels.slopes[(programs,)](
            x,
            y,
            upstream.contiguous(),
            *out,
            strides(x),
            strides(y),
            height,
            width,
            down,
            across,
            planes,
            SLOPES=function.slopes,
            RESULTS=function.results,
            OF_X=of_x,
            OF_Y=of_y,
            ROWS=ROWS,
            COLUMNS=COLUMNS,
            **OPTIONS,
        )
    return out


@pixel_sums.register_fake
def _(x: Tensor, y: Tensor, formula: str, constants: list[float], whole: bool) -> Tensor:
    return x.new_empty((equation(formula, 2, tuple(constants)).results, x.shape[0]), dtype=torch.float64)


@pixel_slopes.register_fake
def _(
    x: Tensor, y: Tensor, upstream: Tensor, formula: str, constants: list[float], of_x: bool, of_y: bool
) -> tuple[Tensor, Tensor]:
    return wanted(x, tuple(x.shape), of_x), wanted(y, tuple(y.shape), of_y)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, y, ctx.formula, ctx.constants, _ = inputs
    ctx.save_for_backward(x, y)


def _backward(ctx: Any, upstream: Tensor) -> tuple[Any, ...]:
    asked = ctx.needs_input_grad[:2]
    found = pixel_slopes(*ctx.saved_tensors, upstream, ctx.formula, ctx.constants, *asked)
    return for_autograd(found, asked, 3)


pixel_sums.register_autograd(_backward, setup_context=_keep)
