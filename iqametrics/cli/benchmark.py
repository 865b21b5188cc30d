"""``iqametrics benchmark``: metrics against the opinions of a whole data set."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.choices import check_images, chosen, complete_metrics
from iqametrics.cli.dataset_options import direction_option, faults_line_by_line, labels_option, root_option
from iqametrics.cli.image_options import check_range, image_options
from iqametrics.cli.imports import import_option
from iqametrics.cli.output import print_report_table, shown
from iqametrics.cli.progress import progress, tracking
from iqametrics.cli.verdict import report
from iqametrics.cli.work import Work, work_options

if TYPE_CHECKING:
    from iqametrics.benchmark.agreement import Benchmark
    from iqametrics.benchmark.scores import Scores
    from iqametrics.benchmark.study import Study
    from iqametrics.datasets.cards import Direction
    from iqametrics.datasets.loading import LabelSource
    from iqametrics.scoring import Settings

DEMO = "demo"
#: A remark may name hundreds of images; the report has them all.
_LONGEST_NOTE = 300


@click.command(
    "benchmark",
    short_help="Hold metrics against the opinions of a data set.",
    epilog="""\b
Examples:
  iqametrics benchmark tid2013 --root /data/tid2013
  iqametrics benchmark live --root /data/live -m ssim,ssim:skimage -o report
  iqametrics benchmark mine.csv --root /data/mine --direction quality
  iqametrics benchmark demo -o report""",
)
@click.argument("name")
@root_option(required=False)
@click.option(
    "-m",
    "--metrics",
    multiple=True,
    default=["all"],
    metavar="LIST",
    shell_complete=complete_metrics,
    help="Metrics, separated by commas, each NAME[:CONVENTION][:OPTION=VALUE]; or all, every one that the size allows. "
    "Default all.",
)
@import_option
@click.option("--color", metavar="MODE", help="How colour is seen: gray, luma, ycbcr, channels or rgb.")
@image_options
@direction_option
@labels_option
@click.option(
    "--fit",
    type=click.Choice(["logistic5", "logistic4", "cubic", "linear"]),
    default="logistic5",
    show_default=True,
    help="Regression before PLCC and RMSE.",
)
@work_options
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps scores between runs; by default the user's own for caches.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for report.html, the tables as CSV, Markdown and LaTeX, and the scores.",
)
@click.option(
    "--maps",
    type=click.IntRange(min=0),
    default=800,
    show_default=True,
    metavar="N",
    help="Quality maps in the report, the worst outliers first.",
)
@click.pass_context
def benchmark_command(
    ctx: click.Context,
    name: str,
    root: Path | None,
    metrics: tuple[str, ...],
    color: str | None,
    data_range: float | tuple[float, float] | None,
    bits: int | None,
    alpha: Any,
    direction: "Direction | None",
    labels: "LabelSource",
    fit: Any,
    workers: int | None,
    processes: bool,
    scheduler: str | None,
    cache: Path | None,
    output: Path | None,
    maps: int,
) -> None:
    """Score the images of a rated data set and tell how well every metric agrees with the opinions.

    NAME is a data set that iqametrics knows (tid2013, live, cidiq.50cm, ...), the path of a CSV with the columns reference,
    distorted and mos, dmos or score; or demo, which needs no data: photographs distorted at known levels, where the level
    stands in for opinion.

    Prints agreement with intervals, agreement by type of distortion, which metric is better than which, and the figures
    beside published ones. Scores are kept in the cache as they come: a second run computes none of them, and one that was
    stopped goes on.
    """
    choices = chosen(metrics, color)
    check_images(choices, alone=False)
    options = check_range(data_range, bits)
    work = Work(workers, processes, scheduler)
    work.check(None)
    if (name == DEMO) == (root is not None):
        raise click.UsageError("demo takes no --root" if root else f"{name} needs --root, the folder that holds it")

    from iqametrics import scoring
    from iqametrics.benchmark.agreement import Settings, assess
    from iqametrics.report.page import check_templates

    if output is not None:
        check_templates()  # without Jinja2, say so before the work and not after it
    with _study(name, root, labels, direction) as study:
        settings = scoring.Settings([choice.metric for choice in choices], options, alpha)
        scores = _scored(study, settings, work, cache)
        found = assess(scores, Settings(fit=fit))
        if output is not None:
            from iqametrics.benchmark.files import write_files

            with progress("images") as bar:
                write_files(found, output, maps, tracking(bar, "Pictures"))
    _print(found)
    if output is not None:
        click.echo(f"Wrote report.html and its tables in {shown(str(output))}", err=True)
    ctx.exit(report(scores.results, choices, []))


@contextmanager
def _study(name: str, root: Path | None, labels: "LabelSource", direction: "Direction | None") -> "Iterator[Study]":
    """The data set asked for; the pictures of the demonstration are there as long as they are needed."""
    from iqametrics.benchmark.study import Study

    if root is not None:
        from iqametrics.datasets.loading import load

        with faults_line_by_line():
            dataset = load(name, root, labels=labels, direction=direction)
        yield Study(dataset)
        return
    from iqametrics.benchmark.demo_set import demo_study

    with TemporaryDirectory(prefix="iqametrics-") as folder:
        with progress("images") as bar:
            study = demo_study(Path(folder), tracking(bar, "Distorting"))
        yield study


def _scored(study: "Study", settings: "Settings", work: Work, cache: Path | None) -> "Scores":
    """The scores, those in the cache as they are."""
    from iqametrics.benchmark.cache import cache_folder, journal_path
    from iqametrics.benchmark.scores import score_study

    journal = journal_path(study.dataset.name, cache_folder(cache))
    with work.executor() as executor, progress("pairs") as bar:
        scores = score_study(
            study,
            settings,
            executor=executor,
            journal=journal,
            track=tracking(bar, "Scoring"),
        )
    if scores.resumed:
        total = len(scores.results)
        click.echo(f"{scores.resumed} of {total} images were scored already, in {shown(str(journal))}", err=True)
    return scores


def _print(benchmark: "Benchmark") -> None:
    from iqametrics.benchmark.tables import paper_tables

    for place, table in enumerate(paper_tables(benchmark)):
        if place:
            click.echo()
        print_report_table(table)
    for warning in benchmark.warnings:
        click.echo(f"Note: {shorten(warning, _LONGEST_NOTE, placeholder=' ...')}", err=True)
