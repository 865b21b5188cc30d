"""``iqametrics list``: the metrics there are."""

from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.imports import import_option
from iqametrics.cli.output import print_json, print_table

if TYPE_CHECKING:
    from iqametrics.front import Metric


@click.command("list")
@click.option("--task", metavar="TASK", help="Only metrics of this task: fr, full-reference, or nr, no-reference.")
@click.option("--weights", is_flag=True, expose_value=False, hidden=True)  # all are listed since; scripts may say it
@import_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the conventions and options of each.")
def list_command(task: str | None, as_json: bool) -> None:
    """List the metrics, and which of them need weights that are no part of the package."""
    from iqametrics import registry

    found = [registry.metric(name) for name in registry.metrics(task, weights=True)]
    if as_json:
        print_json([_record(metric) for metric in found])
        return
    print_table(
        ["name", "title", "better", "range", "needs", ">min px"],
        (
            [
                metric.name,
                metric.title,
                metric.better,
                "{:g} to {:g}".format(*metric.range),
                "weights" if metric.needs_weights else "",
                f"{metric.min_size}",
            ]
            for metric in found
        ),
    )


def _record(metric: "Metric") -> dict[str, Any]:
    return {
        "name": metric.name,
        "title": metric.title,
        "task": metric.task,
        "aliases": metric.aliases,
        "higher_is_better": metric.higher_is_better,
        "range": metric.range,
        "identity": metric.identity,
        "min_size": metric.min_size,
        "needs_weights": metric.needs_weights,
        "color": metric.color,
        "conventions": {
            name: {"recipe": convention.recipe, "min_size": metric.with_options(convention=name).min_size}
            for name, convention in metric.conventions.items()
        },
        "options": {
            name: {"default": option.default, "kind": option.kind, "text": option.text}
            for name, option in metric.options.items()
        },
        "citation": str(metric.citation),
    }
