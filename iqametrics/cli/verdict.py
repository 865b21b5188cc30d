"""What ``iqametrics score`` says on stderr when it is done, and with which code it ends."""

from collections.abc import Iterable, Iterator, Sequence

import click

from iqametrics.cli.bounds import Bound
from iqametrics.cli.choices import Choice
from iqametrics.cli.exits import ExitCode, print_error
from iqametrics.cli.output import shown, unit_of
from iqametrics.naming import label
from iqametrics.scoring.results import Result

#: Lines about one kind of trouble; what is wrong with thousands of files is told by their first ones.
MOST_LINES = 20


def report(results: Sequence[Result], choices: Sequence[Choice], limits: Sequence[Bound]) -> ExitCode:
    """Say what could not be scored and what is worse than allowed.

    A metric that only came along with ``all`` and finds the images too small is no failure, unless its score must reach a
    bound.
    """
    bound = frozenset[str]().union(*(limit.labels for limit in limits))
    needed = [choice.named or label(choice.metric) in bound for choice in choices]
    many, unit = len(results) > 1, unit_of(result.pair for result in results)
    for line in _lines(_optional_errors(results, needed), many):
        click.echo(f"Note: {line}", err=True)
    failures = list(_failures(results, needed))
    for line in _lines(failures, many):
        print_error(line)
    broken = [(result, text) for result in results for limit in limits for text in limit.broken_by(result)]
    for line in _lines(broken, many):
        print_error(line)
    if many and failures:
        print_error(f"{_count(failures)} of {len(results)} {unit} could not be scored")
    if many and broken:
        print_error(f"{_count(broken)} of {len(results)} {unit} are worse than --fail-under allows")
    return ExitCode.NOT_SCORED if failures else ExitCode.TOO_BAD if broken else ExitCode.DONE


def _failures(results: Iterable[Result], needed: Sequence[bool]) -> Iterator[tuple[Result, str]]:
    for result in results:
        if result.error is not None:
            yield result, result.error
        for score, must in zip(result.scores, needed, strict=False):
            if score.error is not None and must:
                yield result, score.error


def _optional_errors(results: Iterable[Result], needed: Sequence[bool]) -> Iterator[tuple[Result, str]]:
    for result in results:
        for score, must in zip(result.scores, needed, strict=False):
            if score.error is not None and not must:
                yield result, score.error


def _count(troubles: Iterable[tuple[Result, str]]) -> int:
    return len({id(result) for result, _ in troubles})


def _lines(troubles: Iterable[tuple[Result, str]], many: bool) -> Iterator[str]:
    """A line for every trouble, one for all pairs that have the same."""
    pairs: dict[str, list[Result]] = {}
    for result, text in troubles:
        pairs.setdefault(text, []).append(result)
    for text, (first, *others) in list(pairs.items())[:MOST_LINES]:
        known = not many or any(str(file) in text for file in first.pair.files)
        name = "" if known else f"{shown(first.pair.name)}: "
        yield f"{name}{text}{f' (and {len(others)} more {unit_of(each.pair for each in others)})' if others else ''}"
    if len(pairs) > MOST_LINES:
        yield f"{len(pairs) - MOST_LINES} more like these"
