"""TID2008 and TID2013 (Ponomarenko et al. 2009, 2015)."""

import re
from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, numbers, read_words
from iqametrics.datasets.readers.parts import coded_type, expected_counts
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("tid2013", "tid2008")

NAME = re.compile(r"i(\d\d)_(\d\d)_(\d)\.bmp", re.IGNORECASE)

ARTIFICIAL_REFERENCE = "25"
"""The 25th reference is synthetic; many authors report the 24 natural ones only."""


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read ``mos_with_names.txt`` ("MOS name" a line) and ``mos_std.txt`` in the same order."""
    import pandas as pd

    files = label_files(tree, card, findings, needed=["mos_with_names.txt", "mos_std.txt"])
    lines = read_words(files["mos_with_names.txt"], words=2)
    spreads = read_words(files["mos_std.txt"], words=1)
    if len(lines) != len(spreads):
        findings.fault(f"mos_with_names.txt has {len(lines)} rows, mos_std.txt {len(spreads)}: they must agree")
        findings.raise_if_any()

    rows = []
    for number, (_, name) in lines:
        match = NAME.fullmatch(name)
        if match is None:
            raise DatasetError(f"mos_with_names.txt, line {number}: {name!r} is not a name like i01_02_3.bmp.")
        reference, code, level = match.groups()
        rows.append(
            {
                "reference": f"reference_images/I{reference}.BMP",
                "distorted": f"distorted_images/{name}",
                "type": coded_type(code, expected_counts(card), name),
                "level": int(level),
                "natural": reference != ARTIFICIAL_REFERENCE,
            }
        )
    return pd.DataFrame(rows).assign(
        mos=numbers((words[0] for _, words in lines), "mos_with_names.txt"),
        std=numbers((words[0] for _, words in spreads), "mos_std.txt"),
    )
