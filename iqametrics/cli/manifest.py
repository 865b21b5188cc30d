"""``iqametrics manifest``: manifests of subjective data sets, built from a tree on disk and checked against one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.dataset_options import direction_option, faults_line_by_line, labels_option, root_option
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    from iqametrics.datasets.cards import Direction
    from iqametrics.datasets.loading import LabelSource


@click.group("manifest", short_help="Check a copy of a data set, or write a manifest of it.")
def manifest_command() -> None:
    """Check a copy of a subjective data set, or write a manifest of it.

    NAME is a data set that iqametrics knows (tid2013, live, cidiq.50cm, ...) or the path of a CSV with the columns
    distorted and mos, dmos or score, and as needed reference, type, level, std.
    """


@manifest_command.command("build")
@click.argument("name")
@root_option(required=True)
@direction_option
@labels_option
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder to write NAME.csv and NAME.toml into; the current one by default.",
)
@click.option("--sha256", is_flag=True, help="Also store the sha256 of every image.")
def build_command(
    name: str, root: Path, direction: "Direction | None", labels: "LabelSource", output: Path, sha256: bool
) -> None:
    """Write a manifest of the data set NAME under --root.

    It is two files: NAME.csv with a row for each image, and its card NAME.toml with the owners' notice and the counts.
    """
    from iqametrics.datasets.loading import load
    from iqametrics.datasets.manifests import manifest_files, with_digests, write_manifest

    with faults_line_by_line():
        dataset = load(name, root, labels=labels, direction=direction)
        given = Path(name)
        for target in manifest_files(dataset, output):
            if target.resolve() in (given.resolve(), given.with_suffix(".toml").resolve()) and target.exists():
                raise DatasetError(
                    f"{target} would replace a file it is made from: choose another folder with --output."
                )
        if sha256:
            dataset = with_digests(dataset, _progress)
        table, card = write_manifest(dataset, output)
    click.echo(
        f"Wrote {click.format_filename(table)} and {click.format_filename(card)}: "
        f"{len(dataset)} images of {dataset.card.title}"
    )


@manifest_command.command("check")
@click.argument("name")
@root_option(required=True)
@direction_option
@labels_option
def check_command(name: str, root: Path, direction: "Direction | None", labels: "LabelSource") -> None:
    """Check that the tree under --root is whole and is what NAME says.

    Counts, names, label files, scores and, where the manifest has them, the sha256 of every image. Where something is
    missing or wrong, it says what on stderr, prints the paths of all missing files, one a line, and exits with 1.
    """
    from iqametrics.datasets.loading import load
    from iqametrics.datasets.manifests import check_digests

    with faults_line_by_line(list_missing=True):
        dataset = load(name, root, labels=labels, direction=direction)
        hashed = check_digests(dataset, _progress)
    digests = f", {hashed} files have the sha256 of the manifest" if hashed else ""
    click.echo(f"{dataset.card.title} in {click.format_filename(root)} is complete: {len(dataset)} images{digests}")


def _progress(paths: Iterable[Any], total: int | None = None, /) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)  # a pipe of the result stays clean
    yield from track(list(paths), description="sha256", console=console, disable=not console.is_terminal)
