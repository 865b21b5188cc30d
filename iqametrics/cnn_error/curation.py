"""Which images of a folder a classifier will fail on, and why."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from iqametrics.cnn_error.diagnosis import Diagnosis
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.cnn_error.sources import pixels_of
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.cnn_error.training import NONE
from iqametrics.errors import DTypeError, ImageFileError, OptionError, ShapeError
from iqametrics.files import read_image
from iqametrics.progress import Track, untracked
from iqametrics.scoring.pairing import find_images
from iqametrics.scoring.workers import processors

Verdict = Literal["drop", "look", "keep", "unread"]

#: Places of the map, by thirds.
_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
#: A place is named if the part of the error it carries is this many times what it would be if all places were alike.
_STANDS_OUT = 1.8


@dataclass(frozen=True)
class Finding:
    """What is expected of an image.

    Attributes
    ----------
    path : Path
    verdict : {"drop", "look", "keep", "unread"}
    diagnosis : Diagnosis or None
        None of a file that could not be read.
    reason : str
        Why, in words.
    shape : tuple of int
        Height and width; empty of a file that could not be read.
    """

    path: Path
    verdict: Verdict
    diagnosis: Diagnosis | None
    reason: str
    shape: tuple[int, ...] = ()

    @property
    def error(self) -> float:
        """The expected error; nan of a file that could not be read."""
        return float("nan") if self.diagnosis is None else 1 - self.diagnosis.quality


def curate(
    folder: Path | str,
    metrifier: Metrifier,
    *,
    drop: float = 0.5,
    look: float = 0.2,
    alpha: Any = None,
    threads: int | None = None,
    track: Track = untracked,
) -> list[Finding]:
    """Rank the images of a folder by the error that is expected of them, the worst first.

    Parameters
    ----------
    folder : path
        Its subfolders are searched too; hidden files are left out.
    metrifier : Metrifier
        What judges.
    drop, look : float, optional
        Expected errors from which on an image is to be dropped, or to be looked at.
    alpha : optional
        What to do with transparency, see :func:`iqametrics.read_image`.
    threads : int, optional
        Of torch and BLAS.
    track : callable, optional
        Shows progress.

    Returns
    -------
    list of Finding
        Files that could not be read come first, with the reason.

    Raises
    ------
    PairingError
        The folder holds no images.
    OptionError
        The bounds are no rising pair in 0..1.
    """
    if not 0 <= look <= drop <= 1:
        raise OptionError(f"look={look:g} and drop={drop:g} must rise within 0 to 1")
    root = Path(folder)
    paths = [root / path for path in find_images(root, [])[0]]

    def read(path: Path) -> np.ndarray | str:
        try:
            return pixels_of(read_image(path, alpha=alpha), path.name)
        except (ImageFileError, DTypeError, ShapeError) as error:
            return str(error)

    found = []
    with limited_threads(threads), ThreadPoolExecutor(processors()) as pool:
        for path, image in track(zip(paths, _ahead(pool, read, paths), strict=True), len(paths)):
            if isinstance(image, str):
                found.append(Finding(path, "unread", None, image))
                continue
            diagnosis = metrifier.diagnose(image)
            verdict = _verdict(1 - diagnosis.quality, drop, look)
            found.append(Finding(path, verdict, diagnosis, reason(diagnosis), image.shape[:2]))
    return sorted(found, key=lambda each: (each.diagnosis is not None, -each.error if each.diagnosis else 0, each.path))


def reason(diagnosis: Diagnosis) -> str:
    """Why an image has the quality it has, in words."""
    share = f"{diagnosis.probabilities[diagnosis.kind]:.0%}"
    error = f"expected error {1 - diagnosis.quality:.2f}"
    if diagnosis.kind == NONE:
        return f"{error}; no known distortion ({share})"
    where = _where(diagnosis)
    return f"{error}; looks like {diagnosis.kind.replace('_', ' ')} ({share})" + (f", mostly {where}" if where else "")


def _where(diagnosis: Diagnosis) -> str:
    """The ninth of the image that carries more of the error than its share; empty if none stands out."""
    share = (1 - diagnosis.map.quality) * diagnosis.map.weight
    height, width = share.shape
    if height < 3 or width < 3 or share.sum() <= 0:
        return ""
    parts = [[part.sum() for part in np.array_split(band, 3, axis=1)] for band in np.array_split(share, 3, axis=0)]
    place = int(np.argmax(parts))
    if np.max(parts) * 9 < _STANDS_OUT * share.sum():
        return ""
    row, column = divmod(place, 3)
    return "in the centre" if (row, column) == (1, 1) else f"{_ROWS[row]} {_COLUMNS[column]}"


def _verdict(error: float, drop: float, look: float) -> Verdict:
    return "drop" if error >= drop else "look" if error >= look else "keep"


def _ahead(pool: ThreadPoolExecutor, read: Callable[[Path], Any], paths: Sequence[Path]) -> Iterable[Any]:
    """Files read a few at a time, ahead of who looks at them: those of a large folder don't fit in memory."""
    waiting: deque[Any] = deque()
    for path in paths:
        waiting.append(pool.submit(read, path))
        if len(waiting) > 2 * processors():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
