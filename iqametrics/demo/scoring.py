"""Score every picture under every distortion and level."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from iqametrics.demo.distortions import DISTORTIONS
from iqametrics.front import FullReference
from iqametrics.report.atomic import replacing
from iqametrics.scoring.workers import processors


class Row(NamedTuple):
    """A score, and what it was given to."""

    picture: str
    distortion: str
    level: int
    metric: str
    score: float


#: FullReference -> distortion -> mean score over the pictures, level by level.
Means = dict[str, dict[str, list[float]]]


def scored(
    pictures: Mapping[str, np.ndarray], metrics: Sequence[FullReference], levels: Sequence[int]
) -> Iterator[list[Row]]:
    """Score on all processors.

    Yields
    ------
    list of Row
        The scores of one distorted picture; there are pictures x distortions x levels of them.
    """
    prepared = {name: [metric.prepare(picture) for metric in metrics] for name, picture in pictures.items()}

    def score(case: tuple[str, str, int]) -> list[Row]:
        name, distortion, level = case
        image = DISTORTIONS[distortion](pictures[name], level)
        return [
            Row(name, distortion, level, metric.name, comparison(image))
            for metric, comparison in zip(metrics, prepared[name], strict=True)
        ]

    with ThreadPoolExecutor(processors()) as pool:
        yield from pool.map(score, product(pictures, DISTORTIONS, levels))


def mean_over_pictures(rows: Sequence[Row]) -> Means:
    """Means over the pictures, the levels in their order."""
    found: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for row in rows:
        found[row.metric, row.distortion, row.level].append(row.score)
    means: Means = defaultdict(lambda: defaultdict(list))
    for (metric, distortion, _), scores in sorted(found.items(), key=lambda item: item[0][2]):
        means[metric][distortion].append(float(np.mean(scores)))
    return means


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write the scores in full precision."""
    with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(Row._fields)
        writer.writerows(rows)
