"""CSIQ (Larson and Chandler 2010)."""

from pathlib import Path
from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.dependencies import require
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import cell_text, label_files, numbers, read_csv, whole_numbers
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("CSIQ",)

WORKBOOK = "csiq.DMOS.xlsx"
EXPORT = "csiq_dmos.csv"
"""A copy of the workbook's sheet that goes round as CSV, with decimal commas."""

COLUMNS = ["image", "dst_idx", "dst_type", "dst_lev", "dmos_std", "dmos"]

TOKENS = {
    "awgn": "AWGN",
    "jpeg": "JPEG",
    "jpeg2000": "jpeg2000",
    "fnoise": "fnoise",
    "blur": "BLUR",
    "contrast": "contrast",
}
"""How each type is spelled in file names; its folder has the type's own name."""

WORKBOOK_TYPES = {"noise": "awgn", "jpeg 2000": "jpeg2000"}
"""Types that the workbook calls otherwise than the files do."""


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read the workbook's sheet ``all_by_image``, or its export."""
    import pandas as pd

    files = label_files(tree, card, findings, needed=[(WORKBOOK, EXPORT)])
    name, path = next(iter(files.items()))
    labels = _read_workbook(path) if name == WORKBOOK else read_csv(path, COLUMNS)
    images = [cell_text(cell, f"{name}, column image") for cell in labels["image"]]
    kinds = [_kind(cell, name) for cell in labels["dst_type"]]
    levels = whole_numbers(labels["dst_lev"], f"{name}, column dst_lev")
    return pd.DataFrame(
        {
            "reference": [f"src_imgs/{image}.png" for image in images],
            "distorted": [distorted_path(*row) for row in zip(images, kinds, levels, strict=True)],
            "type": kinds,
            "level": levels,
            "dmos": numbers(labels["dmos"], f"{name}, column dmos", decimal_comma=True),
            "std": numbers(labels["dmos_std"], f"{name}, column dmos_std", decimal_comma=True),
        }
    )


def distorted_path(image: str, kind: str, level: int) -> str:
    """Return the path of a distorted image in the owners' distribution."""
    return f"dst_imgs/{kind}/{image}.{TOKENS[kind]}.{level}.png"


def _kind(cell: str, where: str) -> str:
    text = str(cell).strip().casefold()
    kind = WORKBOOK_TYPES.get(text, text)
    if kind not in TOKENS:
        raise DatasetError(f"{where}: unknown distortion type {cell!r}; known: {', '.join(TOKENS)}.")
    return kind


def _read_workbook(path: Path) -> "pd.DataFrame":
    import pandas as pd

    require(
        "openpyxl",
        f"Reading {path.name}",
        'Without it, load(..., labels="manifest") takes the scores that come with this package.',
    )
    try:
        sheet = pd.read_excel(path, sheet_name="all_by_image", header=3, usecols="D:I", engine="openpyxl")
    except Exception as error:  # a damaged archive makes zipfile, xml or openpyxl raise, each its own way
        raise DatasetError(f"{path} is not the workbook its owners give out: {error}") from error
    absent = [column for column in COLUMNS if column not in sheet]
    if absent:
        raise DatasetError(f"{path}, sheet all_by_image, row 4: no column {', '.join(absent)} in D to I.")
    return sheet.dropna(subset=["image"])
