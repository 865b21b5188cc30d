"""``iqametrics cnn-error``: what foretells the errors of a classifier."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from iqametrics.cli.exits import Commands
from iqametrics.cli.output import print_report_table, shown
from iqametrics.cli.progress import progress, tracking


@click.group("cnn-error", cls=Commands, short_help="Image quality for machines: which image a classifier fails on.")
def cnn_error_group() -> None:
    """Image quality for machines: how much a classifier errs on distorted images, and what foretells it."""


@cnn_error_group.command("demo", short_help="A classifier, its errors, their predictors and a metrifier, from nothing.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("iqametrics-cnn-error"),
    show_default=True,
    help="Folder to write.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the split, the training and the distortions.")
@click.option(
    "--leave-out",
    "left_out",
    multiple=True,
    metavar="LIST",
    help="Also train a metrifier without these distortions, separated by commas, and try it on them; can be repeated.",
)
def demo_command(output: Path, seed: int, left_out: tuple[str, ...]) -> None:
    """Train a classifier of handwritten digits, distort others, and ask what foretells its errors.

    The digits come with scikit-learn. Prints the error by distortion and level, how well metrics, the classifier's own
    features and a trained metrifier foretell it, and how far distortions move the layers. Writes report.html, tables.md,
    predictors.csv, errors.parquet (every image with its errors) and metrifier.safetensors, which iqametrics curate takes.
    Needs the extra cnn: pip install "iqametrics[cnn]".
    """
    from iqametrics.cnn_error.demo import Settings, demonstrate, write_files
    from iqametrics.cnn_error.tables import tables

    groups = {text.replace(",", " + "): [name.strip() for name in text.split(",")] for text in left_out}
    output.mkdir(parents=True, exist_ok=True)
    with progress("steps") as bar:
        found = demonstrate(output, Settings(seed=seed, left_out=groups), partial(tracking, bar))
    write_files(found, output)
    for table in tables(found.evaluation, found.left_out):
        print_report_table(table)
        click.echo()
    for sentence in found.headline:
        click.echo(sentence)
    click.echo(f"Wrote report.html, its tables and metrifier.safetensors in {shown(str(output))}", err=True)


def print_headline() -> None:
    """Run a small variant and print what it says; nothing where the extra is not installed."""
    from iqametrics.errors import DependencyError

    try:
        from iqametrics.cnn_error.demo import SMALL, demonstrate
    except DependencyError as error:
        click.echo(f"Image quality for machines was left out: {error}", err=True)
        return
    with TemporaryDirectory(prefix="iqametrics-") as folder, progress("steps") as bar:
        found = demonstrate(Path(folder), SMALL, partial(tracking, bar))
    click.echo("\nA classifier of digits (a smaller run of iqametrics cnn-error demo):")
    for sentence in found.headline:
        click.echo(f"  {sentence}")
