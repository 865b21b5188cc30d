"""Tasks: some images of one reference, or without any, and what a worker makes of them."""

import os
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from iqametrics import __version__, inputs
from iqametrics.errors import DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError, WorkerError
from iqametrics.files import decode_image, read_contents
from iqametrics.scoring.originals import Original
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.settings import Settings

if TYPE_CHECKING:
    import numpy as np

#: What can be wrong with images, apart from how they were asked for.
_IMAGE_ERRORS = (DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError)
#: Value of a score, or why there is none.
Value = tuple[float | None, str | None]


class Resumable(NamedTuple):
    """What is known of a pair from an earlier call.

    Attributes
    ----------
    digests : tuple of str or None
        The sha256 of the files then: None for a reference that there is not.
    places : frozenset of int
        Which of the metrics have been scored.
    """

    digests: tuple[str | None, str]
    places: frozenset[int]


class Task(NamedTuple):
    """Work that is handed out as one.

    Attributes
    ----------
    original : Original
        The reference, if there is one.
    files : sequence of str
        The images to score.
    resumable : sequence of Resumable or None
        What is known of every pair.
    threads : int
        How many threads a worker may use.
    provenance : sequence of dict
        What the settings meant when the run began.
    version : str
        The version that hands it out.
    """

    original: Original
    files: Sequence[str]
    resumable: Sequence[Resumable | None]
    threads: int
    provenance: Sequence[dict[str, Any]]
    version: str = __version__

    def singles(self) -> Iterator["Task"]:
        """The same work, an image at a time."""
        for file, resumable in zip(self.files, self.resumable, strict=True):
            yield self._replace(files=[file], resumable=[resumable])


class Outcome(NamedTuple):
    """What a worker tells of a pair.

    Attributes
    ----------
    error : str or None
        What is wrong with the files.
    digests : tuple of str or None
        The sha256 of the reference, None if there is none, and of the distorted image; None if they could not be scored.
    image : dict or None
        What they are; None if nothing had to be scored.
    values : dict of int to Value
        The scores that are not resumable, by the place of the metric.
    pixels : tuple of ndarray or None
        The images, if they are asked for: the distorted one last.
    """

    error: str | None = None
    digests: tuple[str | None, str] | None = None
    image: dict[str, Any] | None = None
    values: dict[int, Value] = {}  # noqa: RUF012 (a default, never written to)
    pixels: "tuple[np.ndarray, ...] | None" = None


def _groups(pairs: Sequence[Pair]) -> Iterator[tuple[Path | None, range]]:
    """The reference of consecutive pairs, and their places."""
    start = 0
    for files, group in groupby(pairs, key=lambda pair: pair.files[:-1]):
        stop = start + sum(1 for _ in group)
        yield next(iter(files), None), range(start, stop)
        start = stop


def cut(
    pairs: Sequence[Pair],
    settings: Settings,
    provenance: Sequence[dict[str, Any]],
    resumable: Sequence[Resumable | None],
    most: int,
    threads: int,
    absolute: bool,
) -> Iterator[tuple[range, Task]]:
    """Cut the work into tasks of at most so many pairs, each with the places of its pairs.

    Paths become absolute where they are asked to be.

    What is prepared is decided by all pairs, never by those that are left to score: a score must not depend on it by a bit.
    """
    run = str(uuid4())
    named: Callable[[Path], str] = os.path.abspath if absolute else str
    for number, (reference, places) in enumerate(_groups(pairs)):
        key = (run, number) if len(places) > most else None
        file = None if reference is None else named(reference)
        original = Original(file, settings, "shared" if len(places) > 1 else "alone", key)
        for first in range(0, len(places), most):
            mine = places[first : first + most]
            files = [named(pairs[place].files[-1]) for place in mine]
            yield mine, Task(original, files, resumable[mine.start : mine.stop], threads, provenance)


def score_task(task: Task) -> list[Outcome]:
    """Score the pairs of a task, in a worker."""
    from iqametrics.kernels.numba_.threads import at_most

    if task.version != __version__:
        raise WorkerError(
            f"a worker has iqametrics {__version__}, this process {task.version}; install the same version everywhere"
        )
    with at_most(task.threads):
        found = [score_file(task.original, *each) for each in zip(task.files, task.resumable, strict=True)]
    _check_provenance(task)  # afterwards, since a file of weights that changes may do so at any time
    return found


def _check_provenance(task: Task) -> None:
    """Refuse scores that were not computed with what the run began with."""
    for here, there in zip(task.original.settings.provenance(), task.provenance, strict=True):
        for name in there.keys() | here.keys():
            if here.get(name) != there.get(name):
                raise WorkerError(
                    f"{there['metric']} is computed with {name} {here.get(name)}, and the run began with {there.get(name)}; "
                    "a file has changed meanwhile, or a worker has another one: see that all have the same, and start again"
                )


def score_file(original: Original, file: str, resumable: Resumable | None = None) -> Outcome:
    """Score one distorted image; what is wrong with the files becomes part of the outcome."""
    try:
        contents = read_contents(file)
        digest = sha256(contents).hexdigest()
        missing = list(range(len(original.settings.metrics)))
        if resumable is not None and resumable.digests == (original.digest(), digest):
            missing = [place for place in missing if place not in resumable.places]
            if not missing:
                return Outcome(digests=resumable.digests)
        y = decode_image(contents, file, alpha=original.settings.alpha)
        del contents
        x = original.pixels()
        if x is not None:
            inputs.check_pair(inputs.read(x, None, "reference"), inputs.read(y, None, "distorted"))
        values = dict(zip(missing, map(_value, original.compare(y, missing)), strict=True))
        digests = original.digest(), digest
    except _IMAGE_ERRORS as error:
        return Outcome(str(error))
    except MemoryError:
        return Outcome(f"{file}: too large for the memory of this machine")
    pixels = (y,) if x is None else (x, y)
    return Outcome(None, digests, _described(y), values, pixels if original.settings.keep_pixels else None)


def _value(score: Any) -> Value:
    """A score, or why a metric has none: images too small for one may do for others."""
    return (None, str(score)) if isinstance(score, ShapeError) else (score, None)


def _described(image: "np.ndarray") -> dict[str, Any]:
    height, width = image.shape[:2]
    return {
        "height": height,
        "width": width,
        "channels": image.shape[2] if image.ndim == 3 else 1,
        "dtype": str(image.dtype),
    }
