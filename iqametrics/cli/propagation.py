"""``iqametrics propagation``: how far distortions move the feature maps of each layer."""

from pathlib import Path

import click

from iqametrics.cli.network_options import listed_taps, network_options
from iqametrics.cli.output import print_table

#: One of each family.
_USUAL = "gaussian_blur,gaussian_noise,jpeg,jpeg2000,brighten,color_shift"


@click.command(
    "propagation",
    short_help="Measure how far distortions move a network's layers.",
    epilog="""\b
Examples:
  iqametrics propagation --weights surrogate
  iqametrics propagation a.png b.png --backbone vgg16 --taps relu -o vgg16/
  iqametrics propagation a.png --distortions jpeg,pixelate --preset imagenet-c""",
)
@click.argument("images", nargs=-1, type=click.Path())
@network_options
@click.option(
    "--distortions", default=_USUAL, show_default=True, metavar="LIST", help="Distortions, or all of the preset."
)
@click.option("--preset", default="kadid", show_default=True, help="Whose levels.")
@click.option("--seed", default=0, show_default=True, help="Seed of the distortions.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("propagation"),
    show_default=True,
    help="Folder to write propagation.csv and propagation.png into.",
)
def propagation_command(
    images: tuple[str, ...],
    backbone: str,
    weights: str,
    taps: str,
    distortions: str,
    preset: str,
    seed: int,
    output: Path,
) -> None:
    """Distort IMAGES at five levels, and measure how far the feature maps of each layer move.

    Photographs that come with scikit-image unless images are given. The table has the length of the change over that of the
    maps themselves, and the mean squared change of their direction at a place. Needs torch and matplotlib.
    """
    from iqametrics.cli.progress import progress, tracking
    from iqametrics.datasets.distortions import names
    from iqametrics.deep import backbone as network_of
    from iqametrics.deep import layer_propagation
    from iqametrics.demo.pictures import pictures
    from iqametrics.report.feature_maps import propagation_figure, write_rows
    from iqametrics.report.figures import new_figure, save_figure

    new_figure(1, 1)  # without matplotlib, say so before the work and not after it
    network = network_of(backbone, weights, listed_taps(taps))
    wanted = names(preset) if distortions == "all" else [name.strip() for name in distortions.split(",")]
    with progress("images") as bar:
        found = layer_propagation(
            {path: path for path in images} or pictures(),
            network,
            wanted,
            preset=preset,
            seed=seed,
            track=tracking(bar, "Distorting"),
        )
    write_rows(output / "propagation.csv", [row._asdict() for row in found.rows])
    save_figure(propagation_figure(found), output / "propagation.png", dpi=150)
    means = {(row.distortion, row.level, row.layer): f"{row.relative:.3f}" for row in found.means()}
    cases = dict.fromkeys((name, level) for name, level, _ in means)
    print_table(
        ["distortion", ">level", *(f">{layer}" for layer in found.layers)],
        [[name, str(level), *(means[name, level, layer] for layer in found.layers)] for name, level in cases],
        f"Relative change of the maps, mean over {len(images) or len(pictures())} pictures",
    )
    click.echo(f"Wrote propagation.csv and propagation.png in {click.format_filename(output)}", err=True)
