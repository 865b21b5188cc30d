"""A loaded data set: one table, its owners' wishes, and the way to its image files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from iqametrics.datasets.cards import Card
from iqametrics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images with opinion scores, in the owners' own units and order.

    Attributes
    ----------
    card : Card
        What is known of the set: citation, notice, counts, meaning of the columns.
    table : pandas.DataFrame
        One row an image. Columns ``reference`` and ``distorted`` (paths relative to ``root``; ``reference``
        is missing in sets without references), ``type``, ``level`` (missing where the set has no grid of
        levels), ``mos`` or ``dmos``, ``std`` (NaN where the owners give none), then what the set has besides.
    root : Path or None
        Folder that the paths are relative to; ``None`` when only the manifest was asked for.
    """

    card: Card
    table: "pd.DataFrame"
    root: Path | None = None

    def __repr__(self) -> str:
        return f"<Dataset {self.name}: {len(self)} images with {self.card.score}, root {self.root}>"

    def __len__(self) -> int:
        return len(self.table)

    @property
    def name(self) -> str:
        """Name of the data set, as :func:`iqametrics.datasets.load` takes it."""
        return self.card.name

    @property
    def direction(self) -> str:
        """Whether a higher score means a better image ("quality") or a worse one ("distortion")."""
        return self.card.direction

    @property
    def citation(self) -> str:
        """What the owners ask to be cited."""
        return self.card.citation

    @property
    def notice(self) -> str:
        """The owners' notice."""
        return self.card.notice

    @property
    def scores(self) -> "pd.Series":
        """The opinion scores: the table's ``mos`` or ``dmos`` column."""
        return self.table[self.card.score]

    def pairs(self) -> list[tuple[Path, Path]]:
        """Return (reference, distorted) file paths, in the table's order.

        Returns
        -------
        list of (Path, Path)

        Raises
        ------
        DatasetError
            The set has no references, or no root is known.
        """
        if self.table["reference"].isna().any():
            raise DatasetError(
                f"{self.card.title} has images without a reference: use images() and a no-reference metric."
            )
        root = self._known_root()
        columns = (self.table["reference"], self.table["distorted"])
        return [(root / reference, root / distorted) for reference, distorted in zip(*columns, strict=True)]

    def images(self) -> list[Path]:
        """Return the file paths of the rated images, in the table's order."""
        root = self._known_root()
        return [root / distorted for distorted in self.table["distorted"]]

    def subset(self, rows: "str | Sequence[bool] | pd.Series") -> Self:
        """Return the data set restricted to some of its rows.

        Parameters
        ----------
        rows : str or sequence of bool
            The name of a distortion type, or of one of the owners' subsets (``card.subsets``), or a mask over
            the rows.

        Returns
        -------
        Dataset

        Raises
        ------
        DatasetError
            Neither a type nor a subset has that name, or the mask's length is not the number of rows.

        Examples
        --------
        >>> from iqametrics import datasets
        >>> len(datasets.manifest("tid2013").subset("simple"))
        375
        """
        if isinstance(rows, str):
            types = set(self.table["type"].dropna())
            chosen = self.card.subsets.get(rows, (rows,) if rows in types else ())
            if not chosen:
                known = ", ".join(sorted(types | set(self.card.subsets))) or "none"
                raise DatasetError(f"{self.card.title} has no type or subset {rows!r}; it has: {known}.")
            mask = self.table["type"].isin(chosen).to_numpy()
        elif len(rows) != len(self):
            raise DatasetError(f"The mask has {len(rows)} entries for {len(self)} rows.")
        else:
            mask = [bool(row) for row in rows]
        return replace(self, table=self.table[mask].reset_index(drop=True))

    def _known_root(self) -> Path:
        if self.root is None:
            raise DatasetError(
                f"This is the manifest of {self.card.title} alone; "
                f"to reach the images, call iqametrics.datasets.load({self.card.name!r}, root)."
            )
        return self.root
