"""LIVE release 2 (Sheikh, Sabir and Bovik 2006)."""

from pathlib import Path
from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, mat_strings, mat_vector, numbers, read_words
from iqametrics.datasets.readers.parts import expected_counts
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("databaserelease2",)


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read the MATLAB arrays, ordered by folder and image number, and drop the reference copies among them.

    ``info.txt`` in each folder, where it was kept, gives the generator's parameter (a bit rate, a sigma or a
    receiver SNR) and must name the same references.
    """
    import pandas as pd

    blocks = expected_counts(card).entries
    images = [(folder, f"img{k}.bmp") for folder, size in blocks.items() for k in range(1, size + 1)]
    file = card.source["scores"]
    info = [f"{folder}/info.txt" for folder in blocks]
    files = label_files(tree, card, findings, needed=[file, "refnames_all.mat"], optional=info)

    table = pd.DataFrame(
        {
            "reference": mat_strings(files["refnames_all.mat"], "refnames_all", len(images)),
            "distorted": [f"{folder}/{image}" for folder, image in images],
            "type": [folder for folder, _ in images],
            "dmos": mat_vector(files[file], card.source["score"], len(images)),
            "is_copy": mat_vector(files[file], "orgs", len(images)) != 0,
        }
    )
    if "std" in card.source:
        table["std"] = mat_vector(files[file], card.source["std"], len(images))
    known = {name: _parameters(files[name]) for name in info if name in files}
    listed = {image: entry for name, entries in known.items() for image, entry in _in_folder(name, entries)}
    _check_references(table, listed)
    table["parameter"] = [listed.get(image.casefold(), ("", float("nan")))[1] for image in table["distorted"]]
    table["reference"] = "refimgs/" + table["reference"]
    return table[~table["is_copy"]].drop(columns="is_copy").reset_index(drop=True)


def _parameters(path: Path) -> list[tuple[str, str, float]]:
    lines = [words for _, words in read_words(path, words=3)]
    values = numbers((words[2] for words in lines), str(path))
    return [(image, reference, value) for (reference, image, _), value in zip(lines, values, strict=True)]


def _in_folder(name: str, entries: list[tuple[str, str, float]]) -> list[tuple[str, tuple[str, float]]]:
    folder = name.split("/")[0]
    return [(f"{folder}/{image}".casefold(), (reference, value)) for image, reference, value in entries]


def _check_references(table: "pd.DataFrame", listed: dict[str, tuple[str, float]]) -> None:
    for image, reference in zip(table["distorted"], table["reference"], strict=True):
        told = listed.get(image.casefold(), (reference, 0.0))[0]
        if told.casefold() != reference.casefold():
            raise DatasetError(
                f"{image}: refnames_all.mat says its reference is {reference}, info.txt says {told}; "
                "one of them is not the owners' file."
            )
