"""Options that the suite and the comparison share."""

import re
from typing import Any

import click

#: Default sizes of the images, width x height, and threads of every contender.
SIZES = "512x512,1920x1080,3840x2160"
THREADS = 2


def parse_sizes(text: str) -> list[tuple[int, int]]:
    """Sizes ``(height, width)`` from a text such as ``"512x512,1920x1080"``."""
    sizes = []
    for part in text.split(","):
        found = re.fullmatch(r"(\d+)x(\d+)", part.strip())
        if not found:
            raise ValueError(f"{part!r} is no size; write width x height, such as 1920x1080")
        sizes.append((int(found[2]), int(found[1])))
    return sizes


class Sizes(click.ParamType):
    """The same as an option of a command."""

    name = "sizes"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return parse_sizes(value) if isinstance(value, str) else value
        except ValueError as error:
            return self.fail(str(error), param, ctx)
