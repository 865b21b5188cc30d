"""What is known of a data set before any file of it is read: its card, a TOML file in data_manifests."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from iqametrics.datasets.tree import checked_relative
from iqametrics.errors import DatasetError, UnknownDatasetError

Direction = Literal["quality", "distortion"]
ScoreName = Literal["mos", "dmos"]


@dataclass(frozen=True)
class Counts:
    """How much of everything a complete copy of the data set holds.

    ``types`` splits ``images`` by distortion type, in the order in which the set numbers its types; a set
    without types leaves it empty. ``entries`` counts the rows of the label files block by block where those
    hold more, or come in more blocks, than the rated images do: LIVE's files list 203 reference copies, LIVE
    Challenge's seven training images.
    """

    images: int
    references: int
    types: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.types and sum(self.types.values()) != self.images:
            raise DatasetError(f"The types add up to {sum(self.types.values())} images, not to {self.images}.")

    @property
    def rows(self) -> int:
        """Rows of the label files."""
        return sum(self.entries.values()) or self.images


@dataclass(frozen=True)
class Card:
    """The record of one data set: what it is, whose it is, what a complete copy holds, how it is read.

    Attributes
    ----------
    name, title, homepage, citation, notice : str
        ``name`` is what :func:`iqametrics.datasets.load` takes; ``citation`` and ``notice`` are the owners'
        wishes.
    direction : {"quality", "distortion"}
        Whether a higher score means a better image (MOS) or a worse one (DMOS).
    doi : tuple of str
    reader : str
        The module of ``iqametrics.datasets.readers`` that knows the layout; empty for a manifest-only set.
    counts : Counts or None
        ``None`` where nobody stated the counts (private manifests).
    columns : mapping of str to str
        What each column of the table holds, units included.
    subsets : mapping of str to tuple of str
        Named groups of distortion types, such as the six of TID2013.
    source : mapping of str to str
        Names of label files and of the arrays in them, for the reader.
    sha256 : mapping of str to tuple of str
        Accepted digests of label files; a file that is not listed is not checked.
    made_from : mapping of str to str
        Digests of the files that the manifest was made from, the owners' or copies of theirs.
    table : Traversable or Path or None
        The manifest's CSV file, if its scores may be given on.
    score_column, std_column : str
        Columns of that CSV that hold the scores and their spread (``std_column`` may be empty).
    tolerance : float
        Largest difference between a score on disk and the same score in the manifest, in score units.
    """

    name: str
    title: str
    direction: Direction
    homepage: str = ""
    citation: str = ""
    notice: str = ""
    doi: tuple[str, ...] = ()
    reader: str = ""
    counts: Counts | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    subsets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    sha256: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    made_from: Mapping[str, str] = field(default_factory=dict)
    table: Traversable | Path | None = None
    score_column: str = ""
    std_column: str = ""
    tolerance: float = 0.0

    @property
    def score(self) -> ScoreName:
        """Name of the score column in a loaded table: "mos" if higher is better, "dmos" if it is worse."""
        return score_name(self.direction)


def score_name(direction: Direction) -> ScoreName:
    """Return the name of the score column for a direction."""
    return "mos" if direction == "quality" else "dmos"


def manifest_folder() -> Traversable:
    """Return the folder of cards and manifests, in a checkout and in an installed package alike.

    A wheel holds it as the package iqametrics.data_manifests; a checkout keeps it beside the package, where an
    editable install and PYTHONPATH find it too. Importing it by name would not do: with a checkout on PYTHONPATH and
    another one installed, the name leads to the wrong one.
    """
    installed = resources.files("iqametrics") / "data_manifests"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "data_manifests"


def names() -> list[str]:
    """Return the names of all data sets that have a reader, sorted.

    A set that comes with several scores has one name for each: ``live`` (realigned DMOS) and
    ``live.original``, ``cidiq.50cm`` and ``cidiq.100cm``.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from iqametrics import datasets
    >>> len(datasets.names())
    12
    """
    found: list[str] = []
    for entry in manifest_folder().iterdir():
        if entry.name.endswith(".toml"):
            family = entry.name.removesuffix(".toml")
            raw = _parse(entry)
            found += [f"{family}.{tag}" for tag in raw.get("variants", {})]
            found += [family] * raw.get("bare", True)
    return sorted(found)


def card(name: str) -> Card:
    """Return the card of a data set: owners, citation, direction, expected counts.

    Parameters
    ----------
    name : str
        One of :func:`names`, in any case.

    Returns
    -------
    Card

    Raises
    ------
    UnknownDatasetError
        No data set has that name; the message proposes the nearest ones.

    Examples
    --------
    >>> from iqametrics import datasets
    >>> datasets.card("tid2013").counts.images
    3000
    """
    wanted = name.strip().casefold()
    known = names()
    if wanted not in known:
        near = [other for other in known if other.startswith(f"{wanted}.")]
        near = near or difflib.get_close_matches(wanted, known, n=3)
        advice = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}."
        raise UnknownDatasetError(
            f"No data set is called {name!r}; {advice} For a set of your own, give the path of a CSV."
        )
    family, _, tag = wanted.partition(".")
    return read_card(manifest_folder(), family, tag)


def read_card(folder: Traversable | Path, family: str, tag: str = "") -> Card:
    """Read the card ``family.toml`` in a folder; ``tag`` chooses a variant. Its CSV lies beside it."""
    file = folder.joinpath(f"{family}.toml")
    raw = _parse(file)
    variant = raw.get("variants", {}).get(tag, {})
    facts = raw | variant
    try:
        table = folder.joinpath(_plain_name(facts["csv"])) if "csv" in facts else None
        return Card(
            name=f"{family}.{tag}" if tag else family,
            title=facts["title"],
            direction=_direction(facts["direction"]),
            homepage=facts.get("homepage", ""),
            citation=facts.get("citation", ""),
            notice=facts.get("notice", ""),
            doi=tuple(facts.get("doi", ())),
            reader=facts.get("reader", ""),
            counts=_counts(facts.get("counts")),
            columns=facts.get("columns", {}),
            subsets=_tuples(facts.get("subsets", {})),
            source=facts.get("source", {}),
            sha256=_tuples(facts.get("sha256", {})),
            made_from=facts.get("made_from", {}),
            table=table,
            score_column=facts.get("score_column", ""),
            std_column=facts.get("std_column", ""),
            tolerance=float(facts.get("tolerance", 0.0)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{file} is not a data set's card: {error!r}.") from error


def _parse(file: Traversable | Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DatasetError(f"The card {file} can't be read: {error}") from error


def _plain_name(name: str) -> str:
    if "/" in checked_relative(name):
        raise DatasetError(f"csv is {name!r}: the table must lie beside its card.")
    return name


def _direction(value: str) -> Direction:
    if value == "quality":
        return "quality"
    if value == "distortion":
        return "distortion"
    raise DatasetError(f"direction is {value!r}; it must be 'quality' (higher is better) or 'distortion'.")


def _counts(raw: Mapping[str, Any] | None) -> Counts | None:
    if raw is None:
        return None
    return Counts(raw["images"], raw["references"], raw.get("types", {}), raw.get("entries", {}))


def _tuples(raw: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in raw.items()}
