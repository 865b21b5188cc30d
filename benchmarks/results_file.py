"""The file of results: its schema, writing it whole or not at all, and finding the newest.

A file is the JSON of a :class:`Results`, field by field, named ``<date>-<machine>.json``.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from iqametrics.report.atomic import replacing

FOLDER = Path(__file__).parent / "results"
#: Number of the schema; a file of another number is not read.
SCHEMA = 1
#: The executor that arrays get by default.
DEFAULT_EXECUTOR = "numba"


def milliseconds(seconds: float) -> str:
    """A time to three digits, without an exponent."""
    return f"{float(f'{1e3 * seconds:.3g}'):g}"


@dataclass(frozen=True)
class Limit:
    """Least time that the machine allows.

    Attributes
    ----------
    bytes, operations : int
        What the call reads, and the arithmetic of its algorithm (see :mod:`benchmarks.limits`).
    bytes_per_second, operations_per_second : float
        What the machine was measured to copy and to compute.
    """

    bytes: int
    bytes_per_second: float
    operations: int
    operations_per_second: float

    @property
    def seconds(self) -> float:
        """The larger of the times for the two."""
        return max(self.bytes / self.bytes_per_second, self.operations / self.operations_per_second)

    @property
    def bound_by(self) -> str:
        """Which of the two it is."""
        memory = self.bytes / self.bytes_per_second
        return "memory" if memory > self.operations / self.operations_per_second else "arithmetic"


@dataclass(frozen=True)
class Timing:
    """What a contender took.

    Attributes
    ----------
    name, kind : str
        Executor or package; ``"executor"`` or ``"peer"``.
    median, iqr : float
        Median and interquartile range of the seconds of a call.
    rounds : int
        Calls that were timed.
    score, difference : float
        Its score, and the relative difference from the numpy executor's.
    """

    name: str
    kind: str
    median: float
    iqr: float
    rounds: int
    score: float
    difference: float


@dataclass(frozen=True)
class LeftOut:
    """A peer that was not timed, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Case:
    """A metric on a pair of grey images of a size and type."""

    metric: str
    height: int
    width: int
    dtype: str
    timings: tuple[Timing, ...]
    left_out: tuple[LeftOut, ...]
    limit: Limit | None

    @property
    def images(self) -> str:
        """Size and type of the images, in words."""
        return f"{self.width}x{self.height} {self.dtype}"

    @property
    def ours(self) -> Timing:
        """The default executor."""
        return next(t for t in self.timings if (t.name, t.kind) == (DEFAULT_EXECUTOR, "executor"))

    @property
    def fastest_peer(self) -> Timing | None:
        """The peer with the smallest median, if there is one."""
        return min((t for t in self.timings if t.kind == "peer"), key=lambda t: t.median, default=None)

    @property
    def plain_numpy(self) -> Timing | None:
        """NumPy's own expression where the metric is one, else the numpy executor."""
        named = [t for t in self.timings if t.name == "numpy"]
        return next((t for t in named if t.kind == "peer"), named[0] if named else None)

    @property
    def times_limit(self) -> float | None:
        """How many times the limit ours takes."""
        return self.ours.median / self.limit.seconds if self.limit else None

    def ratio(self, other: Timing) -> float:
        """How many times as long as ours another takes."""
        return other.median / self.ours.median


@dataclass(frozen=True)
class Results:
    """A run of the comparison.

    Attributes
    ----------
    schema : int
        `SCHEMA`.
    date : str
        When, in UTC.
    machine : dict
        Processor, cores and system.
    load : float
        Load average before the run: 0 on a machine with nothing else to do.
    threads, rounds : int
        What every contender was given.
    budget : float
        Seconds of calls after which a slow contender got no more rounds.
    versions : dict
        Of Python and the packages.
    commit : str
        Commit of the checkout.
    dirty : bool
        Whether the package or the benchmarks had changes that are not in the commit.
    cases : tuple of Case
        The figures.
    """

    date: str
    machine: dict[str, Any]
    load: float
    threads: int
    rounds: int
    budget: float
    versions: dict[str, str]
    commit: str
    dirty: bool
    cases: tuple[Case, ...]
    schema: int = SCHEMA


def write(results: Results, folder: Path = FOLDER) -> Path:
    """Write the file, under its own name."""
    path = folder / f"{results.date[:10]}-{results.machine['name']}.json"
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(asdict(results), indent=1, allow_nan=False) + "\n", "utf-8")
    return path


def read(path: Path) -> Results:
    """Read a file."""
    found = json.loads(path.read_text("utf-8"))
    if found.get("schema") != SCHEMA:
        raise ValueError(f"{path} has schema {found.get('schema')}, this is {SCHEMA}; run benchmarks.compare again")
    return Results(**(found | {"cases": tuple(_case(case) for case in found["cases"])}))


def _case(found: dict[str, Any]) -> Case:
    parts = {
        "timings": tuple(Timing(**timing) for timing in found["timings"]),
        "left_out": tuple(LeftOut(**peer) for peer in found["left_out"]),
        "limit": Limit(**found["limit"]) if found["limit"] else None,
    }
    return Case(**(found | parts))


def newest(folder: Path = FOLDER) -> Path | None:
    """The file of the last run, by its own date."""
    return max(folder.glob("*.json"), key=lambda path: json.loads(path.read_text("utf-8"))["date"], default=None)
