"""Fused pass over local moments, in single precision about a sample nearby."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from iqametrics.kernels.triton_ import moment_derivative_kernels, moment_kernels
from iqametrics.kernels.triton_.equations import equation, name_of
from iqametrics.kernels.triton_.launching import OPTIONS, for_autograd, on_device_of, per_plane, strides, tiles, wanted
from iqametrics.kernels.triton_.tally import Tally

if TYPE_CHECKING:
    from iqametrics.stencils.moments import MomentField

#: Columns of a strip: two for every thread where the waiting sums leave registers for them, or one.
MANY, FEW = 256, 128
#: Taps up to which a window of joint moments leaves them.
LIGHT = 11
#: Rows of a strip, the more the less is computed twice, as long as there are programs for a whole device.
STRIPS, ENOUGH = (64, 32, 16), 1024
#: Taps of the largest window: most of the waiting sums of larger ones would find no registers.
LARGEST = 33
#: Constants below this are none in single precision.
SMALLEST = 1e-30


def run(field: "MomentField", spread: bool, maps: bool) -> Generator[float, None, Tally | None]:
    """Sum or map a field; nothing where single precision or the registers don't do."""
    yield 1.0
    if spread or field.window.size > LARGEST or any(0 < abs(constant) < SMALLEST for constant in field.constants):
        return None
    x, y, window = field.x, field.y, field.window
    said = name_of(field.formula), [float(constant) for constant in field.constants], list(window.taps)
    how = *said, window.correction, field.joint, float(x.scale), float(y.scale)
    height, width = (side - window.size + 1 for side in x.size)
    if maps:
        return Tally(None, height * width, maps=moment_maps(x.data, y.data, *how))
    return Tally(moment_sums(x.data, y.data, *how), height * width)


def _launch(
    kind: str,
    x: Tensor,
    y: Tensor,
    out: tuple[Tensor, Tensor],
    upstream: Tensor,
    function: Any,
    results: int,
    taps: list[float],
    correction: float,
    joint: bool,
    scales: tuple[float, float],
) -> None:
    """Evaluate a formula in all windows, or its slopes."""
    height, width = (side - len(taps) + 1 for side in x.shape[-2:])
    columns = _columns(taps, joint)
    strip, (down, across, programs) = _strips(x.shape[0], height, width, columns)
    with on_device_of(x):
        moment_kernels.moments[(programs,)](
            x,
            y,
            *out,
            upstream,
            strides(x),
            strides(y),
            strides(upstream),
            *scales,
            correction,
            height,
            width,
            down,
            across,
            strip,
            programs,
            x.shape[0] * height * width,
            FUNCTION=function,
            RESULTS=results,
            TAPS=tuple(taps),
            SIZE=len(taps),
            JOINT=joint,
            KIND=kind,
            COLUMNS=columns,
            **OPTIONS,
        )


def _columns(taps: list[float], joint: bool) -> int:
    return MANY if joint and len(taps) <= LIGHT else FEW


def _strips(planes: int, height: int, width: int, columns: int) -> tuple[int, tuple[int, int, int]]:
    for strip in STRIPS:
        found = tiles(planes, height, width, strip, columns)
        if found[-1] >= ENOUGH:
            break
    return strip, found


def _inner(x: Tensor, taps: list[float]) -> tuple[int, int, int]:
    """Planes, rows and columns of the windows."""
    planes, height, width = x.shape
    return planes, height - len(taps) + 1, width - len(taps) + 1


def _equation(formula: str, constants: list[float], joint: bool) -> Any:
    return equation(formula, 4 if joint else 5, tuple(constants))


@torch.library.custom_op("iqametrics::moment_sums", mutates_args=())
def moment_sums(
    x: Tensor,
    y: Tensor,
    formula: str,
    constants: list[float],
    taps: list[float],
    correction: float,
    joint: bool,
    x_scale: float,
    y_scale: float,
) -> Tensor:
    """Sums of a formula of local moments over every plane ``(results, planes)``."""
    function = _equation(formula, constants, joint)
    planes, height, width = _inner(x, taps)
    _, (_, _, programs) = _strips(planes, height, width, _columns(taps, joint))
    sums = torch.empty((function.results, programs), dtype=torch.float64, device=x.device)
    none = sums.new_empty((0, 0, 0, 0), dtype=torch.float32)
    scales = x_scale, y_scale
    _launch("sums", x, y, (sums, none), none, function.values, function.results, taps, correction, joint, scales)
    return per_plane(sums, planes)


