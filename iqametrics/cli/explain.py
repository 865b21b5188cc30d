"""``iqametrics explain``: why a metric has several numbers, and which of them a paper has.

With ``--json`` it prints a list of objects, one per convention and colour: ``metric``, ``convention``, ``color``,
``options``, ``value`` (null where no images are given), ``error``, ``recipe`` in words, ``default`` (whether it is).
"""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.choices import check_images, chosen, complete_name
from iqametrics.cli.exits import ExitCode, print_error
from iqametrics.cli.image_options import check_range, image_options
from iqametrics.cli.imports import import_option
from iqametrics.cli.output import print_json, print_table, section, shown
from iqametrics.scoring.pairing import Pair

if TYPE_CHECKING:
    from iqametrics.front import Metric
    from iqametrics.scoring.results import Result, Score


@click.command(
    "explain",
    short_help="Tell why a metric has several numbers, and print all of them.",
    epilog="""\b
Examples:
  iqametrics explain ssim
  iqametrics explain ssim original.png decoded.png
  iqametrics explain ms_ssim:levels=3 original.png decoded.png""",
)
@click.argument("name", metavar="METRIC", shell_complete=complete_name)
@click.argument("reference", type=click.Path(), required=False)
@click.argument("distorted", type=click.Path(), required=False)
@import_option
@image_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def explain_command(
    ctx: click.Context,
    name: str,
    reference: str | None,
    distorted: str | None,
    data_range: float | tuple[float, float] | None,
    bits: int | None,
    alpha: Any,
    as_json: bool,
) -> None:
    """Tell what METRIC's conventions and ways to see colour differ in.

    With two image files it prints the value under each of them, so that the number of a paper can be found. METRIC may
    have options of its own after colons, as in iqametrics score.
    """
    if reference is not None and distorted is None:
        raise click.UsageError(f"{shown(reference)} is to be compared with what? Give DISTORTED too, or no image")
    metric = _one_metric(name)
    options = check_range(data_range, bits)
    variants = _variants(metric)
    result = None
    if reference is not None and distorted is not None:
        from iqametrics.scoring.pairs import score_pair
        from iqametrics.scoring.settings import Settings

        result = score_pair(Pair(reference, distorted), Settings(variants, options, alpha))
    if as_json:
        print_json(_records(metric, variants, result))
    elif result is None:
        _print_differences(metric)
    elif result.error is None:
        _print_values(metric, result)
    ctx.exit(_report(result))


def _one_metric(text: str) -> "Metric":
    wanted = chosen([text])
    check_images(wanted, alone=False)
    if len(wanted) != 1:
        raise click.UsageError(f"explain one metric at a time, not {text}")
    metric = wanted[0].metric
    fixed = {"convention", "color"} & metric.bound.keys()
    if fixed:
        raise click.UsageError(f"every {' and '.join(sorted(fixed))} is explained; leave it out of {text}")
    return metric


def _variants(metric: "Metric") -> "list[Metric]":
    """The metric under every convention and colour."""
    modes = metric.sees.modes
    return [metric.with_options(convention=name, color=color) for name in metric.conventions for color in modes]


def _records(metric: "Metric", variants: "Sequence[Metric]", result: "Result | None") -> list[dict[str, Any]]:
    from iqametrics.scoring.results import Score

    if result is None or result.error is not None:
        error = result.error if result else None
        scores = [Score(variant, error=error) for variant in variants]
    else:
        scores = result.scores
    return [
        {**score.as_json(), "recipe": _words(score.metric), "default": _is_default(metric, score.metric)}
        for score in scores
    ]


def _print_values(metric: "Metric", result: "Result") -> None:
    """Print a line per convention and a column per colour, and what these are."""
    rows = []
    for convention, scores in groupby(result.scores, key=lambda score: score.metric.recipe().convention):
        rows.append([convention, *(_cell(metric, score) for score in scores)])
    better = metric.better
    print_table(
        ["convention", *(f">{color} " for color in metric.sees.modes)],
        rows,
        f"{metric.title}, {better} is better\n{shown(result.pair.distorted)} against {shown(str(result.pair.reference))}\n",
    )
    click.echo("\n* what a convention takes unless told otherwise, the first line's by default")
    _print_words(metric)
    click.echo(f"\nTo score with one of them: -m {metric.name}:CONVENTION:color=COLOR")


def _cell(metric: "Metric", score: "Score") -> str:
    value = "-" if score.value is None else f"{score.value:.6f}"
    own = metric.recipe(convention=score.metric.recipe().convention).color
    return value + ("*" if score.metric.recipe().color == own else " ")


def _print_differences(metric: "Metric") -> None:
    click.echo(f"{click.style(metric.name, bold=True)}: {metric.title}, {metric.better} is better\n")
    rows = []
    for name in metric.conventions:
        variant = metric.with_options(convention=name)
        rows.append([name, variant.recipe().color, str(variant.min_size)])
    print_table(["convention", "color", ">min px"], rows)
    _print_words(metric)
    click.echo(f"\nAll values of two images: iqametrics explain {metric.name} REFERENCE DISTORTED")


def _print_words(metric: "Metric") -> None:
    from iqametrics.record import COLORS

    section("Conventions, the default first", [(name, each.recipe) for name, each in metric.conventions.items()])
    section("Colours of an image in colour", [(mode, COLORS[mode]) for mode in metric.sees.modes])


def _words(metric: "Metric") -> str:
    return metric.conventions[metric.recipe().convention].recipe


def _is_default(metric: "Metric", variant: "Metric") -> bool:
    return metric.recipe() == variant.recipe()


def _report(result: "Result | None") -> ExitCode:
    """Say what has no value; a convention that needs larger images is no failure while another has one."""
    if result is None:
        return ExitCode.DONE
    errors = list(dict.fromkeys(score.error for score in result.scores if score.error is not None))
    if any(score.value is not None for score in result.scores):
        for error in errors:
            click.echo(f"Note: {error}", err=True)
        return ExitCode.DONE
    for error in [result.error] if result.error is not None else errors:
        print_error(error)
    return ExitCode.NOT_SCORED
