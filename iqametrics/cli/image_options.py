"""Options that say what the pixels of files mean, the same for all commands that read them."""

from collections.abc import Callable
from typing import Any

import click

from iqametrics.errors import RangeError


def _alpha(ctx: click.Context, option: click.Parameter, text: str | None) -> Any:
    """``R,G,B`` as numbers; anything else is the reader's to judge."""
    parts = text.split(",") if text else []
    return tuple(map(int, parts)) if len(parts) == 3 and all(part.strip().isdecimal() for part in parts) else text


def _data_range(ctx: click.Context, option: click.Parameter, text: str | None) -> float | tuple[float, ...] | None:
    """A number, or two with a comma between."""
    if text is None:
        return None
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"{text!r} is neither a number nor two with a comma between") from None
    return numbers[0] if len(numbers) == 1 else numbers


#: The option ``alpha`` of a command that reads images.
alpha_option = click.option(
    "--alpha",
    metavar="COLOR",
    callback=_alpha,
    help="Lay transparent images over white, black or R,G,B; or ignore.",
)
_OPTIONS = (
    click.option(
        "--data-range",
        metavar="HIGH or LOW,HIGH",
        callback=_data_range,
        help="Largest possible pixel value, or the smallest and the largest: --data-range=-1,1.",
    ),
    click.option("--bits", type=int, help="Depth of the pixels, where less than the file's: 10 in a 16-bit TIFF."),
    alpha_option,
)


def image_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options ``data_range``, ``bits`` and ``alpha`` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_range(data_range: float | tuple[float, float] | None, bits: int | None) -> dict[str, Any]:
    """Options of a call; refuses a range that no image can have, before any file is read."""
    from iqametrics import ranges

    try:
        ranges.said(data_range, bits)
    except RangeError as error:
        raise click.UsageError(str(error)) from error
    return {"data_range": data_range, "bits": bits}
