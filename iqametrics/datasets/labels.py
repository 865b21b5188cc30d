"""Label files: found, checked against their digest, and read."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from iqametrics import file_content
from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Entries = TypeVar("Entries", "np.ndarray", list[str])


def label_files(
    tree: Tree,
    card: Card,
    findings: Findings,
    needed: Sequence[str | tuple[str, ...]],
    optional: Sequence[str] = (),
) -> dict[str, Path]:
    """Return the paths of a set's label files by the names asked for.

    Parameters
    ----------
    needed : sequence of str or tuple of str
        Files that must be there; of a tuple any one will do, the first that exists is taken.
    optional : sequence of str
        Files that are taken along where they exist.

    Raises
    ------
    DatasetError
        Lists every needed file that is missing and every file whose sha256 is not one the card names.
    """
    found: dict[str, Path] = {}
    absent: list[str] = []
    for need in [*needed, *optional]:
        alternatives = (need,) if isinstance(need, str) else need
        hits = {name: hit for name in alternatives if (hit := tree.find(name)) is not None}
        if hits:
            name, hit = next(iter(hits.items()))
            found[name] = tree.path(hit)
            _check_digest(found[name], card.sha256.get(name, ()), findings)
        elif need in optional:
            continue
        else:
            absent.append(" or ".join(alternatives))
    findings.missing("label files", absent)
    advice = ""
    if absent and card.table is not None:
        advice = 'The scores also come with this package: load them with labels="manifest" (--labels manifest).'
    findings.raise_if_any(advice)
    return found


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file of a data set, in hexadecimal."""
    try:
        return file_content.sha256_of(path)
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error}") from error


def mat_vector(path: Path, name: str, length: int | None = None) -> "np.ndarray":
    """Return the numeric array ``name`` of a MATLAB file as a float64 vector, of the given length."""
    import numpy as np

    try:
        values = np.asarray(_mat_array(path, name), dtype=np.float64).ravel()
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{path}: the array {name!r} is not numeric ({error}).") from error
    return _of_length(values, path, name, length)


def mat_strings(path: Path, name: str, length: int | None = None) -> list[str]:
    """Return the cell array ``name`` of a MATLAB file as strings, of the given length."""
    cells = _mat_array(path, name).ravel()
    return _of_length([cell_text(cell, f"{path}, {name!r}") for cell in cells], path, name, length)


def cell_text(cell: Any, where: str) -> str:
    """Return the text of a spreadsheet or MATLAB cell; a whole number has no decimal point ("1600")."""
    content = cell
    while getattr(content, "size", 0) == 1 and content.shape:
        content = content.ravel()[0]
    if isinstance(content, str):
        return content.strip()
    try:
        number = float(content)
    except (TypeError, ValueError):
        raise DatasetError(f"{where}: a cell holds {cell!r} where one name was expected.") from None
    return str(int(number)) if number.is_integer() else str(number)


def read_csv(path: Path, columns: Sequence[str]) -> "pd.DataFrame":
    """Read a CSV label file as text and check that it has the columns a reader needs."""
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DatasetError(f"{path} is not a CSV file that can be read: {error}") from error
    absent = [column for column in columns if column not in table]
    if absent:
        raise DatasetError(f"{path} has no column {', '.join(absent)}; it has: {', '.join(map(str, table.columns))}.")
    return table


def read_words(path: Path, words: int) -> list[tuple[int, list[str]]]:
    """Return the lines of a text file as (line number, words); a line with another number of words fails.

    Blank lines are left out; one of LIVE's files ends each line in two carriage returns.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} can't be read as text: {error}") from error
    lines = [(number, line.split()) for number, line in enumerate(text.split("\n"), start=1)]
    lines = [(number, line) for number, line in lines if line]
    for number, line in lines:
        if len(line) != words:
            raise DatasetError(f"{path}, line {number}: {len(line)} words where {words} belong: {' '.join(line)!r}.")
    return lines


def numbers(texts: Iterable[Any], where: str, decimal_comma: bool = False) -> list[float]:
    """Turn texts into floats; the error names the row. Empty texts are NaN."""
    values: list[float] = []
    for row, text in enumerate(texts, start=1):
        plain = str(text).strip()
        if decimal_comma and plain.count(",") == 1 and "." not in plain:
            plain = plain.replace(",", ".")
        try:
            values.append(float(plain) if plain else float("nan"))
        except ValueError:
            raise DatasetError(f"{where}, row {row}: {text!r} is not a number.") from None
    return values


def whole_numbers(texts: Iterable[Any], where: str) -> list[int]:
    """Turn texts into integers; the error names the row."""
    values = numbers(texts, where)
    for row, value in enumerate(values, start=1):
        if not value.is_integer():
            raise DatasetError(f"{where}, row {row}: {value:g} is not a whole number.")
    return [int(value) for value in values]


def _check_digest(path: Path, accepted: tuple[str, ...], findings: Findings) -> None:
    if not accepted:
        return
    digest = sha256_of(path)
    if digest not in accepted:
        findings.fault(
            f"{os.path.relpath(path, findings.root)} has sha256 {digest}, not {' or '.join(accepted)}: "
            "it is damaged, edited or another release; get it again from the owners"
        )


def _mat_array(path: Path, name: str) -> "np.ndarray":
    import numpy as np
    from scipy.io import loadmat

    try:
        contents = loadmat(path, variable_names=[name])
    except Exception as error:  # damaged bytes make scipy raise nearly anything; all of it means the same
        raise DatasetError(f"{path} is not a MATLAB file that can be read: {error}") from error
    if name not in contents:
        raise DatasetError(f"{path} has no array {name!r}: it is not the owners' file.")
    return np.asarray(contents[name])


def _of_length(values: Entries, path: Path, name: str, length: int | None) -> Entries:
    if length is not None and len(values) != length:
        raise DatasetError(f"{path}: {name!r} has {len(values)} entries, expected {length}.")
    return values
