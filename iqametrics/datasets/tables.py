"""Manifest tables: the CSV files that name a set's images and carry their scores."""

import io
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.labels import numbers
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

ALIASES = {"ref": "reference", "dist": "distorted"}
"""Short column names that manifests of one's own may use."""

SCORE_COLUMNS = ("mos", "dmos", "score")
"""Where a manifest may keep its scores when its card doesn't say."""


def read_table(card: Card) -> "pd.DataFrame":
    """Read the CSV of a card into the columns that every loaded table has.

    Needed are ``distorted`` and the scores; ``reference``, ``type``, ``level`` and ``std`` are filled with
    missing values where the CSV has none. The column that the card names as its scores becomes ``mos`` or
    ``dmos``; scores of the set's other variants are left out.

    Parameters
    ----------
    card : Card
        ``card.table`` must be set.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    DatasetError
        A column is missing, ambiguous or not numeric; the message names it.
    """
    import pandas as pd

    if card.table is None:
        raise DatasetError(f"No manifest of {card.title} comes with this package: load it from its own files.")
    raw = _read_text_table(card.table).rename(columns=ALIASES)
    scores, spread = _score_columns(card, list(raw.columns))
    where = card.table.name
    if "distorted" not in raw:
        raise DatasetError(f"{where} has no column 'distorted' (or 'dist'); it has: {', '.join(raw.columns)}.")
    table = pd.DataFrame(
        {
            "reference": _texts(raw, "reference"),
            "distorted": raw["distorted"].str.strip(),
            "type": _texts(raw, "type"),
            "level": _levels(raw, where),
            card.score: numbers(raw[scores], f"{where}, column {scores}"),
            "std": numbers(raw[spread], f"{where}, column {spread}") if spread else float("nan"),
        }
    )
    used = {*table.columns, scores, spread}
    return table.assign(**{name: _extra(raw[name]) for name in raw if _is_extra(name, used)})


def ordered(table: "pd.DataFrame", card: Card) -> "pd.DataFrame":
    """Give a reader's table the columns, order and types of :func:`read_table`, filling in missing values."""
    common = ["reference", "distorted", "type", "level", card.score, "std"]
    table = table.reindex(columns=common + [name for name in table if name not in common])
    texts = dict.fromkeys(("reference", "distorted", "type"), "string")
    return table.astype({"level": "Int64", card.score: "float64", "std": "float64"} | texts)


def reference_count(table: "pd.DataFrame") -> int:
    """Return how many references a table names."""
    return int(table["reference"].str.casefold().nunique())


def to_csv(table: "pd.DataFrame") -> str:
    """Return a table as CSV text that :func:`read_table` reads back without loss."""
    return str(table.to_csv(index=False, lineterminator="\n"))


def _read_text_table(file: Traversable | Path) -> "pd.DataFrame":
    import pandas as pd

    try:
        text = file.read_text(encoding="utf-8-sig")
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DatasetError(f"The manifest {file} can't be read: {error}") from error


def _score_columns(card: Card, columns: list[str]) -> tuple[str, str]:
    found = [card.score_column] if card.score_column else [name for name in SCORE_COLUMNS if name in columns]
    if len(found) != 1 or found[0] not in columns:
        raise DatasetError(
            f"The manifest of {card.title} must have one column of scores, {' or '.join(SCORE_COLUMNS)} "
            f"(or the one its card names as score_column); it has: {', '.join(columns)}."
        )
    contrary = {"mos": "distortion", "dmos": "quality"}.get(found[0])
    if not card.score_column and contrary == card.direction:
        raise DatasetError(
            f"The manifest of {card.title} calls its scores {found[0]!r}, but its direction is "
            f"{card.direction!r}: name the column 'score', or correct the direction."
        )
    spread = card.std_column or ("std" if "std" in columns and not card.score_column else "")
    return found[0], spread


def _texts(raw: "pd.DataFrame", name: str) -> "pd.Series":
    import pandas as pd

    if name not in raw:
        return pd.Series(pd.NA, index=raw.index, dtype="string")
    texts = raw[name].str.strip().astype("string")
    return texts.mask(texts == "")


def _levels(raw: "pd.DataFrame", where: str) -> "pd.Series":
    import pandas as pd

    values = numbers(raw["level"], f"{where}, column level") if "level" in raw else float("nan")
    try:
        return pd.Series(values, index=raw.index, dtype="float64").astype("Int64")
    except TypeError:
        raise DatasetError(f"{where}: levels must be whole numbers.") from None


def _is_extra(name: str, used: set[str]) -> bool:
    return name not in used and not name.startswith(("mos", "dmos"))


def _extra(texts: "pd.Series") -> "pd.Series":
    """Return a column as booleans or numbers where all of it is, else as it stands."""
    import pandas as pd

    if set(texts) <= {"True", "False"}:
        return texts == "True"
    values = pd.to_numeric(texts.mask(texts == ""), errors="coerce")
    return values if values.notna().sum() == (texts != "").sum() else texts
