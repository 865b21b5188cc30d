"""Rows of a matrix on disk, written as they come: a kill loses the row in flight, and damage is noticed."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from iqametrics.errors import DatasetError
from iqametrics.report.atomic import replacing, write_text
from iqametrics.report.strict_json import dumps

_MATRIX, _JOURNAL, _CARD = "scores.npy", "rows.jsonl", "matrix.json"

Row = npt.NDArray[np.float32]


class RowStore:
    """A matrix of float32 in a folder of its own: ``scores.npy``, and a line with a checksum per finished row.

    Parameters
    ----------
    folder : Path
        Parent of the matrix's folder, whose name is a digest of `card`: another question has another folder.
    card : Mapping
        All that the rows depend on; written beside them as ``matrix.json``.
    shape : tuple of int
        Rows and columns.

    Notes
    -----
    A row is in the matrix before its line is in the journal. Rows whose checksum is not that of their line, such as
    those of a machine that lost its power, count as missing.
    """

    def __init__(self, folder: Path, card: Mapping[str, Any], shape: tuple[int, int]) -> None:
        text = dumps({**card, "shape": shape}, indent=1) + "\n"
        self.folder = folder / sha256(text.encode()).hexdigest()[:16]
        self._journal = self.folder / _JOURNAL
        matrix = self.folder / _MATRIX
        if not matrix.exists():
            self._journal.unlink(missing_ok=True)  # lines without a matrix say nothing
            with replacing(matrix) as unfinished:
                np.lib.format.open_memmap(unfinished, "w+", np.float32, shape).flush()
            write_text(self.folder / _CARD, text)
        try:
            self._matrix = np.lib.format.open_memmap(matrix, "r+")
        except (OSError, ValueError) as error:
            raise DatasetError(
                f"{matrix} is damaged ({error}); remove {self.folder} to score the images again"
            ) from error
        if self._matrix.shape != shape or self._matrix.dtype != np.float32:
            raise DatasetError(
                f"{matrix} is no matrix of float32 {shape} any more; remove {self.folder} to score the images again"
            )
        self._done = self._verified()

    def missing(self) -> list[int]:
        """Numbers of the rows that are yet to be computed."""
        return [row for row in range(len(self._matrix)) if row not in self._done]

    def write(self, row: int, values: Row) -> None:
        """Store a finished row."""
        self._matrix[row] = values
        self._matrix.flush()
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"row": row, "sha256": _checksum(self._matrix[row])}) + "\n")
        self._done.add(row)

    def matrix(self) -> Row:
        """The whole matrix in memory."""
        return np.array(self._matrix)

    def _verified(self) -> set[int]:
        """Rows whose last line in the journal has their checksum."""
        if not self._journal.exists():
            return set()
        known: dict[int, str] = {}
        lines = self._journal.read_text(encoding="utf-8", errors="replace").splitlines()
        for line in lines:
            try:
                entry = json.loads(line)
                known[int(entry["row"])] = str(entry["sha256"])
            except (ValueError, KeyError, TypeError):
                continue  # a line that a kill cut short
        if lines and not self._journal.read_bytes().endswith(b"\n"):
            with self._journal.open("a", encoding="utf-8") as file:
                file.write("\n")
        rows = len(self._matrix)
        return {row for row, digest in known.items() if 0 <= row < rows and _checksum(self._matrix[row]) == digest}


def _checksum(row: Row) -> str:
    return sha256(np.ascontiguousarray(row).tobytes()).hexdigest()
