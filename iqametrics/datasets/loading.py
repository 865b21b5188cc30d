"""Loading: label files read, images found, counts checked, or one error that tells all that is wrong."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from iqametrics.datasets.cards import Card, Direction, read_card
from iqametrics.datasets.cards import card as known_card
from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.dependencies import require
from iqametrics.datasets.findings import Findings, some_of
from iqametrics.datasets.readers import READERS
from iqametrics.datasets.tables import ordered, read_table, reference_count
from iqametrics.datasets.tree import Tree, checked_relative
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

LabelSource = Literal["disk", "manifest"]


def load(
    name: str | os.PathLike[str] | Card,
    root: str | os.PathLike[str],
    *,
    labels: LabelSource = "disk",
    direction: Direction | None = None,
) -> Dataset:
    """Load a data set from its owners' own distribution, or from a CSV manifest.

    Every image is looked up without regard to case, counts and label files are checked against the set's
    card, and scores against the manifest that comes with the package where there is one.

    Parameters
    ----------
    name : str, path or Card
        One of :func:`names`; or the path of a CSV manifest, for sets of one's own. Such a CSV has the columns
        ``distorted`` and ``mos``, ``dmos`` or ``score``, and as needed ``reference``, ``type``, ``level``,
        ``std`` and any others (``ref`` and ``dist`` will do); a card of the same name, ``.toml``, may lie
        beside it.
    root : path
        Folder that holds the data set, with or without the folder its archive unpacks to. Paths in a manifest
        are relative to it and can't leave it.
    labels : {"disk", "manifest"}
        Where scores come from: the owners' label files under ``root``, or the manifest in this package.
    direction : {"quality", "distortion"}, optional
        For a CSV manifest without a card: whether a higher score means a better or a worse image.

    Returns
    -------
    Dataset

    Raises
    ------
    UnknownDatasetError
        No data set has that name.
    DatasetError
        Files are missing, empty, damaged or ambiguous, counts are wrong, a path leaves the root, scores
        disagree. The message lists all of it; ``missing`` holds every missing path.
    DependencyError
        pandas is not installed, or what CSIQ's workbook needs besides.

    See Also
    --------
    manifest : names and scores without any image.
    """
    if labels not in ("disk", "manifest"):
        raise DatasetError(f"labels is {labels!r}; it must be 'disk' or 'manifest'.")
    require("pandas", "Loading a data set")
    card = name if isinstance(name, Card) else _card_for(name, direction)
    reader = READERS.get(card.reader)
    tree = Tree(root, reader.HOMES if reader else ())
    findings = Findings(card.title, tree.root)
    from_disk = reader is not None and labels == "disk"
    rows = reader.read(tree, card, findings) if reader and from_disk else read_table(card)
    rows = ordered(rows, card)
    _check_rows(rows, card, findings)
    if from_disk and card.table is not None:
        _check_against_manifest(rows, card, findings)
    rows = _locate(rows, tree, findings)
    findings.raise_if_any()
    return Dataset(card, rows, tree.root)


def manifest(name: str | os.PathLike[str] | Card, *, direction: Direction | None = None) -> Dataset:
    """Return the names and scores of a data set from its manifest, without looking for any file.

    Parameters
    ----------
    name : str, path or Card
        A data set whose manifest comes with the package (CID:IQ, CSIQ, LIVE, TID2013), or the path of a CSV.
    direction : {"quality", "distortion"}, optional
        For a CSV without a card.

    Returns
    -------
    Dataset
        With ``root`` None: its table is complete, its paths are those of the owners' distribution.

    Raises
    ------
    UnknownDatasetError
        No data set has that name.
    DatasetError
        The package holds no manifest of that set, or the manifest contradicts its card.
    DependencyError
        pandas is not installed.

    Examples
    --------
    >>> from iqametrics import datasets
    >>> live = datasets.manifest("live")
    >>> len(live), live.direction, round(float(live.scores.max()), 2)
    (779, 'distortion', 111.77)
    """
    require("pandas", "Reading a manifest")
    card = name if isinstance(name, Card) else _card_for(name, direction)
    rows = ordered(read_table(card), card)
    findings = Findings(card.title, Path(str(card.table)))
    _check_rows(rows, card, findings)
    findings.raise_if_any()
    return Dataset(card, rows)


def _card_for(name: str | os.PathLike[str], direction: Direction | None) -> Card:
    path = Path(name)
    beside = path.with_suffix(".toml")
    is_table = path.suffix.casefold() == ".csv"
    if not is_table or beside.exists():
        card = read_card(path.parent, path.stem) if is_table else known_card(str(name))
        if direction not in (None, card.direction):
            raise DatasetError(
                f"The card of {card.title} says that direction is {card.direction!r}, the call {direction!r}."
            )
        return card
    if direction is None:
        raise DatasetError(
            f"{path} has no card {beside.name} beside it: say direction='quality' if a higher score is "
            "better, direction='distortion' if it is worse."
        )
    return Card(name=path.stem, title=path.stem, direction=direction, table=path)


def _check_rows(rows: "pd.DataFrame", card: Card, findings: Findings) -> None:
    """Check what the label files say by itself: counts, repeated images, scores that are no numbers."""
    import numpy as np

    if rows.empty:
        findings.fault("no images are listed")
        return
    repeated = rows["distorted"][rows["distorted"].str.casefold().duplicated()]
    if len(repeated):
        findings.fault(f"images listed twice ({len(repeated)}): {some_of(list(repeated))}")
    unscored = rows["distorted"][~np.isfinite(rows[card.score])]
    if len(unscored):
        findings.fault(f"images without a score ({len(unscored)}): {some_of(list(unscored))}")
    if card.counts is None:
        return
    if len(rows) != card.counts.images:
        findings.fault(f"{len(rows)} images are listed, expected {card.counts.images}")
    references = reference_count(rows)
    if references != card.counts.references:
        findings.fault(f"{references} references are listed, expected {card.counts.references}")
    listed = rows["type"].value_counts().to_dict() if card.counts.types else {}
    for kind in dict.fromkeys([*card.counts.types, *listed]):
        seen, expected = listed.get(kind, 0), card.counts.types.get(kind, 0)
        if seen != expected:
            findings.fault(f"{seen} images of type {kind} are listed, expected {expected}")


def _check_against_manifest(rows: "pd.DataFrame", card: Card, findings: Findings) -> None:
    """Check names, references and scores on disk against the manifest: the proof where no digest is known."""
    known = ordered(read_table(card), card)
    listed, expected = (table.assign(key=table["distorted"].str.casefold()).set_index("key") for table in (rows, known))
    if listed.index.has_duplicates:
        return  # told already
    strangers = listed.index.difference(expected.index)
    if len(strangers):
        findings.fault(f"images that are not in the manifest ({len(strangers)}): {some_of(list(strangers))}")
    common = listed.index.intersection(expected.index)
    listed, expected = listed.loc[common], expected.loc[common]
    moved = common[listed["reference"].str.casefold() != expected["reference"].str.casefold()]
    if len(moved):
        findings.fault(f"images with another reference than in the manifest ({len(moved)}): {some_of(list(moved))}")
    off = common[(listed[card.score] - expected[card.score]).abs() > card.tolerance]
    if len(off):
        findings.fault(f"scores further than {card.tolerance:g} from the manifest's ({len(off)}): {some_of(list(off))}")


def _locate(rows: "pd.DataFrame", tree: Tree, findings: Findings) -> "pd.DataFrame":
    """Replace the owners' paths by those on disk and record the files that are missing or empty."""
    rows = rows.copy()
    for column, kind in (("reference", "reference images"), ("distorted", "images")):
        spelled = {name: tree.find(checked_relative(name)) for name in rows[column].dropna().unique()}
        findings.missing(kind, [name for name, hit in spelled.items() if hit is None])
        empty = [hit for hit in spelled.values() if hit is not None and tree.is_empty(hit)]
        if empty:
            findings.fault(f"{kind} without a byte, as after a broken copy ({len(empty)}): {some_of(empty)}")
        rows[column] = rows[column].map(spelled, na_action="ignore")
    return rows
