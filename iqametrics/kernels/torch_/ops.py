"""Primitive operations on stacks of planes ``(..., height, width)``, in torch.

Filters are sums of shifted planes rather than convolutions: they are then exact in the tensor's own precision on every
device, while cuDNN's convolutions may round to TF32 in the forward or the backward pass.
"""

from collections.abc import Sequence
from functools import cache
from math import isfinite
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from iqametrics.formulas import names
from iqametrics.kernels import binding
from iqametrics.kernels.borders import margins, mirrored

broadcast_to = torch.broadcast_to


def _sqrt(x: Tensor) -> Tensor:
    """Square root whose gradient at 0 is 0 instead of infinite."""
    positive = x > 0
    return torch.where(positive, torch.sqrt(torch.where(positive, x, 1.0)), 0.0)


def _maximum(x: Tensor, bound: Tensor | float) -> Tensor:
    return torch.maximum(x, bound) if isinstance(bound, Tensor) else torch.clamp(x, min=bound)


#: Where torch means something else by a name, or calls it otherwise.
_OWN = {"maximum": _maximum, "power": torch.pow, "sqrt": _sqrt}
NAMES = {name: _OWN.get(name) or getattr(torch, name) for name in names.__all__}


@cache
def bind(formula: binding.Formula) -> binding.Formula:
    """Give a formula torch's functions."""
    return binding.bind(formula, NAMES)


def working(data: Any, scale: float, single: bool) -> Tensor:
    """Pixel data times `scale`; arrays always in double precision."""
    if isinstance(data, np.ndarray):
        tensor = torch.from_numpy(np.array(data, dtype=np.float64))
    else:
        tensor = data.to(torch.float32 if single else _double(data))
    return tensor if scale == 1 else tensor * scale


def _double(tensor: Tensor) -> torch.dtype:
    return torch.float32 if tensor.device.type == "mps" else torch.float64


def as_array(x: Tensor) -> np.ndarray:
    """A tensor on the CPU as an array, without a copy where NumPy has its type."""
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


def concatenate(parts: Sequence[Tensor], axis: int) -> Tensor:
    """Join tensors along an axis they have."""
    return torch.cat(list(parts), axis)


def pad(x: Tensor, rows: tuple[int, int], columns: tuple[int, int], border: str) -> Tensor:
    """Extend the planes beyond their edges."""
    if border == "zero":
        return functional.pad(x, (*columns, *rows))
    height, width = x.shape[-2:]
    take = [
        torch.as_tensor(mirrored(size, *ends, border), device=x.device)
        for size, ends in ((height, rows), (width, columns))
    ]
    return x.index_select(-2, take[0]).index_select(-1, take[1])


def correlate(x: Tensor, taps: Sequence[float], border: str) -> Tensor:
    """Filter rows and columns with the same taps."""
    before, after = margins(len(taps))
    if border != "valid":
        x = pad(x, (before, after), (before, after), border)
    for axis in (-2, -1):
        size = x.shape[axis] - len(taps) + 1
        total = x.narrow(axis, 0, size) * taps[0]
        for i, tap in enumerate(taps[1:], 1):
            total.add_(x.narrow(axis, i, size), alpha=tap)
        x = total
    return x


