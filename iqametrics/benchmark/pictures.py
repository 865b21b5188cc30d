"""The pictures of a report: small copies of all images, larger ones and quality maps of some.

Which ones is a matter of size: a page with TID2013's 3,000 images has to open on any machine.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from iqametrics.benchmark.agreement import Benchmark
from iqametrics.benchmark.residuals import Residuals
from iqametrics.files import read_image
from iqametrics.progress import Track
from iqametrics.report.pictures import data_uri, map_picture, small
from iqametrics.scoring.workers import processors

Drawn = tuple[int, str, dict[str, tuple[str, str]]]
"""A row, its picture, and its maps by metric."""


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
    study = benchmark.scores.study
    references = study.dataset.table["reference"].astype(str).to_list()
    readable = [row for row, result in enumerate(benchmark.scores.results) if result.error is None]
    mapped = {row for rows in chosen.values() for row in rows}
    # Images of one reference follow each other, so that it is read once or twice.
    rows = sorted({*mapped, *readable[:_MOST_THUMBS]}, key=lambda row: references[row])
    painter = _Painter(benchmark, chosen)
    with ThreadPoolExecutor(processors()) as pool:
        shown = dict.fromkeys(references[row] for row in rows)
        pictures = Pictures(dict(zip(shown, pool.map(painter.reference, shown), strict=True)))
        for row, distorted, maps in track(pool.map(painter.image, rows), len(rows)):
            pictures.distorted[row] = distorted
            for name, drawn in maps.items():
                pictures.maps.setdefault(name, {})[row] = drawn
    return pictures


class _Painter:
    """Reads images and draws what is wanted of them."""

    def __init__(self, benchmark: Benchmark, chosen: Mapping[str, list[int]]) -> None:
        scores = benchmark.scores
        self._pairs = scores.study.dataset.pairs()
        self._root = scores.study.dataset.root or Path()
        self._alpha = scores.settings.alpha
        self._given = scores.settings.given
        self._metrics = {name: scores.metrics[name].with_options(**self._given) for name in chosen}
        self._wanted = {name: set(rows) for name, rows in chosen.items()}
        self._read_once = lru_cache(maxsize=2 * processors())(self._read)

    def reference(self, path: str) -> str:
        return data_uri(small(self._read(self._root / path), _LARGE, **self._given))

    def image(self, row: int) -> Drawn:
        reference, distorted = self._pairs[row]
        image = self._read(distorted)
        metrics = {name: metric for name, metric in self._metrics.items() if row in self._wanted[name]}
        maps = {}
        for name, metric in metrics.items():
            picture, meaning = map_picture(metric, self._read_once(reference), image, _LARGE)
            maps[name] = (data_uri(picture), meaning)
        return row, data_uri(small(image, _LARGE if metrics else _THUMB, **self._given)), maps

    def _read(self, path: Path) -> np.ndarray:
        return read_image(path, alpha=self._alpha)
