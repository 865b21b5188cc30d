"""LIVE In the Wild Image Quality Challenge (Ghadiyaram and Bovik 2016)."""

import re
from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, mat_strings, mat_vector
from iqametrics.datasets.readers.parts import expected_counts
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("ChallengeDB_release",)

NAMES, SCORES, SPREADS = "AllImages_release", "AllMOS_release", "AllStdDev_release"

TRAINING = re.compile(r"t\d+\.\w+", re.IGNORECASE)


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read the three arrays and drop the images that trained the observers, which stand first."""
    import pandas as pd

    counts = expected_counts(card)
    trained = counts.entries["training"]
    paths = {name: f"Data/{name}.mat" for name in (NAMES, SCORES, SPREADS)}
    files = label_files(tree, card, findings, needed=list(paths.values()))
    names = mat_strings(files[paths[NAMES]], NAMES, counts.rows)
    scores = mat_vector(files[paths[SCORES]], SCORES, counts.rows)
    spreads = mat_vector(files[paths[SPREADS]], SPREADS, counts.rows)
    odd = [name for k, name in enumerate(names) if bool(TRAINING.fullmatch(name)) != (k < trained)]
    if odd:
        raise DatasetError(
            f"{files[paths[NAMES]]}: the {trained} training images t1, t2, ... must stand first and nowhere "
            f"else; {odd[0]} breaks that, so the scores can't be told apart."
        )
    return pd.DataFrame(
        {
            "distorted": [f"Images/{name}" for name in names[trained:]],
            "type": "authentic",
            "mos": scores[trained:],
            "std": spreads[trained:],
        }
    )
