"""What a pixel is worth: the range that its type carries or a caller says, and values that contradict it."""

import sys
import warnings
from math import frexp, isfinite, isqrt
from typing import Any, NamedTuple

import numpy as np

from iqametrics.errors import NonFiniteError, RangeError, RangeWarning
from iqametrics.inputs import dtype_name, is_tensor

#: Whole ranges above and below the one said from which on floats are far outside it: a filter's overshoot is not.
_FAR_OUTSIDE = 1.0
#: Share of a range said as a single number by which floats may fall below 0: a filter overshoots, and so does training.
_BELOW = 1 / 20
#: Values of an array that are held against its range.
_LOOKED_AT = 1 << 16
#: Share of the range said below which all values of both images are far inside it: 0..1 is 1 / 255 of 0..255.
_FAR_INSIDE = 1 / 200


#: Powers of two in a range from which on the squares of its pixels, or of those squares, may be too large or too small for
#: single precision.
_EXTREME = 32


class Range(NamedTuple):
    """The smallest and the largest value that pixels may have."""

    low: float
    high: float

    @property
    def span(self) -> float:
        """Difference of the two."""
        return self.high - self.low

    @property
    def unit(self) -> float:
        """A power of two to divide pixels by, which costs no digit, before their squares leave what a float holds."""
        exponent = frexp(self.span)[1] - 1
        return 1.0 if abs(exponent) < _EXTREME else 2.0**exponent


#: What integers have that carry their range.
_CARRIED = {"uint8": Range(0.0, 255.0), "uint16": Range(0.0, 65535.0)}


class Extremes(NamedTuple):
    """The smallest and the largest value that there is in an image."""

    low: float
    high: float


def said(data_range: Any, bits: Any) -> Range | float | None:
    """The range that a call says: from 0 up to a number, or a pair; None if it says none.

    Raises
    ------
    RangeError
        Both are given, or what is given is no range.
    """
    if bits is not None:
        if data_range is not None:
            raise RangeError(f"data_range={data_range} and bits={bits} are both given; pass one of them")
        if isinstance(bits, bool) or not isinstance(bits, int | np.integer) or not 1 <= bits <= 32:
            raise RangeError(f"bits={bits!r} must be a whole number from 1 to 32")
        return 2.0 ** int(bits) - 1
    if data_range is None:
        return None
    if isinstance(data_range, tuple | list):
        ends = [end for end in map(_number, data_range) if end is not None]
        if len(data_range) != 2 or len(ends) != 2 or not ends[0] < ends[1]:
            raise RangeError(f"data_range={data_range!r} must be a number, or (low, high) with finite low < high")
        return Range(*ends)
    number = _number(data_range)
    if number is None or number <= 0:
        raise RangeError(f"data_range={data_range!r} must be a positive, finite number, or (low, high)")
    return number


