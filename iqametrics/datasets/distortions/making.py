"""Distorted versions of image files, made by several threads: a few images are in memory at a time."""

import os
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path, PurePath
from typing import NamedTuple

import numpy as np

from iqametrics.datasets.distortions.application import distorted
from iqametrics.datasets.distortions.catalogue import distortion, levels
from iqametrics.datasets.distortions.plan import Original, Plan
from iqametrics.datasets.distortions.rows import Ledger, Row, parameter_text
from iqametrics.errors import DistortionError, DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError
from iqametrics.file_content import sha256_of
from iqametrics.files import read_image
from iqametrics.files.writer import encode_image
from iqametrics.report.atomic import replacing
from iqametrics.version import __version__

#: What can be wrong with an image itself.
_IMAGE_ERRORS = (DTypeError, ImageFileError, NonFiniteError, RangeError)
#: What says that a distortion can't be had of an image that is fine.
_UNFIT = (DistortionError, ShapeError)


class Made(NamedTuple):
    """What came of one distorted image.

    Attributes
    ----------
    original : Original
        What it was to be made of.
    type : str
        Its distortion.
    level : int
        Its level.
    row : Row or None
        Its row in the manifest; None if there is no image.
    kept : bool
        Whether it was already there.
    error : str
        Why there is none.
    unfit : bool
        Whether there is none because this distortion can't be had of this image, which is fine as such.
    """

    original: Original
    type: str
    level: int
    row: Row | None = None
    kept: bool = False
    error: str = ""
    unfit: bool = False


def make(
    originals: Sequence[Original], plan: Plan, known: Mapping[str, Row], ledger: Ledger, workers: int
) -> Generator[Made, None, None]:
    """Distort files.

    Parameters
    ----------
    originals : sequence of Original
        The files.
    plan : Plan
        What to make of each.
    known : mapping of str to Row
        Images that are there by their paths: one whose file is still the same, and would be made the same way again, stays.
    ledger : Ledger
        Takes the row of every new image as soon as its file is there.
    workers : int
        How many threads distort.

    Yields
    ------
    Made
        In the order of the originals, types and levels. An image that can't be distorted says why, and stops no other.
    """
    waiting: deque[Future[list[Made]]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="iqametrics-distort")
    try:
        for original in originals:
            try:
                pixels, digest = read_image(original.path, alpha=plan.alpha), sha256_of(original.path)
            except _IMAGE_ERRORS as error:
                while waiting:
                    yield from waiting.popleft().result()
                yield from (Made(original, *each, error=str(error)) for each in plan.cases)
                continue
            for kind in plan.types:
                waiting.append(pool.submit(_levels, original, pixels, digest, kind, plan, known, ledger))
                if len(waiting) >= 2 * workers:
                    yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _levels(
    original: Original,
    pixels: np.ndarray,
    digest: str,
    kind: str,
    plan: Plan,
    known: Mapping[str, Row],
    ledger: Ledger,
) -> list[Made]:
    made = []
    for level in plan.levels:
        row = Row(
            distorted=plan.target(original, kind, level).as_posix(),
            reference=_seen_from(plan.folder, original.path),
            type=kind,
            level=str(level),
            preset=plan.preset,
            parameters="",
            seed=str(plan.seed),
            distorted_sha256="",
            reference_sha256=digest,
            iqametrics=__version__,
        )
        made.append(_one(Made(original, kind, level), row, pixels, plan, known.get(row.distorted)))
        new = made[-1].row
        if new is not None and new != known.get(row.distorted):
            ledger.add(new)
    return made


def _one(case: Made, row: Row, pixels: np.ndarray, plan: Plan, before: Row | None) -> Made:
    """Make an image and complete its row, unless it is there."""
    path = plan.folder / row.distorted
    if before and before.made_from == row.made_from and path.is_file() and sha256_of(path) == before.distorted_sha256:
        return case._replace(row=before._replace(reference=row.reference), kept=True)
    try:
        asked = levels(case.type, plan.preset)[case.level - 1]
        image, parameters = distorted(distortion(case.type), pixels, asked, case.level, plan.seed)
    except _UNFIT as error:
        return case._replace(error=str(error), unfit=True)
    except _IMAGE_ERRORS as error:
        return case._replace(error=str(error))
    except MemoryError:
        return case._replace(error="too large for the memory of this machine")
    contents = encode_image(image, plan.suffix)
    with replacing(path) as unfinished:
        unfinished.write_bytes(contents)
    digest = sha256(contents).hexdigest()
    return case._replace(row=row._replace(parameters=parameter_text(parameters), distorted_sha256=digest))


def _seen_from(folder: Path, path: Path) -> str:
    try:
        return PurePath(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
