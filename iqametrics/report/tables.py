"""Tables that people read, before it is decided where: in a terminal, on a page, in a paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

Tone = Literal["", "good", "bad", "faint"]

#: What a cell without a value shows.
ABSENT = "\N{EN DASH}"


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it holds, and what the heading means where that needs words."""

    heading: str
    kind: Literal["text", "number"] = "number"
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
        What is read.
    value : float or None
        What the column is sorted by; None sorts by the text, NaN comes last.
    detail : str
        Small print behind the text, such as an interval.
    best : bool
        Whether this is the best of its column or row.
    tone : {"", "good", "bad", "faint"}
        How the cell is coloured where there are colours; the text alone must say as much.
    note : str
        What a page tells of the cell when it is pointed at.
    """

    text: str
    value: float | None = None
    detail: str = ""
    best: bool = False
    tone: Tone = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A titled table.

    Attributes
    ----------
    name : str
        Identifier for anchors and labels: letters, digits and hyphens.
    title : str
    columns : tuple of Column
    rows : tuple of tuple of Cell
    notes : tuple of str
        What belongs below the table.
    about : str
        What the table is about, for places where nothing around it says so.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    about: str = ""

    @property
    def full_title(self) -> str:
        """The title, and what the table is about."""
        return f"{self.title}: {self.about}" if self.about else self.title


def number(
    value: float,
    form: str = ".4f",
    interval: tuple[float, float] | None = None,
    *,
    best: bool = False,
    tone: Tone = "",
) -> Cell:
    """A cell with a number; an interval with limits follows it as small print, one digit shorter."""
    if not isfinite(value):
        return Cell(ABSENT if value != value else str(value), value, tone="faint")
    shorter = {".4f": ".3f"}.get(form, form)
    limits = interval if interval is not None and all(map(isfinite, interval)) else None
    detail = "[{}, {}]".format(*(_shown(limit, shorter) for limit in limits)) if limits else ""
    return Cell(_shown(value, form), value, detail, best, tone)


def text(words: object, tone: Tone = "") -> Cell:
    """A cell with words."""
    return Cell(str(words), tone=tone)


def best_of(values: Sequence[float], form: str = ".4f", higher: bool = True) -> set[int]:
    """Places of the best of several values, more than one where they read the same; none where there is no choice."""
    known = {place: value for place, value in enumerate(values) if isfinite(value)}
    if len(known) < 2:
        return set()
    best = format((max if higher else min)(known.values()), form)
    return {place for place, value in known.items() if format(value, form) == best}


def _shown(value: float, form: str) -> str:
    return format(value, form).replace("-", "\N{MINUS SIGN}")
