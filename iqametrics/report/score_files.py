"""Scores of many pairs as a file: a table, or JSON."""

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from iqametrics.errors import DependencyError, OptionError
from iqametrics.naming import label
from iqametrics.report.atomic import replacing
from iqametrics.report.strict_json import dumps
from iqametrics.scoring.results import Result, provenance_of
from iqametrics.version import __version__

if TYPE_CHECKING:
    from iqametrics.front import Metric


def document(results: Iterable[Result]) -> dict[str, Any]:
    """The results as one JSON value, with the version that computed them."""
    return {"iqametrics": __version__, "pairs": [result.as_json() for result in results]}


def check_score_file(path: Path, metrics: "Sequence[Metric]", extra: Sequence[str] = ()) -> None:
    """Refuse, before any work is done, what :func:`write_scores` could not write; make its folder.

    Raises
    ------
    OptionError
        The suffix is unknown, or something that is carried along would be taken for a score.
    DependencyError
        A package is missing.
    """
    if path.suffix.lower() not in _FORMATS:
        raise OptionError(f"{path}: the name of the output must end in {', '.join(_FORMATS)}")
    if path.suffix.lower() == ".parquet" and find_spec("pyarrow") is None:
        raise DependencyError('a Parquet file needs pyarrow: pip install "iqametrics[parquet]"')
    taken = {"reference", "distorted", "error", *map(label, metrics)} & set(extra)
    if taken and path.suffix.lower() in (".csv", ".parquet"):
        raise OptionError(
            f"the pairs have a column {' and a column '.join(map(repr, sorted(taken)))}, which the output needs for itself; "
            "rename it, or write .json"
        )
    path.parent.mkdir(parents=True, exist_ok=True)


def write_scores(path: Path, results: Iterable[Result], metrics: "Sequence[Metric]", extra: Sequence[str] = ()) -> None:
    """Write results to a file, which appears under its name when all of them are in it.

    Parameters
    ----------
    path : Path
        Its suffix decides: ``.csv`` and ``.parquet``, a row per pair and a column per metric; ``.json``, one document;
        ``.jsonl``, an object per line and pair.
    results : iterable of Result
        The rows.
    metrics : sequence of Metric
        The metrics of the results.
    extra : sequence of str
        Names of what the pairs carry along.

    Raises
    ------
    OptionError, DependencyError
        As :func:`check_score_file`.
    """
    check_score_file(path, metrics, extra)
    with replacing(path) as unfinished:
        _FORMATS[path.suffix.lower()](unfinished, results, metrics, extra)
        # What it was made from is removed afterwards, so it must outlive a loss of power.
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())


def _text(path: Path) -> TextIO:
    # Paths are bytes to many systems: those that are no UTF-8 go through unharmed.
    return path.open("w", newline="", encoding="utf-8", errors="surrogateescape")


def _csv(path: Path, results: Iterable[Result], metrics: "Sequence[Metric]", extra: Sequence[str]) -> None:
    with _text(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["reference", "distorted", *extra, *map(label, metrics), "error"])
        for result in results:
            values = ["" if value is None else repr(value) for value in _values(result, metrics)]
            carried = [result.pair.extra.get(name, "") for name in extra]
            rows.writerow([result.pair.reference, result.pair.distorted, *carried, *values, _error(result)])


def _json(path: Path, results: Iterable[Result], metrics: "Sequence[Metric]", extra: Sequence[str]) -> None:
    with _text(path) as file:
        file.write(dumps(document(results), indent=2) + "\n")


def _jsonl(path: Path, results: Iterable[Result], metrics: "Sequence[Metric]", extra: Sequence[str]) -> None:
    with _text(path) as file:
        file.writelines(dumps(result.as_json()) + "\n" for result in results)


def _parquet(path: Path, results: Iterable[Result], metrics: "Sequence[Metric]", extra: Sequence[str]) -> None:
    """Scores as doubles, null where there are none; the version and the provenance are in the schema's metadata."""
    import pyarrow as pa
    from pyarrow import parquet

    found = list(results)
    values = zip(*(_values(result, metrics) for result in found), strict=True) if found else [[] for _ in metrics]
    text, double = pa.string(), pa.float64()
    columns = {
        "reference": pa.array([_utf8(result.pair.reference) for result in found], text),
        "distorted": pa.array([_utf8(result.pair.distorted) for result in found], text),
        **{name: _carried(pa, [result.pair.extra.get(name) for result in found]) for name in extra},
        **{label(metric): pa.array(column, double) for metric, column in zip(metrics, values, strict=True)},
        "error": pa.array([_utf8(_error(result)) or None for result in found], text),
    }
    provenance = dict(zip(map(label, metrics), provenance_of(found, metrics), strict=True))
    metadata = {"iqametrics": dumps({"version": __version__, "scores": provenance})}
    parquet.write_table(pa.table(columns).replace_schema_metadata(metadata), path)


def _carried(pa: Any, values: list[Any]) -> Any:
    """A column as numbers if its values are, otherwise as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pa.array(values, pa.int64())
    if kinds and kinds <= {int, float}:
        return pa.array(values, pa.float64())
    return pa.array([None if value is None else _utf8(str(value)) for value in values], pa.string())


def _utf8(text: str | None) -> str | None:
    """A text without the bytes of names that are no UTF-8, which Parquet can't hold; they are spelled out."""
    return text and text.encode("utf-8", "backslashreplace").decode()


def _values(result: Result, metrics: "Sequence[Metric]") -> list[float | None]:
    return [score.value for score in result.scores] or [None] * len(metrics)


def _error(result: Result) -> str:
    return "; ".join(filter(None, [result.error, *(score.error for score in result.scores)]))


_FORMATS: dict[str, Callable[[Path, Iterable[Result], "Sequence[Metric]", Sequence[str]], None]] = {
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
}
