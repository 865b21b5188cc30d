"""A study that needs no data: photographs, distorted at known levels, which stand in for the opinions that nobody gave."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from iqametrics.benchmark.study import Study
from iqametrics.datasets.cards import Card
from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.dependencies import require
from iqametrics.datasets.tables import ordered
from iqametrics.progress import Track
from iqametrics.report.atomic import replacing

if TYPE_CHECKING:
    import numpy as np

NAME = "demo"
OPINION = "level (stand-in for opinion)"
CAVEAT = (
    "Nobody rated these images: the level of distortion stands in for opinion, so these figures do not tell how well "
    "a metric predicts what people see."
)
#: Distortions of KADID-10k that are the worse the higher their level, and visible at the lowest.
DISTORTIONS = (
    "gaussian_noise",
    "impulse_noise",
    "lens_blur",
    "jpeg",
    "jpeg2000",
    "quantization",
    "pixelate",
    "darken",
)
PRESET = "kadid"
#: Pixels of the pictures' sides at most: enough for every metric, and soon scored.
_SIDES = (320, 480)

Row = dict[str, Any]


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

    from iqametrics.datasets import distortions

    originals = _photographs()
    rows: list[Row] = [
        {"reference": f"{name}.png", "distorted": f"{name}/{kind}_{level}.png", "type": kind, "level": level}
        for name in originals
        for kind in DISTORTIONS
        for level, _ in enumerate(distortions.levels(kind, PRESET), start=1)
    ]
    for name, picture in originals.items():
        _write(folder / f"{name}.png", picture)
    for row in track(rows, len(rows)):
        name = Path(row["reference"]).stem
        harmed = distortions.apply(row["type"], originals[name], level=row["level"], preset=PRESET)
        _write(folder / row["distorted"], harmed)
    card = Card(NAME, "Demonstration", "distortion", notice=CAVEAT)
    table = pd.DataFrame(rows).assign(**{card.score: [float(row["level"]) for row in rows]})
    return Study(Dataset(card, ordered(table, card), folder), OPINION, CAVEAT)


def _photographs() -> "dict[str, np.ndarray]":
    """Parts of photographs from scikit-image's wheel: uint8 RGB, no download."""
    import numpy as np
    from skimage import data

    whole = {
        "astronaut": data.astronaut(),
        "camera": np.dstack(3 * [data.camera()]),
        "cat": data.chelsea(),
        "coffee": data.coffee(),
        "motorcycle": data.stereo_motorcycle()[0],
        "rocket": data.rocket(),
    }
    return {name: _middle(picture) for name, picture in whole.items()}


def _middle(picture: "np.ndarray") -> "np.ndarray":
    tops = [(side - most) // 2 if side > most else 0 for side, most in zip(picture.shape, _SIDES, strict=False)]
    rows, columns = (slice(top, top + most) for top, most in zip(tops, _SIDES, strict=True))
    return picture[rows, columns]


def _write(path: Path, picture: "np.ndarray") -> None:
    from PIL import Image

    with replacing(path) as unfinished:
        Image.fromarray(picture).save(unfinished, compress_level=1)  # read once or twice, then thrown away
