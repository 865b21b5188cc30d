"""``iqametrics explain-maps``: what feature maps look at."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.network_options import backbone_option, weights_option
from iqametrics.cli.output import print_table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from iqametrics.deep.selection import MapName, Selection


@click.command(
    "explain-maps",
    short_help="Show what feature maps look at.",
    epilog="""\b
Examples:
  iqametrics explain-maps csiq-alexnet.json -o maps/
  iqametrics explain-maps conv1:8,conv1:9,conv4:10 --image photo.png -o maps/
  iqametrics explain-maps conv1:0,conv1:56 --weights surrogate -o maps/

\b
Of each map it shows
  what it rests on      prediction difference: windows are filled with other
                        content, and the map gets weaker or stronger
  what it likes best    the image that gradient ascent finds for it
  concepts              the stripes, checks, dots, noise or colour whose
                        places its largest values share best""",
)
@click.argument("maps", metavar="SELECTION|LIST")
@backbone_option
@weights_option
@click.option("--image", type=click.Path(), help="What to look at; a photograph of scikit-image by default.")
@click.option(
    "--crop",
    type=click.IntRange(min=0),
    default=160,
    show_default=True,
    help="Side of the part of the image to look at, about its middle; 0: all.",
)
@click.option(
    "--size", type=click.IntRange(min=1), default=16, show_default=True, help="Side of the windows that are filled."
)
@click.option("--stride", type=click.IntRange(min=1), help="Pixels from a window to the next. Default half a window.")
@click.option("--samples", type=click.IntRange(min=1), default=8, show_default=True, help="Contents for each window.")
@click.option(
    "--steps", type=click.IntRange(min=1), default=128, show_default=True, help="Steps of the gradient ascent."
)
@click.option(
    "--most", type=click.IntRange(min=1), default=12, show_default=True, help="Maps to explain, the first ones."
)
@click.option("--seed", default=0, show_default=True, help="Seed of all random numbers.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("feature-maps"),
    show_default=True,
    help="Folder to write maps.csv and maps.png into.",
)
def explain_maps_command(
    maps: str,
    backbone: str,
    weights: str,
    image: str | None,
    crop: int,
    size: int,
    stride: int | None,
    samples: int,
    steps: int,
    most: int,
    seed: int,
    output: Path,
) -> None:
    """Explain feature maps: those of a SELECTION that iqametrics select wrote, or a LIST such as conv1:8,conv3:259.

    Needs torch and matplotlib. A selection says itself which network its maps belong to.
    """
    from iqametrics.cli.progress import progress
    from iqametrics.deep.explain import explain_maps
    from iqametrics.report.feature_maps import explanation_sheet, write_rows
    from iqametrics.report.figures import new_figure, save_figure

    new_figure(1, 1)  # without matplotlib, say so before the work and not after it
    wanted, picture = _wanted(maps, most), _picture(image, crop)
    with progress("steps") as bar:

        def track(text: str, work: Iterable[Any]) -> Iterable[Any]:
            return bar.track(work, description=text)

        found = explain_maps(
            wanted,
            picture,
            name=backbone,
            weights=weights,
            size=size,
            stride=stride,
            samples=samples,
            steps=steps,
            seed=seed,
            bar=track,
        )
    rows = found.rows()
    write_rows(output / "maps.csv", rows)
    save_figure(explanation_sheet(found, most), output / "maps.png", dpi=150)
    print_table(
        ["layer", ">map", "concept", ">IoU", "detector", ">on noise", ">on its favourite"],
        [
            [
                row["layer"],
                str(row["map"]),
                row["concept"],
                f"{row['iou']:.3f}",
                "yes" if row["detector"] else "no",
                f"{row['activation_noise']:.3g}",
                f"{row['activation_favourite']:.3g}",
            ]
            for row in rows
        ],
    )
    click.echo(f"Wrote maps.csv and maps.png in {click.format_filename(output)}", err=True)


def _wanted(text: str, most: int) -> "Selection | list[MapName]":
    """The first maps of a selection, or those of a list."""
    from iqametrics.deep.selection import MapName, Selection

    if text.endswith(".json"):
        selection = Selection.load(text)
        return replace(selection, maps=selection.maps[:most], curve=selection.curve[:most])
    names: dict[MapName, None] = {}
    for item in text.split(","):
        layer, _, number = item.strip().rpartition(":")
        if not layer or not number.isdecimal():
            raise click.UsageError(f"{item!r}: write LAYER:NUMBER, such as conv1:8, or the name of a .json file")
        names[MapName(layer, int(number))] = None
    return list(names)[:most]


def _picture(path: str | None, crop: int) -> "npt.NDArray[np.float64]":
    """The middle of an image."""
    from iqametrics.deep.explain.pictures import colour_image
    from iqametrics.demo.pictures import pictures

    image = colour_image(pictures()["astronaut"] if path is None else path)
    for axis in (0, 1):
        if 0 < crop < image.shape[axis]:
            first = (image.shape[axis] - crop) // 2
            image = image.take(range(first, first + crop), axis)
    return image
