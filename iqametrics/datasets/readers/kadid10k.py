"""KADID-10k (Lin, Hosu and Saupe 2019)."""

import re
from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, numbers, read_csv
from iqametrics.datasets.readers.parts import coded_type, expected_counts
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("kadid10k",)

NAME = re.compile(r"i(\d\d)_(\d\d)_(\d\d)\.png", re.IGNORECASE)


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read ``dmos.csv``, whose "dmos" rises with quality and whose "var" is a standard deviation."""
    import pandas as pd

    files = label_files(tree, card, findings, needed=["dmos.csv"])
    labels = read_csv(files["dmos.csv"], ["dist_img", "ref_img", "dmos", "var"])
    codes = [_codes(name) for name in labels["dist_img"]]
    return pd.DataFrame(
        {
            "reference": "images/" + labels["ref_img"],
            "distorted": "images/" + labels["dist_img"],
            "type": [coded_type(code, expected_counts(card), "dmos.csv") for code, _ in codes],
            "level": [int(level) for _, level in codes],
            "mos": numbers(labels["dmos"], "dmos.csv, column dmos"),
            "std": numbers(labels["var"], "dmos.csv, column var"),
        }
    )


def _codes(name: str) -> tuple[str, str]:
    match = NAME.fullmatch(name)
    if match is None:
        raise DatasetError(f"dmos.csv: {name!r} is not a name like I01_02_03.png.")
    return match[2], match[3]
