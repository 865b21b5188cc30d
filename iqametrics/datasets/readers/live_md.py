"""LIVE Multiply Distorted (Jayaraman, Mittal, Moorthy and Bovik 2012)."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, mat_strings, mat_vector
from iqametrics.datasets.readers.parts import expected_counts
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("To_Release",)

NAME = re.compile(r"([^_]+)(?:_blur(\d))?(?:_(jpeg|noise)(\d))?\.bmp", re.IGNORECASE)

FOLDERS = {"1": "blurjpeg", "2": "blurnoise"}


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read both parts. Images that are blurred alone occur in both under one name, with other scores."""
    import pandas as pd

    homes = {part: _home(tree, part) for part in FOLDERS}
    needed = [f"{home}/{file}" for home in homes.values() for file in ("Imagelists.mat", "Scores.mat")]
    files = label_files(tree, card, findings, needed=needed)
    parts = []
    for part, home in homes.items():
        size = expected_counts(card).entries[part]
        names = mat_strings(files[f"{home}/Imagelists.mat"], "distimgs", size)
        folder = f"{home}/{FOLDERS[part]}"
        rows = pd.DataFrame([{"part": part} | _distortion(name) for name in names])
        rows["reference"] = [_reference(tree, homes, name) for name in rows["reference"]]
        rows["distorted"] = [f"{folder}/{name}" for name in names]
        rows["dmos"] = mat_vector(files[f"{home}/Scores.mat"], "DMOSscores", size)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _home(tree: Tree, part: str) -> str:
    """Return the folder of a part; copies spell "Part 1" in three ways."""
    owners = f"Part {part}"
    spellings = (owners, f"Part_{part}", f"Part{part}")
    return next((name for name in spellings if tree.folder(name)), owners)


def _distortion(name: str) -> dict[str, Any]:
    match = NAME.fullmatch(name)
    if match is None or not (match[2] or match[3]):
        raise DatasetError(f"Imagelists.mat: {name!r} is not a name like bikerace_blur1_jpeg2.bmp.")
    reference, blur, second, strength = match.groups()
    strengths = {"blur": int(blur or 0), (second or "").casefold(): int(strength or 0)}
    kinds = [kind for kind, value in strengths.items() if value]
    return {
        "reference": f"{reference}.bmp",
        "type": "+".join(kinds),
        # Two distortions have no single level; both strengths have columns of their own.
        "level": strengths[kinds[0]] if len(kinds) == 1 else None,
        "blur_level": int(blur or 0),
        "second_level": int(strength or 0),
    }


def _reference(tree: Tree, homes: Mapping[str, str], name: str) -> str:
    """Return where a reference lies: one place for both parts, which have a copy each, so that it counts as one.

    The owners keep the copies among the distorted images; some who pass the set on move them to a folder of their own.
    """
    copies = [f"{home}/{FOLDERS[part]}/{name}" for part, home in homes.items()]
    return next((path for path in (*copies, f"Ref_Images/{name}") if tree.find(path)), copies[0])
