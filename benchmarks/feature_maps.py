"""Selected feature maps beside the published ones: python -m benchmarks.feature_maps csiq=/data/csiq tid2013=/data/tid2013.

Does what ``iqametrics select`` does, for every data set and both networks of the publication, and prints a table: the
published figures, those found, and what a selection is worth on references that it was not made on. Scores of maps are
kept, so that a run that was stopped goes on.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path

from iqametrics.benchmark.cache import cache_folder
from iqametrics.cli.progress import progress, tracking
from iqametrics.datasets import load, published
from iqametrics.datasets.dataset import Dataset
from iqametrics.deep import deep_metric
from iqametrics.deep.selection import Selection, score_matrix, select_maps
from iqametrics.report.atomic import write_text
from iqametrics.report.markdown import markdown
from iqametrics.report.tables import ABSENT, Cell, Column, Table, number, text

NETWORKS = {"alexnet": "AlexNet", "vgg16": "VGG16"}
_HEADINGS = (
    "Data set",
    "Network",
    "maps",
    "(published)",
    "in sample",
    "(published)",
    "all maps",
    "(published)",
    "held out",
)


def selected(dataset: Dataset, network: str, weights: str, splits: int, cache: Path | None) -> Selection:
    """Select maps of a network on a data set."""
    metric = deep_metric("ssim", backbone=network, weights=weights)
    with progress("pairs") as bar:
        folder = cache_folder(cache, "feature-maps")
        scores = score_matrix(dataset.pairs(), metric, cache=folder, track=tracking(bar, "Scoring"))
    with progress("steps") as bar:

        def track(words: str, steps: Iterable[int]) -> Iterable[int]:
            return bar.track(steps, description=words)

        kind = "mos" if dataset.direction == "quality" else "dmos"
        return select_maps(scores, dataset.scores, mos_kind=kind, n_splits=splits, bar=track)


def published_figures(dataset: str, network: str) -> tuple[Cell, Cell, Cell]:
    """Number of maps, and correlations of the selected and of all maps, where they were published."""
    table = published()
    rows = table[(table.metric == "deep_ssim") & (table.dataset == dataset)]
    count, some, every = (Cell(ABSENT, float("nan"), tone="faint"),) * 3
    for row in rows.itertuples():
        name, _, what = str(row.variant).partition(", ")
        if name != NETWORKS[network]:
            continue
        if match := re.match(r"(\d+) selected maps", what):
            count, some = number(float(match[1]), ".0f"), number(float(row.value), ".2f")
        elif what.startswith("all maps"):
            every = number(float(row.value), ".2f")
    return count, some, every


def line(dataset: Dataset, network: str, found: Selection) -> tuple[Cell, ...]:
    """A row of the table."""
    count, some, every = published_figures(dataset.name, network)
    held_out = text(ABSENT)
    if found.nested is not None:
        test = found.nested["test"]["plcc"]
        held_out = number(test["median"], ".3f", (test["low"], test["high"]))
    return (
        text(dataset.name), text(NETWORKS[network]), number(len(found.maps), ".0f"), count,
        number(found.curve[-1], ".3f"), some, number(found.chosen_by["all_maps"], ".3f"), every, held_out,
    )  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Select, and print the table."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "sets", nargs="+", metavar="NAME=ROOT", help="a data set, or the path of its CSV, and its folder"
    )
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--weights", default="imagenet", help="imagenet, or surrogate to try this out")
    parser.add_argument("--direction", choices=["quality", "distortion"], help="of a CSV without a card")
    parser.add_argument("--splits", type=int, default=100)
    parser.add_argument("--cache", type=Path, help="folder of the scores of maps; default the user's own")
    parser.add_argument("-o", "--output", type=Path, help="folder for selections and the table")
    given = parser.parse_args(arguments)
    rows = []
    for each in given.sets:
        name, equals, root = each.partition("=")
        if not equals:
            parser.error(f"{each}: write NAME=ROOT, such as csiq=/data/csiq")
        dataset = load(name, root, direction=given.direction)
        for network in given.networks:
            found = selected(dataset, network, given.weights, given.splits, given.cache)
            if given.output is not None:
                found.save(given.output / f"{dataset.name}-{network}.json")
            rows.append(line(dataset, network, found))
    columns = tuple(Column(heading, "text" if place < 2 else "number") for place, heading in enumerate(_HEADINGS))
    notes = ("Held out: median over splits, with the range of the middle 90 %.", f"Weights: {given.weights}.")
    table = Table("feature-maps", "PLCC after a logistic fit", columns, tuple(rows), notes)
    document = markdown([table], "Selected feature maps")
    print(document)
    if given.output is not None:
        write_text(given.output / "feature_maps.md", document)


if __name__ == "__main__":
    main(sys.argv[1:])
