"""``--import``: modules with metrics of one's own."""

import sys
from importlib import import_module
from pathlib import Path

import click


def _import(ctx: click.Context, option: click.Parameter, names: tuple[str, ...]) -> None:
    folder = str(Path.cwd())
    if names and folder not in sys.path and "" not in sys.path:
        sys.path.append(folder)  # where python -m would look; installed commands don't
    for name in names:
        try:
            import_module(name)
        except Exception as error:  # whatever its code does
            raise click.UsageError(
                f"--import {name}: {type(error).__name__}: {error}; a module is named as in Python, without .py, and looked "
                "for in this folder, in those of PYTHONPATH and among what is installed"
            ) from error


#: The option ``--import`` of a command that knows metrics by name; read before the others, which may name what it brings.
import_option = click.option(
    "--import",
    multiple=True,
    metavar="MODULE",
    is_eager=True,
    expose_value=False,
    callback=_import,
    help="Import a Python module that defines metrics of your own; may be given several times.",
)
