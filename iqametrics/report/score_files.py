"""Scores of many pairs as a file: a table, or JSON."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from iqametrics import __version__
from iqametrics.errors import OptionError
from iqametrics.report.atomic import replacing
from iqametrics.report.strict_json import dumps
from iqametrics.scoring.results import Result, label

if TYPE_CHECKING:
    from iqametrics.record import Metric

Write = Callable[[Result], None]


def document(results: Iterable[Result]) -> dict[str, Any]:
    """The results as one JSON value, with the version that computed them."""
    return {"iqametrics": __version__, "pairs": [result.as_json() for result in results]}


@contextmanager
def score_file(path: Path, metrics: "Sequence[Metric]", extra: Sequence[str] = ()) -> Iterator[Write]:
    """Write results to a file, which appears under its name when all of them are in it.

    Parameters
    ----------
    path : Path
        Its suffix decides: ``.csv``, a row per pair and a column per metric; ``.json``, one document; ``.jsonl``, an object
        per line and pair.
    metrics : sequence of Metric
        The metrics of the results.
    extra : sequence of str
        Names of what the pairs carry along.

    Yields
    ------
    callable
        Takes the results one by one.

    Raises
    ------
    OptionError
        The suffix is another, or something that is carried along would be taken for a score.
    """
    if path.suffix.lower() not in _FORMATS:
        raise OptionError(f"{path}: the name of the output must end in {', '.join(_FORMATS)}")
    begin = _FORMATS[path.suffix.lower()]
    with (
        replacing(path) as unfinished,
        # Paths are bytes to many systems: those that are no UTF-8 go through unharmed.
        unfinished.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
        begin(file, metrics, extra) as write,
    ):
        yield write


@contextmanager
def _csv(file: TextIO, metrics: "Sequence[Metric]", extra: Sequence[str]) -> Iterator[Write]:
    labels = [label(metric) for metric in metrics]
    taken = {"reference", "distorted", "error", *labels} & set(extra)
    if taken:
        raise OptionError(
            f"the pairs have a column {' and a column '.join(map(repr, sorted(taken)))}, which the output needs for itself; "
            "rename it, or write .json"
        )
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["reference", "distorted", *extra, *labels, "error"])

    def write(result: Result) -> None:
        values = ["" if score.value is None else repr(score.value) for score in result.scores] or [""] * len(labels)
        errors = [result.error, *(score.error for score in result.scores)]
        pair = result.pair
        carried = [pair.extra.get(name, "") for name in extra]
        rows.writerow([pair.reference, pair.distorted, *carried, *values, "; ".join(filter(None, errors))])

    yield write


@contextmanager
def _json(file: TextIO, metrics: "Sequence[Metric]", extra: Sequence[str]) -> Iterator[Write]:
    results: list[Result] = []
    yield results.append
    file.write(dumps(document(results), indent=2) + "\n")


@contextmanager
def _jsonl(file: TextIO, metrics: "Sequence[Metric]", extra: Sequence[str]) -> Iterator[Write]:
    yield lambda result: print(dumps(result.as_json()), file=file)


_FORMATS = {".csv": _csv, ".json": _json, ".jsonl": _jsonl}
