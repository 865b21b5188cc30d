"""What the commands print: tables for people, strict JSON for programs."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import click

#: Wider than any table: what goes into a pipe is never folded.
_PIPE_WIDTH = 10_000


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Print a table: ruled on a terminal; aligned plain text, with no title, in a pipe.

    Parameters
    ----------
    columns : sequence of str
        Their headings; one that begins with ``>`` is aligned to the right.
    rows : iterable of sequence of str
        Their cells.
    title : str, optional
        A line above the table.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, emoji=False, highlight=False, width=_PIPE_WIDTH)
    table = Table(
        box=box.SIMPLE_HEAD if console.is_terminal else None,
        show_edge=False,
        pad_edge=False,
        padding=(0, 2, 0, 0) if not console.is_terminal else (0, 1, 0, 0),
        header_style="bold",
    )
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*row)
    if title and console.is_terminal:
        console.print(title, soft_wrap=True)
    console.print(table)


def print_json(value: Any) -> None:
    """Print strict JSON, which has no infinity: it becomes the string ``"Infinity"`` or ``"-Infinity"``.

    Python's ``float`` and JavaScript's ``Number`` turn these strings into the numbers they name.
    """
    click.echo(json.dumps(_finite(value), indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def direction(higher_is_better: bool) -> str:
    """Which way is better, in a word."""
    return "higher" if higher_is_better else "lower"
