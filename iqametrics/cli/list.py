"""``iqametrics list``: the metrics there are."""

from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.imports import import_option
from iqametrics.cli.output import print_json, print_table

if TYPE_CHECKING:
    from iqametrics.front import Metric


@click.command("list")
@click.option("--task", metavar="TASK", help="Only metrics of this task: fr, full-reference, or nr, no-reference.")
@click.option("--weights", is_flag=True, help="Also metrics that need the weights of a network.")
@import_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the conventions and options of each.")
def list_command(task: str | None, weights: bool, as_json: bool) -> None:
    """List the metrics."""
    from iqametrics import registry

    found = [registry.metric(name) for name in registry.metrics(task, weights)]
    if not found:
        raise click.UsageError(f"every metric of the task {task!r} needs weights; list them with --weights")
    if as_json:
        print_json([_record(metric) for metric in found])
        return
    print_table(
        ["name", "title", "better", "range", ">min px"],
        (
            [
                metric.name,
                metric.title,
                metric.better,
                "{:g} to {:g}".format(*metric.range),
                f"{metric.min_size}",
            ]
            for metric in found
        ),
    )


def _record(metric: "Metric") -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": metric.name,
        "title": metric.title,
        "task": metric.task,
        "aliases": metric.aliases,
        "higher_is_better": metric.higher_is_better,
        "range": metric.range,
        "min_size": metric.min_size,
        "options": {
            name: {"default": option.default, "kind": option.kind, "text": option.text}
            for name, option in metric.options.items()
        },
        "citation": str(metric.citation),
    }
    if metric.task == "fr":
        record |= {
            "identity": metric.identity,
            "color": metric.color,
            "conventions": {
                name: {"recipe": convention.recipe, "min_size": metric.with_options(convention=name).min_size}
                for name, convention in metric.conventions.items()
            },
        }
    return record