def correlate2d(x: Tensor, kernel: np.ndarray, border: str, step: int = 1) -> Tensor:
    """Filter with a two-dimensional kernel, which is not flipped, and keep every `step`-th sample."""
    rows, columns = kernel.shape
    if border != "valid":
        x = pad(x, margins(rows), margins(columns), border)
    height, width = x.shape[-2] - rows + 1, x.shape[-1] - columns + 1
    out = x.new_zeros((*x.shape[:-2], -(-height // step), -(-width // step)))
    for i, j in np.ndindex(rows, columns):
        if kernel[i, j]:
            out.add_(x[..., i : i + height : step, j : j + width : step], alpha=float(kernel[i, j]))
    return out


def resample(x: Tensor, index: np.ndarray, weight: np.ndarray, axis: int) -> Tensor:
    """Samples along an axis, each a weighted sum of those at some places ``(samples, terms)``."""
    places = torch.as_tensor(index, device=x.device)
    factors = torch.as_tensor(weight, dtype=x.dtype, device=x.device)
    total = x.new_zeros(())
    for term in range(index.shape[1]):
        factor = factors[:, term, None] if axis == -2 else factors[:, term]
        total = total + x.index_select(axis, places[:, term]) * factor
    return total


def plane_mean(x: Tensor) -> Tensor:
    """Mean of every plane."""
    return plane_sum(x) / (x.shape[-2] * x.shape[-1])


def plane_sum(x: Tensor) -> Tensor:
    """Sum of every plane, in double precision where the device has it."""
    return x.sum((-2, -1), dtype=_double(x))


def plane_max(x: Tensor) -> Tensor:
    """Largest value of every plane; equal ones share its gradient."""
    return x.amax((-2, -1))


def smallest_mean(x: Tensor, count: int) -> Tensor:
    """Mean of so many of the smallest values of every plane, in double precision where the device has it."""
    return x.flatten(-2).topk(count, -1, largest=False).values.mean(-1, dtype=_double(x))


def plane_median(x: Tensor) -> Tensor:
    """Median of every plane; of an even count the mean of the two in the middle."""
    values = x.flatten(-2)
    count = values.shape[-1]
    low, high = (values.kthvalue(place).values for place in ((count + 1) // 2, count // 2 + 1))
    return (low + high) / 2


def centre(x: Tensor) -> Tensor:
    """A constant per plane near its values, to work on differences from it."""
    return plane_mean(x.detach()).to(x.dtype)[..., None, None]


def identical(x: Any, y: Any) -> Tensor:
    """Whether two planes hold the same values, for every pair of planes."""
    x, y = (working(data, 1.0, data.dtype == torch.float32) for data in (x, y))
    return (x == y).flatten(-2).all(-1)


def set_value(x: Tensor, mask: Tensor, value: float) -> Tensor:
    """Replace the values under the mask, but not their gradients."""
    return torch.where(mask, x + (value - x).detach(), x)


def within(x: Tensor, low: float, high: float, rounding: float) -> Tensor:
    """Values that rounding has brought beyond an end of a range set to that end; what is further out stays to be seen."""
    outside = ~((low <= x) & (x <= high))
    if _can_look(x) and not bool(outside.any()):
        return x
    for end in (low, high):
        if isfinite(end):
            x = set_value(x, outside & ((x - end).abs() <= rounding * max(1.0, abs(end))), end)
    return x


def may_be_near(x: Tensor, value: float, tolerance: float) -> bool:
    """Whether any value is as near to another one; True where looking would wait for a device."""
    return not _can_look(x) or bool(((x - value).abs() <= tolerance).any())


def _can_look(x: Tensor) -> bool:
    """Whether a branch on values costs nothing: on the CPU, unless what is done is being recorded."""
    return x.device.type == "cpu" and not torch.compiler.is_compiling()


def second_moment(vectors: Tensor) -> Tensor:
    """Mean of the outer products of the vectors ``(..., length, count)``."""
    return vectors @ vectors.mT / vectors.shape[-1]


def at_least(x: Tensor, bound: float) -> Tensor:
    """Values not below a bound."""
    return torch.clamp(x, min=bound)


def stack(parts: Sequence[Tensor], axis: int) -> Tensor:
    """Join tensors along a new axis."""
    return torch.stack(list(parts), axis)


def eigenvalues(matrices: Tensor) -> Tensor:
    """Eigenvalues of symmetric matrices."""
    return torch.linalg.eigvalsh(matrices)


def pseudo_inverse(matrices: Tensor, relative: float, absolute: float) -> Tensor:
    """Inverse of symmetric matrices; directions with eigenvalues below the tolerance are left out."""
    return torch.linalg.pinv(matrices, atol=absolute, rtol=relative, hermitian=True)


def rfft2(x: Tensor) -> Tensor:
    """Half of the spectrum of real planes."""
    return torch.fft.rfft2(x)


def irfft2(half: Tensor, size: tuple[int, int]) -> Tensor:
    """Real planes from half of their spectrum."""
    return torch.fft.irfft2(half, size)


def fft2(x: Tensor) -> Tensor:
    """Spectrum of planes."""
    return torch.fft.fft2(x)


def ifft2(spectrum: Tensor) -> Tensor:
    """Complex planes from their spectrum."""
    return torch.fft.ifft2(spectrum)


def constant(values: np.ndarray, like: Tensor) -> Tensor:
    """Numbers that do not depend on the images, on the device of `like` and in its precision."""
    return torch.as_tensor(values, device=like.device, dtype=like.real.dtype if like.is_complex() else like.dtype)


def result_like(result: Any, images: Tensor) -> Tensor:
    """A result on the device of the images: in their precision if they are floats, double if they are integers.

    On other devices than the CPU images are not searched for NaN and infinity; there they turn the result into NaN.
    """
    single = images.is_floating_point() and images.dtype != torch.float64
    result = torch.as_tensor(result).to(device=images.device, dtype=torch.float32 if single else _double(images))
    if images.is_floating_point() and images.device.type != "cpu":
        result = result + 0 * images.detach().flatten(1).sum(1).reshape(-1, *[1] * (result.ndim - 1))
    return result
