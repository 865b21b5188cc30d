"""``iqametrics curate``: which images of a folder a classifier will fail on, and why."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.exits import ExitCode, print_error
from iqametrics.cli.image_options import alpha_option
from iqametrics.cli.output import print_table, shorten, shown
from iqametrics.cli.progress import progress, tracking

if TYPE_CHECKING:
    from iqametrics.cnn_error import Finding

#: Lines on a terminal; files have them all.
_MOST_LINES = 20
_NAME_WIDTH = 40


@click.command(
    "curate",
    short_help="Rank images by the error a classifier will make on them.",
    epilog="""\b
Examples:
  iqametrics curate photos/ --metrifier cnn.safetensors -o report.html
  iqametrics curate photos/ --metrifier cnn.safetensors --drop 0.6 -o list.csv""",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--metrifier",
    "weights",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Weights of a metrifier.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A page (.html) or a table (.csv, .parquet); can be repeated.",
)
@click.option(
    "--drop", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Expected error from which on to drop."
)
@click.option(
    "--look",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="Expected error from which on to look at an image.",
)
@alpha_option
@click.pass_context
def curate_command(
    ctx: click.Context, folder: Path, weights: Path, outputs: tuple[Path, ...], drop: float, look: float, alpha: Any
) -> None:
    """Rank the images of FOLDER by the error that a classifier is expected to make on them, and say why.

    The metrifier is one that was trained on the errors of a classifier; see iqametrics cnn-error demo. An image is to be
    dropped, looked at or kept; the kind of distortion it seems to have, and where, stand beside it. Files that can't be read
    are told, and the exit code is 1.
    """
    from iqametrics.cnn_error import Metrifier, curate
    from iqametrics.cnn_error.curation_files import check_output, write_findings

    for path in outputs:
        check_output(path)
    metrifier = Metrifier.load(weights)
    with progress("images") as bar:
        findings = curate(
            folder,
            metrifier,
            drop=drop,
            look=look,
            alpha=alpha,
            track=tracking(bar, "Looking"),
        )
    for path in outputs:
        write_findings(path, folder, findings, metrifier, alpha)
    _print(findings, folder)
    unread = [each for each in findings if each.diagnosis is None]
    for each in unread:
        print_error(each.reason)
    for path in outputs:
        click.echo(f"Wrote {shown(str(path))}", err=True)
    ctx.exit(ExitCode.NOT_SCORED if unread else ExitCode.DONE)


def _print(findings: "list[Finding]", folder: Path) -> None:
    judged = [each for each in findings if each.diagnosis is not None]
    print_table(
        ["image", "verdict", ">expected error", "why"],
        (
            [
                shorten(shown(str(each.path.relative_to(folder))), _NAME_WIDTH),
                each.verdict,
                f"{each.error:.3f}",
                each.reason.partition("; ")[2],
            ]
            for each in judged[:_MOST_LINES]
        ),
        f"{len(judged)} images, the worst first",
    )
    if len(judged) > _MOST_LINES:
        click.echo(f"and {len(judged) - _MOST_LINES} more")
