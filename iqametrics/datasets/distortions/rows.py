"""The manifest of a folder of distorted images: a row for each, and what is known of them after a run was cut short."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TextIO

from iqametrics.datasets.distortions.record import Value
from iqametrics.errors import DatasetError
from iqametrics.report.atomic import replacing

MANIFEST = "manifest.csv"
#: Rows of a run that is not at its end; hidden, so that nobody takes it for the manifest.
_UNFINISHED = ".manifest.unfinished.csv"


class Row(NamedTuple):
    """A distorted image. Paths are seen from the manifest's folder, with forward slashes."""

    distorted: str
    reference: str
    type: str
    level: str
    preset: str
    parameters: str
    seed: str
    distorted_sha256: str
    reference_sha256: str
    iqametrics: str

    @property
    def made_from(self) -> tuple[str, ...]:
        """All that decides its pixels."""
        return self.type, self.level, self.preset, self.seed, self.reference_sha256, self.iqametrics


def parameter_text(parameters: Mapping[str, Value]) -> str:
    """Parameters in a cell, numbers in full precision."""
    return "; ".join(f"{name}={value}" for name, value in parameters.items())


def read_rows(folder: Path) -> dict[str, Row]:
    """Return the rows of a folder's manifest, and of a run that was cut short, by the paths of the distorted images.

    Raises
    ------
    DatasetError
        What is there is no manifest of distorted images.
    """
    return {row.distorted: row for row in [*_read(folder / MANIFEST), *_read(folder / _UNFINISHED)]}


def _read(path: Path) -> Iterator[Row]:
    if not path.exists():
        return
    # Paths are bytes to many systems: those that are no UTF-8 go through unharmed.
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        lines = csv.reader(line.replace("\0", "") for line in file)  # which a disk may leave where it lost power
        if tuple(next(lines, ())) != Row._fields:
            raise DatasetError(f"{path} is no manifest of distorted images; move it, or write to another folder")
        yield from (Row(*line) for line in lines if len(line) == len(Row._fields))


class Ledger:
    """Takes the rows of a run as they come, from several threads; see :func:`opened`."""

    def __init__(self, file: TextIO) -> None:
        self._lock = Lock()
        self._file = file
        self._writer = csv.writer(file, lineterminator="\n")

    def add(self, row: Row) -> None:
        """Write a row down, so that it outlives this process."""
        with self._lock:
            self._writer.writerow(row)
            self._file.flush()


@contextmanager
def opened(folder: Path, known: Iterable[Row]) -> Iterator[Ledger]:
    """Write down rows one by one beside a folder's manifest.

    Parameters
    ----------
    folder : Path
        Where the manifest is, or is to be.
    known : iterable of Row
        What :func:`read_rows` found: a row that was cut off is not among them, and goes.
    """
    path = folder / _UNFINISHED
    _write(path, known)
    with path.open("a", newline="", encoding="utf-8", errors="surrogateescape") as file:
        yield Ledger(file)


def write_manifest(folder: Path, rows: Iterable[Row]) -> Path:
    """Write a folder's manifest, whole or not at all, and forget the unfinished one."""
    path = folder / MANIFEST
    _write(path, rows)
    (folder / _UNFINISHED).unlink(missing_ok=True)
    return path


def _write(path: Path, rows: Iterable[Row]) -> None:
    with (
        replacing(path) as unfinished,
        unfinished.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(rows)
