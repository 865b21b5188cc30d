"""Heat maps of many pairs as files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from iqametrics.naming import label
from iqametrics.report.figures import save_figure
from iqametrics.report.overlay import overlay
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.results import Result


def map_stems(pairs: Iterable[Pair]) -> Iterator[PurePath]:
    """Where the maps of every pair go, seen from the folder for maps, without what names the metric.

    They lie as the distorted images do; those of the same image against another reference get a number.
    """
    seen: Counter[PurePath] = Counter()
    for pair in pairs:
        name = PurePath(pair.name)
        stem = PurePath(*(part for part in name.parts if part not in (name.anchor, "..")))
        seen[stem] += 1
        yield stem if seen[stem] == 1 else stem.with_name(f"{stem.name}-{seen[stem]}")


def save_maps(result: Result, options: dict[str, Any], stem: Path) -> None:
    """Draw the map of every metric over the distorted image, as ``STEM.METRIC.png``.

    Parameters
    ----------
    result : Result
        With its pixels. What could not be scored has no map.
    options : dict
        Options of the calls: ``data_range`` and ``bits``.
    stem : Path
        Where to write, without the metric and the suffix.
    """
    given = {name: value for name, value in options.items() if value is not None}
    for score in result.scores:
        if result.pixels is not None and score.error is None:
            metric = label(score.metric).replace(":", "-")
            figure = overlay(score.metric.with_options(**given), *result.pixels)
            save_figure(figure, stem.with_name(f"{stem.name}.{metric}.png"))
