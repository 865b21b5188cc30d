"""D': what classifiers make of every distorted version of every image."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iqametrics.cnn_error.pixels import Pixels
from iqametrics.cnn_error.targets import TARGETS
from iqametrics.errors import DatasetError, OptionError
from iqametrics.report.atomic import replacing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from iqametrics.cnn_error.workers import Worker

_KEY = b"iqametrics.cnn_error"
_FACTS = ("image", "source", "source_sha256", "set", "class", "height", "width", "distortion", "level", "parameters")


@dataclass(frozen=True)
class ErrorDataset:
    """Labels of error for distorted images.

    Attributes
    ----------
    table : pandas.DataFrame
        A row per image, distortion and level: ``image``, ``source``, ``source_sha256``, ``set``, ``class``, ``height``,
        ``width``, ``distortion``, ``level``, ``parameters``; the targets ``error``, ``wrong``, ``cross_entropy`` and
        ``bounded_cross_entropy``, means over the workers; the same of the undistorted image with ``clean_`` before their
        names; and for every worker W ``prediction:W`` and ``cross_entropy:W``, with and without ``clean_``.
    info : dict
        Versions, digests of images and workers, classes, sets, distortions, seed, accuracy without distortion.
    pixels : Pixels or None
        The images; None of a table that was read alone.
    workers : tuple of Worker
        The classifiers; empty of a table that was read alone.
    """

    table: "pd.DataFrame"
    info: Mapping[str, Any]
    pixels: Pixels | None = None
    workers: "Sequence[Worker]" = ()

    def __len__(self) -> int:
        return len(self.table)

    @classmethod
    def read(
        cls, path: str | PathLike[str], pixels: Pixels | None = None, workers: "Sequence[Worker]" = ()
    ) -> "ErrorDataset":
        """Read a table that :func:`make_error_dataset` wrote.

        Without `pixels` it can be looked at and evaluated with scores at hand, but nothing can be learned from it. To have
        them again call :func:`make_error_dataset` as before: a complete table is not computed anew.

        Raises
        ------
        DatasetError
            The file is none of these tables.
        """
        from pyarrow import parquet

        info = read_info(Path(path))
        return cls(parquet.read_table(path).to_pandas(), info, pixels, tuple(workers))

    @staticmethod
    def joined(parts: Sequence[Path]) -> "pd.DataFrame":
        """The rows of some parts."""
        import pandas as pd
        from pyarrow import parquet

        return pd.concat([parquet.read_table(path).to_pandas() for path in parts], ignore_index=True)

    def of_set(self, name: str) -> "ErrorDataset":
        """The rows of a set: ``"metrifier"`` or ``"evaluation"``."""
        rows = self.table[self.table["set"] == name].reset_index(drop=True)
        if rows.empty:
            raise DatasetError(
                f"no image belongs to the set {name!r}; there are {', '.join(self.table['set'].unique())}"
            )
        return ErrorDataset(rows, self.info, self.pixels, self.workers)

    def where(self, rows: "pd.Series") -> "ErrorDataset":
        """Some of the rows, told by booleans."""
        return ErrorDataset(self.table[rows].reset_index(drop=True), self.info, self.pixels, self.workers)

    def images(self) -> "Iterator[tuple[pd.DataFrame, np.ndarray, list[np.ndarray]]]":
        """Every source with its rows, its undistorted image, and the images of its rows.

        Raises
        ------
        DatasetError
            The table was read without its images.
        """
        pixels = self.pixels_or_raise()
        number = {(case.distortion, case.level): place for place, case in enumerate(pixels.plan)}
        for source, rows in self.table.groupby("source", sort=False):
            versions = pixels.of_source(str(source))
            places = [number[each] for each in zip(rows["distortion"], rows["level"], strict=True)]
            yield rows, versions.clean, [versions.distorted[place] for place in places]

    def pixels_or_raise(self) -> Pixels:
        """The images.

        Raises
        ------
        DatasetError
            The table was read without them.
        """
        if self.pixels is None:
            raise DatasetError(
                "this table was read without its images; make_error_dataset, called as before, brings them"
            )
        return self.pixels

    def error_by_level(self, target: str = "wrong") -> "pd.DataFrame":
        """Mean of a target by distortion (rows, in the order of the plan) and level (columns)."""
        if target not in TARGETS:
            raise OptionError(f"target={target!r} is unknown; use one of {', '.join(TARGETS)}")
        means = self.table.groupby(["distortion", "level"], sort=False)[target].mean().unstack("level")
        return means.loc[list(dict.fromkeys(self.table["distortion"]))].sort_index(axis=1)


def write_table(path: Path, columns: Mapping[str, Any], info: Mapping[str, Any]) -> None:
    """Write columns as a Parquet file, which appears when it is whole."""
    import pyarrow as pa
    from pyarrow import parquet

    with replacing(path) as unfinished:
        parquet.write_table(pa.table(dict(columns)).replace_schema_metadata(metadata(info)), unfinished)


def metadata(info: Mapping[str, Any]) -> dict[bytes, bytes]:
    """What a table says of itself, as Parquet keeps it."""
    return {_KEY: json.dumps(info).encode()}


def read_info(path: Path) -> dict[str, Any]:
    """What a table says of itself.

    Raises
    ------
    DatasetError
        The file is missing or none of these tables.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schema = parquet.read_schema(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise DatasetError(f"{path} can't be read as a Parquet file: {error}") from error
    absent = [name for name in (*_FACTS, *TARGETS) if name not in schema.names]
    if absent or _KEY not in (schema.metadata or {}):
        raise DatasetError(f"{path} is no error dataset" + (f": it lacks {', '.join(absent)}" if absent else ""))
    found: dict[str, Any] = json.loads(schema.metadata[_KEY])
    return found
