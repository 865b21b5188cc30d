"""KonIQ-10k (Hosu, Lin, Sziranyi and Saupe 2020)."""

from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, numbers, read_csv
from iqametrics.datasets.tree import Tree

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("koniq10k",)

SIZES = ("1024x768", "512x384")
"""Folders of the two sizes the images come in; the larger is taken where both are there."""

EXTRAS = ("c1", "c2", "c3", "c4", "c5", "c_total", "set")
"""Shares of the five ratings, number of ratings, and the authors' split, as far as the file has them."""


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read one of the CSV files: MOS from 1 to 5, or the same rescaled to about 0 to 100 with the split."""
    import pandas as pd

    file = card.source["scores"]
    files = label_files(tree, card, findings, needed=[file])
    labels = read_csv(files[file], ["image_name", "MOS", "SD"])
    size = next((name for name in SIZES if tree.folder(name)), SIZES[0])
    table = pd.DataFrame(
        {
            "distorted": f"{size}/" + labels["image_name"],
            "type": "authentic",
            "mos": numbers(labels["MOS"], f"{file}, column MOS"),
            "std": numbers(labels["SD"], f"{file}, column SD"),
        }
    )
    for name in EXTRAS:
        if name in labels:
            table[name] = labels[name] if name == "set" else numbers(labels[name], f"{file}, column {name}")
    return table
