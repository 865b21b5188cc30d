"""Docstrings of the metrics: what a metric says of itself, with what all of them share."""

from inspect import cleandoc
from textwrap import fill, indent
from typing import TYPE_CHECKING

from iqametrics.inputs import COLORS

if TYPE_CHECKING:
    from iqametrics.record import Metric

_PARAMETERS = """\
reference, distorted : array, tensor, path, or a list of them
    The undistorted image first. Arrays ``(H, W)``, ``(H, W, 1)``, ``(H, W, 3)`` and batches ``(N, H, W, 1)``,
    ``(N, H, W, 3)``; tensors ``(H, W)``, ``(C, H, W)``, ``(N, C, H, W)`` with C 1 or 3; image files. Integer or real pixels.
data_range : float, optional
    Difference between the largest and the smallest possible pixel value. uint8 and uint16 carry theirs (255 and 65535);
    floats must be given it.
bits : int, optional
    Depth of integer pixels, instead of `data_range`: 10 means 1023.
layout : {{"HW", "HWC", "CHW", "NHW", "NHWC", "NCHW"}}, optional
    Meaning of the axes, where the shape alone leaves it open.
color : {{{colors}}}, default {color}
    How a colour image is seen: {meanings}.
convention : {{{conventions}}}, default "{default}"
    The recipe behind the number:
{recipes}
backend : {{"numpy", "numba", "torch", "triton"}}, optional
    What computes. By default "numba", compiled and on all cores, for arrays and for tensors on the CPU that need no
    gradient; "triton", fused kernels in single precision, for tensors on a CUDA device but those of doubles; and "torch"
    for other tensors. Single-precision images are worked on in single precision, others in double; "numpy", the
    reference, always works in double."""

_RETURNS = """\
float, array or tensor
    One score per image: a float for two arrays or files, an array ``(N,)`` for a batch or a list; for tensors a tensor, 0-d
    for single images, differentiable in both arguments. {range}"""

_RAISES = """\
ShapeError
    The images differ in shape, their layout is ambiguous, or a side is below {min_size} pixels.
RangeError
    Floats without `data_range`, or integers beyond the range given.
NonFiniteError
    NaN or infinity in an image (on a GPU the score is NaN instead)."""


def describe(metric: "Metric") -> str:
    """The full numpydoc docstring of a metric."""
    own = cleandoc(metric.compute.__doc__ or "")
    head, *tail = own.split("\n\nNotes\n", 1)
    recipes = "\n\n".join(
        indent(fill(f"* ``{name}``: {convention.recipe}.", 110, subsequent_indent="  "), "    ")
        for name, convention in metric.conventions.items()
    )
    parameters = _PARAMETERS.format(
        colors=", ".join(f'"{color}"' for color in COLORS),
        meanings="; ".join(f'"{color}": {meaning}' for color, meaning in COLORS.items()),
        color=f'"{metric.color}"',
        conventions=", ".join(f'"{name}"' for name in metric.conventions),
        default=next(iter(metric.conventions)),
        recipes=f"\n{recipes}\n",
    )
    for name, option in metric.options.items():
        parameters += f"\n{name} : {option.kind}, default {option.default}\n    {option.text}"
    low, high = metric.range
    returns = _RETURNS.format(
        range=f"From {low:g} to {high:g}, {metric.identity:g} for identical images; {metric.better} is better."
    )
    notes, *examples = tail[0].split("\n\nExamples\n", 1) if tail else [""]
    sections = [
        head,
        _section("Parameters", parameters),
        _section("Returns", returns),
        _section("Raises", _RAISES.format(min_size=metric.min_size)),
        *([f"Notes\n{notes}"] if notes else []),
        _section("References", f".. [1] {metric.citation}"),
        *(f"Examples\n{text}" for text in examples),
    ]
    return "\n\n".join(sections) + "\n"


def _section(title: str, text: str) -> str:
    return f"{title}\n{'-' * len(title)}\n{text}"
