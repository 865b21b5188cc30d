"""Pairs of a rated data set."""

from pathlib import Path
from typing import TYPE_CHECKING

from iqametrics.scoring.pairing import Pair

if TYPE_CHECKING:
    from iqametrics.datasets import Dataset


def dataset_pairs(dataset: "Dataset") -> list[Pair]:
    """The pairs of a data set, with what is known of each: type, level, opinion score and the set's other columns.

    Parameters
    ----------
    dataset : Dataset
        Loaded from its root.

    Returns
    -------
    list of Pair
        Those of a reference follow each other, so that its share of the work is done once; otherwise in the set's order.
        Columns in which nothing is known are left out.

    Raises
    ------
    DatasetError
        The set has no references, or no root is known.
    """
    dataset.pairs()  # refuses what has no pairs
    table = dataset.table.sort_values("reference", kind="stable")
    carried = [name for name in table if name not in ("reference", "distorted") and table[name].notna().any()]
    rows = table[carried].astype(object).where(table[carried].notna(), None).to_dict("records")
    names = zip(table["reference"], table["distorted"], rows, strict=True)
    return [
        Pair(reference, distorted, dataset.root or Path(), distorted, extra) for reference, distorted, extra in names
    ]
