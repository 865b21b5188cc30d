"""``iqametrics list``: the metrics there are."""

from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.output import print_json, print_table

if TYPE_CHECKING:
    from iqametrics.record import Metric


@click.command("list")
@click.option("--task", metavar="TASK", help="Only metrics of this task: fr, full-reference.")
@click.option("--weights", is_flag=True, help="Also metrics that need the weights of a network.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the conventions and options of each.")
def list_command(task: str | None, weights: bool, as_json: bool) -> None:
    """List the metrics."""
    from iqametrics import registry

    found = [registry.metric(name) for name in registry.metrics(weights=weights)]
    tasks = sorted({metric.task for metric in found})
    if task not in (None, *tasks):
        raise click.UsageError(f"no metric has the task {task!r}; there are {', '.join(tasks)}")
    found = [metric for metric in found if task in (None, metric.task)]
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
    return {
        "name": metric.name,
        "title": metric.title,
        "task": metric.task,
        "aliases": metric.aliases,
        "higher_is_better": metric.higher_is_better,
        "range": metric.range,
        "identity": metric.identity,
        "min_size": metric.min_size,
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
