"""Options that name a network and its weights."""

from collections.abc import Callable
from typing import Any

import click

backbone_option = click.option(
    "--backbone", default="alexnet", show_default=True, metavar="NAME", help="A classifier of torchvision."
)
weights_option = click.option(
    "--weights",
    default="imagenet",
    show_default=True,
    metavar="WHICH",
    help="imagenet (downloaded once), the path of a state dict, or surrogate: fixed filters, to try things out.",
)
taps_option = click.option(
    "--taps",
    default="conv",
    show_default=True,
    metavar="LIST",
    help="Layers, separated by commas, such as conv1,conv3; conv, relu or pool are all of a kind.",
)


def network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--backbone``, ``--weights`` and ``--taps``."""
    return backbone_option(weights_option(taps_option(command)))


def listed_taps(text: str) -> str | list[str]:
    """``--taps`` as metrics take it."""
    names = [name.strip() for name in text.split(",")]
    return names[0] if len(names) == 1 else names
