"""Pairs of images from a CSV file."""

import csv
from pathlib import Path

from iqametrics.errors import PairingError
from iqametrics.scoring.pairing import Pair

#: The columns a list must have; others are carried through.
COLUMNS = ("reference", "distorted")


def read_pairs(path: Path) -> list[Pair]:
    """Read pairs from a CSV file with the columns ``reference`` and ``distorted``.

    Parameters
    ----------
    path : Path
        The file, in UTF-8, its first line the names of the columns. Paths in it are seen from its folder. The columns beside
        the two are carried through as text.

    Returns
    -------
    list of Pair
        In the order of the lines.

    Raises
    ------
    PairingError
        The file can't be read, a column is missing or there twice, or a line has too few or too many fields.
    """
    try:
        # Paths are bytes to many systems: those that are no UTF-8 go through unharmed.
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = csv.reader(file, strict=True)
            columns = [column.strip() for column in next(lines, [])]
            _check_columns(path, columns)
            pairs = [_pair(path, columns, fields, lines.line_num) for fields in lines if any(fields)]
    except csv.Error as error:
        raise PairingError(f"{path}, line {lines.line_num}: no CSV ({error})") from error
    except OSError as error:
        raise PairingError(f"{path}: can't be read ({error.strerror or error})") from error
    if not pairs:
        raise PairingError(f"{path}: no pairs below the names of its columns")
    return pairs


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        header = ", ".join(repr(column[:40]) for column in columns[:8]) or "nothing"
        raise PairingError(
            f"{path}: no column {' and no column '.join(map(repr, missing))}; its first line, which must name the columns "
            f"with commas between them, has {header}"
        )
    double = {column for column in columns if columns.count(column) > 1}
    if double:
        raise PairingError(f"{path}: two columns are called {' and '.join(map(repr, sorted(double)))}; rename one")


def _pair(path: Path, columns: list[str], fields: list[str], line: int) -> Pair:
    if len(fields) != len(columns):
        raise PairingError(f"{path}, line {line}: {len(fields)} fields, but {len(columns)} columns have names")
    values = dict(zip(columns, fields, strict=True))
    reference, distorted = (values.pop(column).strip() for column in COLUMNS)
    if not reference or not distorted:
        raise PairingError(f"{path}, line {line}: the {'distorted' if reference else 'reference'} image has no path")
    return Pair(reference, distorted, path.parent, distorted, values)