@torch.library.custom_op("iqametrics::moment_maps", mutates_args=())
def moment_maps(
    x: Tensor,
    y: Tensor,
    formula: str,
    constants: list[float],
    taps: list[float],
    correction: float,
    joint: bool,
    x_scale: float,
    y_scale: float,
) -> Tensor:
    """Values of a formula of local moments ``(results, planes, rows, columns)``."""
    function = _equation(formula, constants, joint)
    maps = torch.empty((function.results, *_inner(x, taps)), dtype=torch.float32, device=x.device)
    none = maps.new_empty((0, 0, 0, 0))
    scales = x_scale, y_scale
    _launch("maps", x, y, (none, maps), none, function.values, function.results, taps, correction, joint, scales)
    return maps


@torch.library.custom_op("iqametrics::moment_slopes", mutates_args=())
def moment_slopes(
    x: Tensor,
    y: Tensor,
    upstream: Tensor,
    formula: str,
    constants: list[float],
    taps: list[float],
    correction: float,
    joint: bool,
    x_scale: float,
    y_scale: float,
    of_x: bool,
    of_y: bool,
) -> tuple[Tensor, Tensor]:
    """Derivatives of these values by the images, summed after what comes from upstream for each value.

    Nothing of the forward pass is needed: four or five maps of the derivatives by the moments are made here, and forgotten.
    """
    function = _equation(formula, constants, joint)
    planes, height, width = _inner(x, taps)
    maps = torch.empty((4 if joint else 5, planes, height, width), dtype=torch.float32, device=x.device)
    none = maps.new_empty((0,))
    scales = x_scale, y_scale
    _launch("slopes", x, y, (none, maps), upstream, function.slopes, function.results, taps, correction, joint, scales)
    out = wanted(x, tuple(x.shape), of_x), wanted(y, tuple(y.shape), of_y)
    columns = _columns(taps, joint)
    strip, (down, across, programs) = _strips(planes, x.shape[1], x.shape[2], columns)
    with on_device_of(x):
        moment_derivative_kernels.images[(programs,)](
            x,
            y,
            maps,
            *out,
            strides(x),
            strides(y),
            *scales,
            height,
            width,
            down,
            across,
            strip,
            planes * height * width,
            OF_X=of_x,
            OF_Y=of_y,
            TAPS=tuple(taps),
            SIZE=len(taps),
            JOINT=joint,
            COLUMNS=columns,
            **OPTIONS,
        )
    return out


@moment_sums.register_fake
def _(x: Tensor, y: Tensor, formula: str, constants: list[float], *how: Any) -> Tensor:
    joint = how[2]
    return x.new_empty((_equation(formula, constants, joint).results, x.shape[0]), dtype=torch.float64)


@moment_maps.register_fake
def _(x: Tensor, y: Tensor, formula: str, constants: list[float], taps: list[float], *how: Any) -> Tensor:
    joint = how[1]
    return x.new_empty((_equation(formula, constants, joint).results, *_inner(x, taps)), dtype=torch.float32)


@moment_slopes.register_fake
def _(x: Tensor, y: Tensor, upstream: Tensor, *how: Any) -> tuple[Tensor, Tensor]:
    of_x, of_y = how[-2:]
    return wanted(x, tuple(x.shape), of_x), wanted(y, tuple(y.shape), of_y)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, y, *ctx.how = inputs
    ctx.save_for_backward(x, y)


def _backward(ctx: Any, upstream: Tensor) -> tuple[Any, ...]:
    """Of sums every window gets the same; of maps each its own."""
    x, y = ctx.saved_tensors
    asked = ctx.needs_input_grad[:2]
    if upstream.ndim == 2:
        upstream = upstream[..., None, None].expand(-1, *_inner(x, ctx.how[2]))
    found = moment_slopes(x, y, upstream, *ctx.how, *asked)
    return for_autograd(found, asked, len(ctx.how))


moment_sums.register_autograd(_backward, setup_context=_keep)
moment_maps.register_autograd(_backward, setup_context=_keep)
