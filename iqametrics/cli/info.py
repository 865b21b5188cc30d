"""``iqametrics info``: all that the record of a metric says."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from iqametrics.cli.choices import complete_name
from iqametrics.cli.imports import import_option
from iqametrics.cli.output import section

if TYPE_CHECKING:
    from iqametrics.front import Metric


@click.command("info", short_help="Tell all about one metric.")
@click.argument("name", shell_complete=complete_name)
@import_option
def info_command(name: str) -> None:
    """Tell all about one metric: range, conventions, options, citation."""
    from iqametrics import registry

    metric = registry.metric(name)
    click.echo(f"{click.style(metric.name, bold=True)}: {metric.title}")
    section("", _facts(metric))
    section("Conventions, the default first", _recipes(metric))
    section(
        "Options", ((f"{key}={option.default}", option.text.replace("`", "")) for key, option in metric.options.items())
    )
    section("Citation", [("", str(metric.citation))])


def _facts(metric: "Metric") -> Iterator[tuple[str, str]]:
    from iqametrics.record import COLORS

    yield "task", {"fr": "full-reference", "rr": "reduced-reference", "nr": "no-reference"}[metric.task]
    yield "better", metric.better
    yield "range", "{:g} to {:g}".format(*metric.range)
    if len(metric.images) > 1:
        yield "identical", "depends on the image" if metric.identity is None else f"{metric.identity:g}"
    yield "min side", _pixels(metric.min_size)
    yield "color", f"{metric.color} ({COLORS[metric.color]})"
    if metric.needs_weights:
        yield "needs", "weights, which are no part of the package"
    if metric.aliases:
        yield "aliases", ", ".join(metric.aliases)


def _recipes(metric: "Metric") -> Iterator[tuple[str, str]]:
    for name, convention in metric.conventions.items():
        smallest = metric.with_options(convention=name).min_size
        yield name, convention.recipe + (f"; min side {_pixels(smallest)}" if smallest != metric.min_size else "")


def _pixels(count: int) -> str:
    return f"{count} pixel{'s' * (count != 1)}"
