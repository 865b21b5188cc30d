"""Tables in Markdown."""

import re
from collections.abc import Iterable

from iqametrics.report.tables import Cell, Table

#: What Markdown, or the HTML it may hold, would take for markup.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


def markdown(tables: Iterable[Table], title: str, remark: str = "") -> str:
    """Return tables as a Markdown document, GitHub's kind; names of files can't break out of their cells."""
    parts = [f"# {escaped(title)}", *([f"**{escaped(remark)}**"] if remark else [])]
    return "\n\n".join([*parts, *map(_table, tables)]) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _table(table: Table) -> str:
    lines = [
        _line(escaped(column.heading) for column in table.columns),
        _line("---:" if column.kind == "number" else "---" for column in table.columns),
        *(_line(map(_cell, row)) for row in table.rows),
    ]
    notes = "".join(f"\n\n{escaped(note)}" for note in table.notes)
    return f"## {escaped(table.full_title)}\n\n" + "\n".join(lines) + notes


def _cell(cell: Cell) -> str:
    shown = f"**{escaped(cell.text)}**" if cell.best else escaped(cell.text)
    return f"{shown} {escaped(cell.detail)}".strip()


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
