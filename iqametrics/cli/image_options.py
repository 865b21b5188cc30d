"""Options that say what the pixels of files mean, the same for all commands that read them."""

from collections.abc import Callable
from typing import Any

import click

from iqametrics.errors import RangeError


def _alpha(ctx: click.Context, option: click.Parameter, text: str | None) -> Any:
    """``R,G,B`` as numbers; anything else is the reader's to judge."""
    parts = text.split(",") if text else []
    return tuple(map(int, parts)) if len(parts) == 3 and all(part.strip().isdecimal() for part in parts) else text


#: The option ``alpha`` of a command that reads images.
alpha_option = click.option(
    "--alpha",
    metavar="COLOR",
    callback=_alpha,
    help="Lay transparent images over white, black or R,G,B; or ignore.",
)
_OPTIONS = (
    click.option("--data-range", type=float, help="Largest possible difference of two pixel values."),
    click.option("--bits", type=int, help="Depth of the pixels, where less than the file's: 10 in a 16-bit TIFF."),
    alpha_option,
)


def image_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options ``data_range``, ``bits`` and ``alpha`` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_range(data_range: float | None, bits: int | None) -> dict[str, Any]:
    """Options of a call; refuses a range that no image can have, before any file is read."""
    import numpy as np

    from iqametrics import inputs

    black = inputs.read(np.zeros((1, 1), np.uint8), None, "reference")
    try:
        inputs.data_range(black.stacks[0], data_range, bits, "reference")
    except RangeError as error:
        raise click.UsageError(str(error)) from error
    return {"data_range": data_range, "bits": bits}
