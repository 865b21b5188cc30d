"""A study that needs no data: photographs, distorted at known levels. The level stands in for opinion, which nobody gave."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iqametrics.benchmark.study import Study
from iqametrics.datasets.cards import Card
from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.dependencies import require
from iqametrics.datasets.tables import ordered
from iqametrics.report.atomic import replacing

if TYPE_CHECKING:
    import numpy as np

NAME = "demo"
OPINION = "level (no opinion)"
CAVEAT = (
    "Nobody rated these images. The level of distortion, 1 to 5, stands in for opinion: the figures show how the report works, "
    "not how well a metric predicts what people see."
)

Row = dict[str, Any]
Track = Callable[[Iterable[Row], int], Iterable[Row]]
"""Passes rows through and shows how far they have come of how many."""


def demo_study(folder: Path, track: Track) -> Study:
    """Write the pictures of the demonstration and their distorted versions into a folder, as a study.

    Parameters
    ----------
    folder : Path
        Where ``PICTURE.png`` and ``PICTURE/DISTORTION_LEVEL.png`` go.
    track : callable
        Shows progress.
    """
    require("pandas", "The benchmark")
    import pandas as pd

    from iqametrics.demo.distortions import DISTORTIONS, LEVELS
    from iqametrics.demo.pictures import pictures

    originals = pictures()
    rows: list[Row] = [
        {"reference": f"{name}.png", "distorted": f"{name}/{kind}_{level}.png", "type": kind, "level": level}
        for name in originals
        for kind in DISTORTIONS
        for level in LEVELS
    ]
    for name, picture in originals.items():
        _write(folder / f"{name}.png", picture)
    for row in track(rows, len(rows)):
        name = Path(row["reference"]).stem
        _write(folder / row["distorted"], DISTORTIONS[row["type"]](originals[name], row["level"]))
    card = Card(NAME, "Demonstration with levels in place of opinions", "distortion", notice=CAVEAT)
    table = pd.DataFrame(rows).assign(**{card.score: [float(row["level"]) for row in rows]})
    return Study(Dataset(card, ordered(table, card), folder), OPINION, CAVEAT)


def _write(path: Path, picture: "np.ndarray") -> None:
    from PIL import Image

    with replacing(path) as unfinished:
        Image.fromarray(picture).save(unfinished, compress_level=1)  # read once or twice, then thrown away
