"""What the commands print: tables for people, strict JSON for programs."""

import shutil
from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from iqametrics.report.tables import Table as ReportTable
    from iqametrics.scoring.pairing import Pair

#: Wider than any table: what goes into a pipe is never folded.
_PIPE_WIDTH = 10_000
#: Longer lines are hard to read, however wide the terminal.
_WIDEST = 100
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def console() -> "Console":
    """Standard output, which in a pipe has room for everything."""
    from rich.console import Console

    found = Console(markup=False, emoji=False, highlight=False)
    return found if found.is_terminal else Console(markup=False, emoji=False, highlight=False, width=_PIPE_WIDTH)


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
    from rich.table import Table

    out = console()
    table = Table(
        box=box.SIMPLE_HEAD if out.is_terminal else None,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1 if out.is_terminal else 2, 0, 0),
        header_style="bold",
    )
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*row)
    if not out.is_terminal:
        with out.capture() as text:
            out.print(table)
        click.echo("\n".join(line.rstrip() for line in text.get().splitlines()))
        return
    if title:
        out.print(title, soft_wrap=True)
    out.print(table)


def print_report_table(table: "ReportTable") -> None:
    """Print a table of a report, with its title and its notes."""
    click.echo(table.full_title)
    print_table(
        [f">{column.heading}" if column.kind == "number" else column.heading for column in table.columns],
        ([shown(f"{cell.text} {cell.detail}".strip()) for cell in row] for row in table.rows),
    )
    for note in table.notes:
        click.echo(note)


def print_json(value: Any) -> None:
    """Print strict JSON, for people and programs."""
    from iqametrics.report.strict_json import dumps

    click.echo(dumps(value, indent=2))


def shown(path: str) -> str:
    """A path in characters that any terminal can print and none obeys."""
    text = click.format_filename(path)
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shorten(text: str, width: int) -> str:
    """Cut a text that is wider than this in its middle: names of files differ at their ends."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return text
    left, right = text[: width // 3], text[width // 3 :]
    while cell_len(left + _ELLIPSIS + right) > width and right:
        right = right[1:]
    return left + _ELLIPSIS + right


def unit_of(pairs: "Iterable[Pair]") -> str:
    """What to count them as, in the plural."""
    return "pairs" if any(pair.reference is not None for pair in pairs) else "images"


def section(title: str, entries: Iterable[tuple[str, str]]) -> None:
    """Print terms with what they mean, one below the other."""
    entries = list(entries)
    if not entries:
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST) - 1
    indent = max(len(term) for term, _ in entries) + (4 if entries[0][0] else 2)
    click.echo(f"\n{click.style(title, bold=True)}" if title else "")
    for term, text in entries:
        click.echo(fill(text, width, initial_indent=f"  {term}".ljust(indent), subsequent_indent=" " * indent))
