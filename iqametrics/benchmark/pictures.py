"""The pictures of a report: small copies of all images, larger ones and quality maps of some.

Which ones is a matter of size: a page with TID2013's 3,000 images has to open on any machine.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from iqametrics.benchmark.agreement import Benchmark
from iqametrics.benchmark.residuals import Residuals
from iqametrics.files import read_image
from iqametrics.report.pictures import data_uri, map_picture, small

Track = Callable[[Iterable[None], int], Iterable[None]]
"""Passes items through and shows how far they have come of how many."""

#: Pixels of the longer side: of a picture that is only recognised, and of one that is looked at.
_THUMB, _LARGE = 112, 288
#: Outliers of every metric that are shown at once, with their maps.
OUTLIERS = 12
#: Images that have a small copy; those of a larger set have one if they have maps, or are among the first.
_MOST_THUMBS = 4000


@dataclass
class Pictures:
    """Pictures as ``data:`` addresses.

    Attributes
    ----------
    references : dict of str to str
        By the path of the reference below the root.
    distorted : dict of int to str
        By the row of the image: large where it has maps.
    maps : dict of str to (dict of int to (str, str))
        By metric and row: the map over the image, and what its darkest colour means.
    """

    references: dict[str, str] = field(default_factory=dict)
    distorted: dict[int, str] = field(default_factory=dict)
    maps: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)


def choose_maps(residuals: Mapping[str, Residuals], images: int, budget: int) -> dict[str, list[int]]:
    """Decide which images get a map of which metric.

    Every metric gets those of its worst outliers. What is left of the budget goes to images spread evenly over the set,
    which get the maps of all metrics.
    """
    if not residuals:
        return {}
    outliers = min(OUTLIERS, budget // len(residuals))
    chosen = {name: [int(row) for row in found.worst[:outliers]] for name, found in residuals.items()}
    spread = min((budget - outliers * len(residuals)) // len(residuals), images)
    sample = np.unique(np.linspace(0, images - 1, spread).round().astype(int)).tolist() if spread else []
    return {
        name: list(dict.fromkeys([*rows, *(row for row in sample if np.isfinite(residuals[name].residuals[row]))]))
        for name, rows in chosen.items()
    }


def draw_pictures(benchmark: Benchmark, chosen: Mapping[str, list[int]], track: Track) -> Pictures:
    """Draw the pictures on all processors; an image that can't be read has none."""
    study, how = benchmark.scores.study, benchmark.scores.how
    table, root = study.dataset.table, study.dataset.root
    given = {name: value for name, value in how.options.items() if value is not None}
    metrics = {name: benchmark.scores.metrics[name].with_options(**given) for name in chosen}
    pictures = Pictures(maps={name: {} for name in chosen})
    mapped = sorted({row for rows in chosen.values() for row in rows})
    wanted = {name: set(rows) for name, rows in chosen.items()}
    readable = [row for row, result in enumerate(benchmark.scores.results) if result.error is None]
    rows = sorted({*mapped, *readable[:_MOST_THUMBS]} & set(readable), key=lambda row: table["reference"][row])

    @lru_cache(maxsize=2 * (os.cpu_count() or 1))
    def read_reference(path: str) -> np.ndarray:
        return read_image(root / path, alpha=how.alpha)

    def draw(row: int) -> None:
        image = read_image(root / table["distorted"][row], alpha=how.alpha)
        large = row in large_ones
        pictures.distorted[row] = data_uri(small(image, _LARGE if large else _THUMB, **given))
        if not large:
            return
        path = str(table["reference"][row])
        reference = read_reference(path)
        if path not in pictures.references:
            pictures.references[path] = data_uri(small(reference, _LARGE, **given))
        for name, metric in metrics.items():
            if row in wanted[name]:
                picture, meaning = map_picture(metric, reference, image, _LARGE)
                pictures.maps[name][row] = (data_uri(picture), meaning)

    large_ones = set(mapped)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in track(pool.map(draw, rows), len(rows)):
            pass
    for path in dict.fromkeys(str(table["reference"][row]) for row in rows):
        if path not in pictures.references:
            pictures.references[path] = data_uri(small(read_reference(path), _LARGE, **given))
    return pictures
