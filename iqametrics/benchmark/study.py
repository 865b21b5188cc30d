"""What metrics are held against: a data set, and what its opinions are to be called."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.tables import to_csv

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Stands for the type of images whose neighbours have one.
_WITHOUT_TYPE = "without type"


@dataclass(frozen=True)
class Study:
    """A rated data set as a benchmark sees it.

    Attributes
    ----------
    dataset : Dataset
        Loaded from a root, with references.
    opinion : str
        What its scores are called in tables and plots: "MOS" or "DMOS", or what stands in for them.
    caveat : str
        What every table, plot and page has to say about them; empty for opinions of people.
    """

    dataset: Dataset
    opinion: str = ""
    caveat: str = field(default="")

    def __post_init__(self) -> None:
        if not self.opinion:
            object.__setattr__(self, "opinion", self.dataset.card.score.upper())

    @property
    def names(self) -> list[str]:
        """Paths of the rated images below the root."""
        return [str(name) for name in self.dataset.table["distorted"]]

    @property
    def types(self) -> "pd.Series | None":
        """Distortion type of every image; None in a set without types."""
        kinds = self.dataset.table["type"]
        return None if kinds.isna().all() else kinds.fillna(_WITHOUT_TYPE)

    @property
    def std(self) -> "pd.Series | None":
        """Spread of the opinions about every image; None unless it is known of all."""
        spread = self.dataset.table["std"]
        return None if spread.isna().any() else spread

    def in_subset(self, name: str) -> "np.ndarray":
        """Which images belong to one of the owners' groups of types, as booleans; all for "full"."""
        import numpy as np

        if name == "full":
            return np.ones(len(self.dataset), dtype=bool)
        return self.dataset.table["type"].isin(self.dataset.card.subsets.get(name, ())).to_numpy(dtype=bool)

    def manifest_sha256(self) -> str:
        """Digest of the manifest: of the CSV that ``iqametrics manifest build`` writes of this tree."""
        return sha256(to_csv(self.dataset.table).encode()).hexdigest()
