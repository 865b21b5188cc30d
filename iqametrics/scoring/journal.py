"""The journal of a run: every score on a line of its own as soon as it is known, so that a killed run can go on.

A line is a JSON object::

    {"iqametrics": VERSION, "reference": PATH, "distorted": PATH, "sha256": [REFERENCE, DISTORTED], "image": {...},
     "scores": [{PROVENANCE ..., "value": NUMBER, "error": null}, ...], "error": null}

The reference and its sha256 are null for an image that has none. A score counts again only if its provenance is the same
(:meth:`iqametrics.scoring.settings.Settings.provenance`: metric, options, weights by their content, version), and the
content of the files is. A pair that could not be scored has its error here for who reads along, and is always tried again.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from iqametrics import __version__
from iqametrics.errors import JournalError
from iqametrics.report.strict_json import dumps
from iqametrics.scoring import lock
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.results import Result, Score
from iqametrics.scoring.settings import Settings
from iqametrics.scoring.tasks import Outcome, Resumable, Value

#: Seconds of work that a loss of power, unlike the end of a process, may cost.
_UNSAFE = 5.0
#: What every line begins with; a file that does not is something else.
_BEGINNING = b'{"iqametrics": "'


class _Entry(NamedTuple):
    """What earlier calls found for a pair."""

    digests: tuple[str | None, str]
    image: dict[str, Any]
    values: dict[int, Value]


class Journal:
    """An open journal; see :func:`opened`."""

    def __init__(self, path: Path, descriptor: int, settings: Settings, provenance: Sequence[dict[str, Any]]) -> None:
        self._path = path
        self._descriptor = descriptor
        self._settings = settings
        self._provenance = provenance
        self._synced = monotonic()
        with open(descriptor, "rb", closefd=False) as file:
            file.seek(0)
            self._entries = _entries(file.read(), provenance)

    def resumable(self, pair: Pair) -> Resumable | None:
        """What need not be computed again if the files are still the same."""
        entry = self._entries.get((pair.reference, pair.distorted))
        return None if entry is None else Resumable(entry.digests, frozenset(entry.values))

    def add(self, pair: Pair, outcome: Outcome) -> Result:
        """Make a result of what a worker tells and what is here already; write it down if it says anything new."""
        before = self._entries.get((pair.reference, pair.distorted))
        resumed = before is not None and outcome.digests == before.digests
        values, image = outcome.values, outcome.image
        if before is not None and resumed:
            values, image = {**before.values, **values}, before.image
        result = as_result(pair, self._settings, self._provenance, outcome._replace(values=values, image=image))
        result.resumed = resumed and not outcome.values
        if not result.resumed:
            self._write(self._line(result, outcome.digests))
        return result

    def _line(self, result: Result, digests: tuple[str | None, str] | None) -> bytes:
        pair = result.pair
        line = {
            "iqametrics": __version__,
            "reference": pair.reference,
            "distorted": pair.distorted,
            "sha256": digests,
            "image": result.image,
            "scores": [score.as_json() for score in result.scores],
            "error": result.error,
        }
        return dumps(line).encode() + b"\n"

    def _write(self, line: bytes) -> None:
        """Append a line, whole or not at all, so that it outlives this process."""
        end = os.fstat(self._descriptor).st_size
        try:
            written = 0
            while written < len(line):
                written += os.write(self._descriptor, line[written:])
            if monotonic() - self._synced > _UNSAFE:
                self.sync()
        except OSError as error:
            os.ftruncate(self._descriptor, end)
            raise OSError(error.errno, error.strerror, str(self._path)) from error

    def sync(self) -> None:
        """Wait until the lines would outlive a loss of power."""
        os.fsync(self._descriptor)
        self._synced = monotonic()


def as_result(pair: Pair, settings: Settings, provenance: Sequence[dict[str, Any]], outcome: Outcome) -> Result:
    """The result that a worker's outcome means."""
    if outcome.error is not None:
        return Result(pair, error=outcome.error)
    scores = [
        Score(metric, *outcome.values[place], said)
        for place, (metric, said) in enumerate(zip(settings.metrics, provenance, strict=True))
    ]
    return Result(pair, outcome.image, scores, pixels=outcome.pixels)


