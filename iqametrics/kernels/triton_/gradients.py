"""Fused pass over gradient magnitudes by a 3x3 operator, the image being zero beyond its border."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from iqametrics.kernels.triton_ import gradient_kernels
from iqametrics.kernels.triton_.equations import equation, name_of
from iqametrics.kernels.triton_.launching import COLUMNS, OPTIONS, for_autograd, on_device_of, strides, tiles, wanted
from iqametrics.kernels.triton_.tally import Tally

if TYPE_CHECKING:
    from iqametrics.stencils.gradients import GradientField

#: Rows of a tile: as many as leave every thread registers for the neighbours of its pixels, in derivatives 25 of each.
ROWS, ROWS_OF_DERIVATIVES = 4, 1


def run(field: "GradientField", spread: bool, maps: bool) -> Generator[float, None, Tally | None]:
    """Sum a field; nothing for maps, which torch makes."""
    yield 1.0
    if maps:
        return None
    x, y = field.x, field.y
    operator = [float(tap) for row in field.operator for tap in row]
    said = name_of(field.formula), [float(constant) for constant in field.constants], operator
    sums, squares = gradient_sums(x.data, y.data, *said, float(x.scale), float(y.scale))
    return Tally(sums, x.size[0] * x.size[1], squares)


@torch.library.custom_op("iqametrics::gradient_sums", mutates_args=())
def gradient_sums(
    x: Tensor,
    y: Tensor,
    formula: str,
    constants: list[float],
    operator: list[float],
    x_scale: float,
    y_scale: float,
) -> tuple[Tensor, Tensor]:
    """Sums of a formula over every plane, and of squared differences of its first result from the plane's mean."""
    function = equation(formula, 4, tuple(constants), of_gradients=True)
    planes, height, width = x.shape
    down, across, programs = tiles(planes, height, width, ROWS)
    out = torch.empty((function.results + 2, programs), dtype=torch.float64, device=x.device)
    with on_device_of(x):
        gradient_kernels.sums[(programs,)](
            x,
            y,
            out,
            strides(x),
            strides(y),
            x_scale,
            y_scale,
            height,
            width,
            down,
            across,
            programs,
            VALUES=function.values,
            RESULTS=function.results,
            OPERATOR=tuple(operator),
            ROWS=ROWS,
            COLUMNS=COLUMNS,
            **OPTIONS,
        )
    *sums, squares, counts = out.reshape(function.results + 2, planes, -1)
    step = sums[0] / counts - sums[0].sum(-1, keepdim=True) / (height * width)
    # The tiles' spreads about their own means, joined (Chan, Golub and LeVeque 1979).
    return torch.stack([each.sum(-1) for each in sums]), (squares + counts * step * step).sum(-1)


@torch.library.custom_op("iqametrics::gradient_slopes", mutates_args=())
def gradient_slopes(
    x: Tensor,
    y: Tensor,
    constant: Tensor,
    slope: Tensor,
    formula: str,
    constants: list[float],
    operator: list[float],
    x_scale: float,
    y_scale: float,
    of_x: bool,
    of_y: bool,
) -> tuple[Tensor, Tensor]:
    """Derivatives by the images, times a constant for every result and a multiple of the first result."""
    function = equation(formula, 4, tuple(constants), of_gradients=True)
    planes, height, width = x.shape
    down, across, programs = tiles(planes, height, width, ROWS_OF_DERIVATIVES)
    out = wanted(x, (planes, height, width), of_x), wanted(y, (planes, height, width), of_y)
    with on_device_of(x):
        gradient_kernels.images[(programs,)](
            x,
            y,
            constant.contiguous(),
            slope.contiguous(),
            *out,
            strides(x),
            strides(y),
            x_scale,
            y_scale,
            height,
            width,
            down,
            across,
            planes,
            VALUES=function.values,
            SLOPES=function.slopes,
            RESULTS=function.results,
            OPERATOR=tuple(operator),
            OF_X=of_x,
            OF_Y=of_y,
            ROWS=ROWS_OF_DERIVATIVES,
            COLUMNS=COLUMNS,
            **OPTIONS,
        )
    return out


@gradient_sums.register_fake
def _(x: Tensor, y: Tensor, formula: str, constants: list[float], *how: Any) -> tuple[Tensor, Tensor]:
    results = equation(formula, 4, tuple(constants), of_gradients=True).results
    return x.new_empty((results, x.shape[0]), dtype=torch.float64), x.new_empty(x.shape[0], dtype=torch.float64)


@gradient_slopes.register_fake
def _(x: Tensor, y: Tensor, constant: Tensor, slope: Tensor, *how: Any) -> tuple[Tensor, Tensor]:
    of_x, of_y = how[-2:]
    return wanted(x, tuple(x.shape), of_x), wanted(y, tuple(y.shape), of_y)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    x, y, *ctx.how = inputs
    ctx.save_for_backward(x, y, output[0])


def _backward(ctx: Any, of_sums: Tensor, of_squares: Tensor) -> tuple[Any, ...]:
    """The slope of the squared differences by a value is twice its difference from the mean."""
    x, y, sums = ctx.saved_tensors
    asked = ctx.needs_input_grad[:2]
    slope = 2 * of_squares
    first = of_sums[0] - slope * sums[0] / (x.shape[-2] * x.shape[-1])
    constant = torch.stack([first, *of_sums[1:]])
    found = gradient_slopes(x, y, constant, slope, *ctx.how, *asked)
    return for_autograd(found, asked, len(ctx.how))


gradient_sums.register_autograd(_backward, setup_context=_keep)
