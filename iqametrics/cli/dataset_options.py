"""Options that name a subjective data set on disk, and how its faults are told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from iqametrics.cli.exits import ExitCode
from iqametrics.errors import DatasetError


def root_option(required: bool) -> Callable[..., Any]:
    """``--root``, the folder of a data set."""
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        required=required,
        help="Folder that holds the data set.",
    )


direction_option = click.option(
    "--direction",
    type=click.Choice(["quality", "distortion"]),
    help="For a CSV without a card: whether a higher score means better or worse.",
)

labels_option = click.option(
    "--labels",
    type=click.Choice(["disk", "manifest"]),
    default="disk",
    show_default=True,
    help="Take scores from the owners' label files, or from the manifest that comes with iqametrics.",
)


@contextmanager
def faults_line_by_line(list_missing: bool = False) -> Iterator[None]:
    """End with a line for each fault: a list is what was asked for, and unreadable as one line."""
    try:
        yield
    except DatasetError as error:
        click.echo(f"Error: {error}", err=True)
        for path in error.missing if list_missing else ():
            click.echo(path)
        click.get_current_context().exit(ExitCode.NOT_SCORED)