@contextmanager
def opened(path: Path, settings: Settings, provenance: Sequence[dict[str, Any]]) -> Iterator[Journal]:
    """Open a journal, or begin one; it stays when it is closed, unless nothing is in it.

    Parameters
    ----------
    path : Path
        The file.
    settings : Settings
        What is scored.
    provenance : sequence of dict
        What the settings mean in this run.

    Raises
    ------
    JournalError
        Another run has it open, or the file is no journal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _own(path)
    try:
        _mend(path, descriptor)
        journal = Journal(path, descriptor, settings, provenance)
        try:
            yield journal
        finally:
            if os.fstat(descriptor).st_size:
                journal.sync()
            else:
                path.unlink()
    finally:
        os.close(descriptor)


def already_scored(path: Path, pairs: Sequence[Pair], settings: Settings) -> int:
    """How many of the pairs a journal has all scores of, unless their files have changed; 0 if there is no journal."""
    try:
        contents = path.read_bytes()
    except FileNotFoundError:
        return 0
    entries = _entries(contents, settings.provenance())
    counts = (entries.get((pair.reference, pair.distorted)) for pair in pairs)
    return sum(entry is not None and len(entry.values) == len(settings.metrics) for entry in counts)


def discard(path: Path) -> None:
    """Remove a journal that has served; leave it to another run that has begun to use it."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        if lock.take(descriptor):
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _own(path: Path) -> int:
    """Open a file that no other run has open."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        if not lock.take(descriptor):
            os.close(descriptor)
            raise JournalError(f"{path} is in use by another run; wait for its end, or write to another file")
        try:
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)  # its run has ended and removed it meanwhile


def _mend(path: Path, descriptor: int) -> None:
    """Cut off what a kill or a full disk has left of a last line."""
    size = os.fstat(descriptor).st_size
    with open(descriptor, "rb", closefd=False) as file:
        file.seek(0)
        start = file.read(len(_BEGINNING))
        if not _BEGINNING.startswith(start):
            raise JournalError(f"{path} is no journal of scores, and is left as it is; move it, or choose another name")
        end = size
        while end > 0:
            begin = max(0, end - 2**16)
            file.seek(begin)
            newline = file.read(end - begin).rfind(b"\n")
            if newline >= 0:
                end = begin + newline + 1
                break
            end = begin
    if end < size:
        os.ftruncate(descriptor, end)


def _entries(contents: bytes, provenance: Sequence[dict[str, Any]]) -> dict[tuple[str | None, str], _Entry]:
    """The scores of this provenance by the paths of the pairs; the last word on a pair counts."""
    places = {_key(each): place for place, each in enumerate(provenance)}
    found: dict[tuple[str | None, str], _Entry] = {}
    for text in contents.splitlines():
        try:
            line = json.loads(text)
            if line["iqametrics"] != __version__ or line["error"] is not None:
                continue
            values = dict(_values(line["scores"], places))
            digests = line["sha256"][0], line["sha256"][1]
            paths, image = (line["reference"], line["distorted"]), dict(line["image"])
        except (ValueError, KeyError, TypeError, IndexError):
            continue  # a disk may lose what it had; the pair is scored again
        before = found.get(paths)
        if before is not None and before.digests == digests:
            values = {**before.values, **values}
        found[paths] = _Entry(digests, image, values)
    return found


def _values(scores: Sequence[dict[str, Any]], places: dict[str, int]) -> Iterator[tuple[int, Value]]:
    for score in scores:
        value, error = score.pop("value"), score.pop("error")
        place = places.get(_key(score))
        if place is not None:
            yield place, (None if value is None else float(value), error)


def _key(provenance: dict[str, Any]) -> str:
    return json.dumps(provenance, sort_keys=True)