def _number(value: Any) -> float | None:
    """A finite number as Python's, also out of an array or a tensor without axes; None for anything else."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return None
    number = float(value)
    return number if isfinite(number) else None


def of_stack(stack: Any, given: Range | float | None, role: str, signed: bool = False) -> Range:
    """The range of an image: integers carry theirs, or are told; floats must be told.

    Parameters
    ----------
    stack : array or tensor
        The image.
    given : Range, float or None
        What the call says.
    role : str
        What to call the image in errors.
    signed : bool
        Whether floats below 0 lie in -1..1 where nothing else is said, and so do those of a range of 2.
    """
    name = dtype_name(stack)
    if given is None and name in _CARRIED:
        return _CARRIED[name]
    if "int" not in name:
        if signed and (given == 2.0 or (given is None and _extremes(stack).low < 0)):
            return Range(-1.0, 1.0)
        if given is None:
            raise RangeError(_range_wanted(stack, role, signed))
        return given if isinstance(given, Range) else Range(0.0, given)
    if given is None:
        raise RangeError(_range_wanted(stack, role, signed))
    found = given if isinstance(given, Range) else Range(0.0, given)
    holds = np.iinfo(name)
    if found.low < holds.min or found.high > holds.max:
        raise RangeError(
            f"{role} is {name}, which holds {holds.min} to {holds.max}: a range of {found.low:g} to {found.high:g} is more "
            "than that; leave data_range and bits out, or say the range that its pixels have"
        )
    if found.low > holds.min or found.high < holds.max:
        low, high = _extremes(stack)
        if low < found.low or high > found.high:
            raise RangeError(
                f"{role} has pixels from {low:g} to {high:g}, beyond the range {found.low:g} to {found.high:g} it was given"
            )
    return found


def extremes(stack: Any, role: str) -> Extremes | None:
    """Smallest and largest value of floats; None for integers, and where looking would wait for a device.

    Of large arrays some rows and columns are looked at: a range that can't be meant shows anywhere.

    Raises
    ------
    NonFiniteError
        There is NaN or infinity among all of them.
    """
    if is_tensor(stack):
        traced = sys.modules["torch"].compiler.is_compiling()  # there are no values then
        if not stack.is_floating_point() or stack.device.type != "cpu" or traced:
            return None
        found = _extremes(stack)
        finite = isfinite(found.low) and isfinite(found.high)
    elif stack.dtype.kind != "f":
        return None
    else:
        finite = _all_finite(stack)
        found = _extremes(_some(stack)) if finite else Extremes(0.0, 0.0)
    if not finite:
        raise NonFiniteError(f"{role} holds NaN or infinity; remove or replace those pixels first")
    return found


def _all_finite(stack: np.ndarray) -> bool:
    """Whether all samples are finite.

    NaN and infinity can't leave a sum, which needs no memory; a sum that merely overflows is looked into, some rows at a
    time.
    """
    if np.isfinite(np.einsum("nchw->", stack)):
        return True
    rows = max(1, (1 << 20) // stack.shape[-1])
    return all(np.isfinite(stack[..., i : i + rows, :]).all() for i in range(0, stack.shape[-2], rows))


def _some(stack: np.ndarray) -> np.ndarray:
    """Some rows and columns of all images, evenly spread."""
    step = max(1, isqrt(stack.size // _LOOKED_AT))
    return stack[..., ::step, ::step]


def _extremes(stack: Any) -> Extremes:
    """Smallest and largest value; NaN if there is NaN."""
    if is_tensor(stack):
        if dtype_name(stack) in ("uint16", "uint32", "uint64"):
            stack = stack.double()  # torch finds no extremes of these types
        low, high = stack.detach().aminmax()
        return Extremes(float(low), float(high))
    return Extremes(float(stack.min()), float(stack.max()))


def warn_of_contradictions(ranges: list[Range], found: list[list[Extremes | None]], bare: bool) -> None:
    """Warn of floats that the range said can't be meant for.

    Parameters
    ----------
    ranges : list of Range
        Range of every stack.
    found : list of list of Extremes or None
        Extremes of every stack, of all images that are looked at together.
    bare : bool
        Whether the range was said as a single number.
    """
    for place, full in enumerate(ranges):
        ends = [end for each in found if (end := each[place]) is not None]
        if not ends:
            continue
        low, high = min(end.low for end in ends), max(end.high for end in ends)
        span = full.span
        seen = f"values lie from {low:.4g} to {high:.4g}"
        if bare and full.low == 0 and low < -_BELOW * span:
            _warn(
                f"data_range={span:g} means 0 to {span:g}, and {seen}; say data_range=(low, high): "
                f"{_likely(low, high, span)} if that is their range, (0, {span:g}) if they overshoot it"
            )
        elif low < full.low - _FAR_OUTSIDE * span or high > full.high + _FAR_OUTSIDE * span:
            _warn(f"{seen}, far outside the range {full.low:g} to {full.high:g} that was said; say the range they have")
        elif len(ends) == len(found) and full.low < high <= full.low + _FAR_INSIDE * span and low >= full.low:
            _warn(
                f"{seen}, a small part of the range {full.low:g} to {full.high:g} that was said; say the range they have"
            )


def _likely(low: float, high: float, span: float) -> str:
    """A range that holds the values: one of this span with 0 in its middle, if there is one."""
    if max(-low, high) <= span / 2:
        return f"({-span / 2:g}, {span / 2:g})"
    return f"({low:.4g}, {max(high, low + span):.4g})"


def _warn(message: str) -> None:
    # The caller is the first frame outside the package.
    depth, frame = 2, sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).split(".")[0] == "iqametrics":
        depth, frame = depth + 1, frame.f_back
    warnings.warn(message, RangeWarning, stacklevel=depth)


def _range_wanted(stack: Any, role: str, signed: bool) -> str:
    low, high = _extremes(stack)
    name = dtype_name(stack)
    seen = f"{role} is {name} with values from {low:.4g} to {high:.4g}"
    if "int" in name:
        return (
            f"{seen}, a type without a range of its own; pass bits= (the depth of the camera or codec) or data_range="
        )
    if low < 0:
        needed = max(-low, high)
        end = next((known for known in (1, 128, 2**15) if needed <= known), needed)
        return f"{seen}; floats need their range said: did you mean data_range=({-end:g}, {end:g})?"
    likely = next((known for known in (1, 2, 255, 65535) if high <= known), f"{high:g}")
    also = "; values in -1..1 are data_range=(-1, 1)" if signed else ""
    return f"{seen}; floats need their range said: did you mean data_range={likely}?{also}"
