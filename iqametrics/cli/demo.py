"""``iqametrics demo``: what the metrics say of pictures whose distortions are known."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iqametrics.cli.cnn_error import print_headline
from iqametrics.cli.output import print_table
from iqametrics.cli.progress import progress

if TYPE_CHECKING:
    from iqametrics.demo.scoring import Means
    from iqametrics.front import Metric

#: Level whose maps are drawn: harm is plain to see, and not everywhere.
MAP_LEVEL = 4


@click.command("demo", short_help="Distort pictures, score them, draw maps and plots.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("iqametrics-demo"),
    show_default=True,
    help="Folder to write.",
)
def demo_command(output: Path) -> None:
    """Distort pictures, score them with every metric, draw maps and plots.

    Takes photographs that come with scikit-image, adds noise, blur, JPEG and JPEG 2000 compression and loss of contrast
    at five levels, prints the scores and writes scores.csv, levels.png (every metric against the level) and maps/
    (where every metric finds harm). Needs the extra demo: pip install "iqametrics[demo]". With the extra cnn it also trains
    a classifier of digits and tells which metric foretells its errors; iqametrics cnn-error demo does so at full size.
    """
    from iqametrics import registry
    from iqametrics.demo import distortions, pictures, plots
    from iqametrics.demo.scoring import mean_over_pictures, scored, write_csv
    from iqametrics.report.figures import new_figure, save_figure

    new_figure(1, 1)  # without matplotlib, say so before the work and not after it
    output.mkdir(parents=True, exist_ok=True)
    images, levels = pictures.pictures(), distortions.LEVELS
    metrics = [registry.metric(name) for name in registry.metrics(task="fr")]
    with progress("pictures") as bar:
        cases = len(images) * len(distortions.DISTORTIONS) * len(levels)
        results = bar.track(scored(images, metrics, levels), total=cases, description="Scoring")
        rows = [row for found in results for row in found]
        write_csv(rows, output / "scores.csv")
        means = mean_over_pictures(rows)
        save_figure(plots.plot_levels(means, metrics, levels), output / "levels.png")
        first = next(iter(images))
        for name in bar.track(list(distortions.DISTORTIONS), description="Drawing maps"):
            scores = {row.metric: row.score for row in rows if row[:3] == (first, name, MAP_LEVEL)}
            distorted = distortions.DISTORTIONS[name](images[first], MAP_LEVEL)
            title = f"{first}, {name} at level {MAP_LEVEL}: where every metric finds harm"
            figure = plots.sheet_of_maps(title, images[first], distorted, metrics, scores)
            save_figure(figure, output / "maps" / f"{first}-{name}.png")
    print_table(
        ["metric", "better", "distortion", *(f">level {level}" for level in levels)],
        _table_rows(means, metrics),
        f"Means over {len(images)} pictures",
    )
    print_headline()
    click.echo(f"Wrote scores.csv, levels.png and maps/ in {click.format_filename(output)}")


def _table_rows(means: "Means", metrics: "Sequence[Metric]") -> Iterator[list[str]]:
    for metric in metrics:
        curves = means[metric.name]
        largest = max(abs(score) for scores in curves.values() for score in scores)
        decimals = 4 if largest < 10 else 2 if largest < 1000 else 1
        names = [metric.name, metric.better]
        for distortion, scores in curves.items():
            yield [*names, distortion, *(f"{score:.{decimals}f}" for score in scores)]
            names = ["", ""]
