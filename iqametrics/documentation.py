"""What a metric says of itself, written from its record when somebody reads it."""

from collections.abc import Callable
from inspect import Parameter, Signature, cleandoc
from textwrap import fill, indent
from typing import Any

from iqametrics.record import COLORS, SHARED_OPTIONS

_IMAGES = """\
{names} : array, tensor, path, or a list of them
    {first}Arrays ``(H, W)``, ``(H, W, 1)``, ``(H, W, 3)`` and batches ``(N, H, W, 1)``, ``(N, H, W, 3)``; tensors
    ``(H, W)``, ``(C, H, W)``, ``(N, C, H, W)`` with C 1 or 3; image files. Integer or real pixels."""
_PARAMETERS = """\
data_range : float or (float, float), optional
    Smallest and largest possible pixel value, or the largest alone if the smallest is 0. uint8 and uint16 carry theirs
    (255 and 65535); floats must be given it.
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
    One score per image: a float for {single}, an array ``(N,)`` for a batch or a list; for tensors a tensor, 0-d
    for single images, {slopes}. {range}"""
_RAISES = """\
ShapeError
    {different}Their layout is ambiguous, or a side is below {min_size} pixels.
RangeError
    Floats without `data_range`, or integers beyond the range given.
NonFiniteError
    NaN or infinity in an image (on a GPU the score is NaN instead)."""


class OfMetric:
    """An attribute that every metric has by its record, made when it is read, and the class by its source."""

    def __init__(self, make: Callable[[Any], Any], of_class: Any = None) -> None:
        self._make = make
        self._of_class = of_class

    def __get__(self, metric: Any, kind: type) -> Any:
        return self._of_class if metric is None else self._make(metric)


def signature(metric: Any) -> Signature:
    """The call of a metric: its images, the options that all have, and its own."""
    images = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in metric.images]
    options = {**dict.fromkeys(SHARED_OPTIONS), **{name: option.default for name, option in metric.options.items()}}
    given = {**options, **metric.bound}
    return Signature([*images, *(Parameter(name, Parameter.KEYWORD_ONLY, default=given[name]) for name in options)])


def describe(metric: Any) -> str:
    """The full numpydoc docstring of a metric."""
    own = cleandoc(metric.compute.__doc__ or "")
    head, *tail = own.split("\n\nNotes\n", 1)
    if not tail:
        head, *examples = own.split("\n\nExamples\n", 1)
        notes = ""
    else:
        notes, *examples = tail[0].split("\n\nExamples\n", 1)
    sections = [
        head,
        _section("Parameters", _parameters(metric)),
        _section("Returns", _returns(metric)),
        _section("Raises", _raises(metric)),
        *([f"Notes\n{notes}"] if notes else []),
        _section("References", f".. [1] {metric.citation}"),
        *(f"Examples\n{text}" for text in examples),
    ]
    return "\n\n".join(sections) + "\n"


def _parameters(metric: Any) -> str:
    names = metric.images
    first = "The undistorted image first. " if len(names) > 1 else ""
    recipes = "\n\n".join(
        indent(fill(f"* ``{name}``: {convention.recipe}.", 110, subsequent_indent="  "), "    ")
        for name, convention in metric.conventions.items()
    )
    modes = metric.sees.modes
    text = _PARAMETERS.format(
        colors=", ".join(f'"{color}"' for color in modes),
        meanings="; ".join(f'"{color}": {COLORS[color]}' for color in modes),
        color=f'"{metric.sees.color}"',
        conventions=", ".join(f'"{name}"' for name in metric.conventions),
        default=next(iter(metric.conventions)),
        recipes=f"\n{recipes}\n",
    )
    for name, option in metric.options.items():
        bounds = f" {option.bounds[:1].upper()}{option.bounds[1:]}." if option.bounds and not option.choices else ""
        text += f"\n{name} : {option.kind}, default {option.default}\n    {option.text}{bounds}"
    return _IMAGES.format(names=", ".join(names), first=first) + "\n" + text


def _returns(metric: Any) -> str:
    low, high = metric.range
    pairs = len(metric.images) > 1
    identical = "" if metric.identity is None else f", {metric.identity:g} for identical images"
    return _RETURNS.format(
        single="two arrays or files" if pairs else "an array or a file",
        slopes="differentiable in both arguments" if pairs else "differentiable",
        range=f"From {low:g} to {high:g}{identical}; {metric.better} is better.",
    )


def _raises(metric: Any) -> str:
    different = "The images differ in shape. " if len(metric.images) > 1 else ""
    return _RAISES.format(different=different, min_size=metric.min_size)


def _section(title: str, text: str) -> str:
    return f"{title}\n{'-' * len(title)}\n{text}"
