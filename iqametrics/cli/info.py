"""``iqametrics info``: all that the record of a metric says."""

import shutil
from collections.abc import Iterator
from textwrap import fill
from typing import TYPE_CHECKING

import click

from iqametrics.cli.output import direction

if TYPE_CHECKING:
    from iqametrics.record import Metric

#: Longer lines are hard to read, however wide the terminal.
_WIDEST = 100


@click.command("info")
@click.argument("name")
def info_command(name: str) -> None:
    """Tell all about one metric: range, conventions, options, citation."""
    from iqametrics import registry

    metric = registry.metric(name)
    click.echo(f"{click.style(metric.name, bold=True)}: {metric.title}")
    _section("", _facts(metric))
    _section("Conventions, the default first", ((key, recipe) for key, recipe in _recipes(metric)))
    _section(
        "Options", ((f"{key}={option.default}", option.text.replace("`", "")) for key, option in metric.options.items())
    )
    _section("Citation", [("", str(metric.citation))])


def _facts(metric: "Metric") -> Iterator[tuple[str, str]]:
    from iqametrics.inputs import COLORS

    yield "task", {"fr": "full-reference"}.get(metric.task, metric.task)
    yield "better", direction(metric.higher_is_better)
    yield "range", "{:g} to {:g}".format(*metric.range)
    yield "identical", f"{metric.identity:g}"
    yield "min side", _pixels(metric.min_size)
    yield "color", f"{metric.color} ({COLORS[metric.color]})"
    if metric.aliases:
        yield "aliases", ", ".join(metric.aliases)


def _recipes(metric: "Metric") -> Iterator[tuple[str, str]]:
    for name, convention in metric.conventions.items():
        smallest = metric.with_options(convention=name).min_size
        yield name, convention.recipe + (f"; min side {_pixels(smallest)}" if smallest != metric.min_size else "")


def _pixels(count: int) -> str:
    return f"{count} pixel{'s' * (count != 1)}"


def _section(title: str, entries: "Iterator[tuple[str, str]] | list[tuple[str, str]]") -> None:
    """Print terms with what they mean, one below the other."""
    entries = list(entries)
    if not entries:
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST) - 1
    indent = max(len(term) for term, _ in entries) + (4 if entries[0][0] else 2)
    click.echo(f"\n{click.style(title, bold=True)}" if title else "")
    for term, text in entries:
        click.echo(fill(text, width, initial_indent=f"  {term}".ljust(indent), subsequent_indent=" " * indent))
