"""How the scores of one pair, and of many, look as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from iqametrics.cli.output import console, print_table, shorten, shown, unit_of
from iqametrics.naming import label
from iqametrics.scoring.results import Result

if TYPE_CHECKING:
    from iqametrics.front import Metric

#: Columns of a terminal that a file's name needs to be told from others.
_NARROWEST_NAME = 20
#: Columns between two columns of a table.
_GAP = 2


def print_pair(result: Result) -> None:
    """Print the scores of one pair, a line per metric."""
    if result.image is None:
        return
    rows = []
    for score in result.scores:
        recipe = score.metric.recipe()
        better = score.metric.better
        rows.append([score.metric.name, _number(score.value, 6), better, recipe.convention, recipe.color])
    kind, reference = {1: "grey", 3: "colour"}[result.image["channels"]], result.pair.reference
    print_table(
        ["metric", ">score", "better", "convention", "color"],
        rows,
        shown(result.pair.distorted)
        + (f" against {shown(reference)}" if reference is not None else "")
        + "\n{width} pixels wide, {height} high, {kind}, {dtype}\n".format(kind=kind, **result.image),
    )


def print_pairs(results: Sequence[Result], metrics: "Sequence[Metric]") -> None:
    """Print a line per pair and a column per metric; a line per score where a terminal is too narrow for that.

    In a pipe nothing is folded or cut, and what went wrong stands in a last column.
    """
    out = console()
    labels = [label(metric) for metric in metrics]
    first = "image" if unit_of(result.pair for result in results) == "images" else "distorted"
    if not out.is_terminal:
        errors = [_errors(result) for result in results]
        rows = [[shown(result.pair.name), *_numbers(result, labels, 6)] for result in results]
        if any(errors):
            rows = [[*row, error] for row, error in zip(rows, errors, strict=True)]
            labels_and_error = [*(f">{each}" for each in labels), "error"]
        else:
            labels_and_error = [f">{each}" for each in labels]
        print_table([first, *labels_and_error], rows)
        return
    cells = [_numbers(result, labels, 4) for result in results]
    widths = [max(map(len, column)) + _GAP for column in zip(labels, *cells, strict=True)]
    room = out.width - sum(widths)
    if room >= _NARROWEST_NAME:
        names = [shorten(shown(result.pair.name), room) for result in results]
        rows = [[name, *row] for name, row in zip(names, cells, strict=True)]
        print_table([first, *(f">{each}" for each in labels)], rows)
    else:
        print_table([first, "metric", ">score"], _lines(results, labels, cells, out.width))


def print_summary(results: Sequence[Result], metrics: "Sequence[Metric]") -> None:
    """Print what the scores come to: mean and worst of every metric, and where it is worst."""
    rows = []
    for place, metric in enumerate(metrics):
        found = [(result.scores[place].value, result.pair.name) for result in results if result.scores]
        scores = [(value, name) for value, name in found if value is not None]
        if scores:
            worst, name = max(scores, key=lambda found: metric.badness(found[0]))
            mean = sum(value for value, _ in scores) / len(scores)
            better = metric.better
            rows.append([label(metric), better, str(len(scores)), _number(mean, 4), _number(worst, 4), shown(name)])
    unit = unit_of(result.pair for result in results)
    headings = ["metric", "better", unit, "mean", "worst", "worst in"]
    out = console()
    if out.is_terminal and rows:
        widths = [max(map(len, column)) + _GAP for column in zip(headings, *rows, strict=True)][:-1]
        room = max(out.width - sum(widths), _NARROWEST_NAME)
        rows = [[*row, shorten(name, room)] for *row, name in rows]
    if rows:
        print_table([f">{each}" if each in (unit, "mean", "worst") else each for each in headings], rows)


def _lines(results: Sequence[Result], labels: list[str], cells: list[list[str]], width: int) -> Iterator[list[str]]:
    """A line per score, the name of the file on the first of its lines."""
    widest = max(len(cell) for row in cells for cell in row)
    room = max(width - max(map(len, labels)) - widest - 2 * _GAP, _NARROWEST_NAME)
    for result, row in zip(results, cells, strict=True):
        name = shorten(shown(result.pair.name), room)
        for metric, cell in zip(labels, row, strict=True):
            yield [name, metric, cell]
            name = ""


def _numbers(result: Result, labels: list[str], decimals: int) -> list[str]:
    return [_number(score.value, decimals) for score in result.scores] or ["-"] * len(labels)


def _number(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"


def _errors(result: Result) -> str:
    errors = [result.error, *(score.error for score in result.scores)]
    return " ".join("; ".join(filter(None, errors)).split())
