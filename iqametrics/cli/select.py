"""``iqametrics select``: which feature maps of a network agree with human opinion."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.dataset_options import direction_option, faults_line_by_line, labels_option, root_option
from iqametrics.cli.network_options import listed_taps, network_options
from iqametrics.cli.output import print_table, section, shown

if TYPE_CHECKING:
    from iqametrics.datasets.cards import Direction
    from iqametrics.datasets.loading import LabelSource
    from iqametrics.deep.selection import Selection
    from iqametrics.deep.selection.forward import Fit


@click.command(
    "select",
    short_help="Select the feature maps that agree with human opinion.",
    epilog="""\b
Examples:
  iqametrics select --manifest csiq --root /data/csiq -o csiq-alexnet.json
  iqametrics select --manifest tid2013 --root /data/tid2013 \\
      --backbone vgg16 --cache scores/ -o tid2013-vgg16.json
  iqametrics score original.png decoded.png \\
      -m deep_ssim:maps=csiq-alexnet.json

\b
It prints three figures, correlations (PLCC) with the opinions:
  all maps     the metric as it is
  in sample    the selected maps on the images they were selected on;
               it can't be worse than the best single map, whatever the
               maps are worth
  held out     maps selected on 80 % of the references, tested on the
               others; the median over --splits random splits, and the
               range that holds 90 % of them
Only the last one says what to expect on other images.""",
)
@click.option(
    "--manifest",
    required=True,
    metavar="NAME",
    help="A data set that iqametrics knows, or a CSV that iqametrics manifest wrote.",
)
@root_option(required=True)
@direction_option
@labels_option
@click.option("--metric", default="ssim", show_default=True, help="The metric of pixels that compares maps.")
@network_options
@click.option(
    "--dynamic-range",
    type=click.Choice(["fixed", "joint", "ref"]),
    help="What counts as the range of a map, where the metric asks. Default that of the metric.",
)
@click.option(
    "--fit",
    type=click.Choice(["logistic4", "logistic5", "linear"]),
    default="logistic4",
    show_default=True,
    help="What comes before the correlation that is made larger.",
)
@click.option(
    "--min-gain",
    type=click.FloatRange(0, 1, max_open=True),
    default=1e-3,
    show_default=True,
    help="Stop where no map adds this much.",
)
@click.option(
    "--max-features",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="Stop with so many maps.",
)
@click.option(
    "--splits",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Splits of the evaluation on held-out references; 0: none.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of the splits.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps the scores of all maps, to go on after a stop and to select again without scoring; by default "
    "the user's own for caches.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="JSON file to write, for deep_ssim(..., maps=FILE).",
)
def select_command(
    manifest: str,
    root: Path,
    direction: "Direction | None",
    labels: "LabelSource",
    metric: str,
    backbone: str,
    weights: str,
    taps: str,
    dynamic_range: str | None,
    fit: "Fit",
    min_gain: float,
    max_features: int,
    splits: int,
    seed: int,
    cache: Path | None,
    output: Path,
) -> None:
    """Score every feature map of a network on a rated data set, and select maps one at a time.

    Every step takes the map that raises the correlation of the mean score with the opinions most. Scores are kept in the
    cache as they come: a run that was stopped goes on, and another selection from the same maps scores nothing. Needs
    torch.
    """
    from iqametrics.benchmark.cache import cache_folder
    from iqametrics.cli.progress import progress
    from iqametrics.datasets.loading import load
    from iqametrics.deep import deep_metric
    from iqametrics.deep.selection import score_matrix, select_maps

    options: dict[str, Any] = {"backbone": backbone, "weights": weights, "taps": listed_taps(taps)}
    if dynamic_range is not None:
        options["dynamic_range"] = dynamic_range
    bound = deep_metric(metric, **options)
    with faults_line_by_line():
        dataset = load(manifest, root, labels=labels, direction=direction)
        pairs = dataset.pairs()
    folder = cache_folder(cache, "feature-maps")
    with progress("pairs") as bar:

        def scoring(rows: Iterable[Any], total: int | None = None, /) -> Iterable[Any]:
            missing = list(rows)
            if len(missing) < len(pairs):
                known = len(pairs) - len(missing)
                click.echo(f"{known} of {len(pairs)} pairs were scored already, in {shown(str(folder))}", err=True)
            return bar.track(missing, description="Scoring")

        scores = score_matrix(pairs, bound, cache=folder, track=scoring)
    with progress("steps") as bar:

        def track(text: str, steps: Iterable[int]) -> Iterable[int]:
            return bar.track(steps, description=text)

        selection = select_maps(
            scores,
            dataset.scores,
            mos_kind="mos" if dataset.direction == "quality" else "dmos",
            fit=fit,
            min_gain=min_gain,
            max_features=max_features,
            n_splits=splits,
            seed=seed,
            bar=track,
        )
    selection.save(output)
    _print(selection)
    click.echo(f"Wrote {click.format_filename(output)}", err=True)


def _print(selection: "Selection") -> None:
    facts, nested = selection.chosen_by, selection.nested
    often = nested["frequency"] if nested else {}
    rows = [
        [str(place), name.layer, str(name.number), f"{value:.4f}", f"{often.get(str(name), 0):.0%}" if nested else "-"]
        for place, (name, value) in enumerate(zip(selection.maps, selection.curve, strict=True), 1)
    ]
    print_table([">step", "layer", ">map", ">PLCC in sample", ">splits"], rows)
    figures = [
        ("all maps", f"{facts['all_maps']:.4f}"),
        ("in sample", f"{selection.curve[-1]:.4f} with {len(selection.maps)} of {facts['candidates']} maps"),
    ]
    if nested:
        test, every = nested["test"]["plcc"], nested["all_maps"]["plcc"]
        figures += [
            ("held out", f"{test['median']:.4f} ({test['low']:.4f} to {test['high']:.4f}), {nested['splits']} splits"),
            ("all maps, held out", f"{every['median']:.4f} ({every['low']:.4f} to {every['high']:.4f})"),
        ]
    section(f"PLCC after a {facts['fit']} fit" if facts["fit"] != "linear" else "PLCC", figures)
    if facts["screened"]:
        click.echo(f"Every step fitted the {facts['screened']} likeliest maps, not all: a choice need not be the best.")
    layers = nested["layers"] if nested else facts["layers"]
    section("Share of the chosen maps", [(layer, f"{share:.0%}") for layer, share in layers.items() if share])
