"""Score pairs of files: decode some while others are computed, a few at a time."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from iqametrics import inputs
from iqametrics.errors import DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError
from iqametrics.files import read_image
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.results import Result, Score

if TYPE_CHECKING:
    import numpy as np

    from iqametrics.record import Metric

#: Up to this size NumPy has scored a single pair before a faster executor is even imported.
_SMALL_PIXELS = 2**19
#: More pairs at once need more memory and gain little: a metric uses all processors itself.
_MOST_WORKERS = 8
#: What can be wrong with images, apart from how they were asked for.
_IMAGE_ERRORS = (DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError)


class How(NamedTuple):
    """How pairs are scored.

    Attributes
    ----------
    metrics : sequence of Metric
        The metrics, with their options bound.
    options : dict
        Options of all calls: ``data_range`` and ``bits``.
    alpha : object
        What to do with transparency, see :func:`iqametrics.read_image`.
    keep_pixels : bool
        Whether results shall have the images.
    """

    metrics: "Sequence[Metric]"
    options: dict[str, Any]
    alpha: Any = None
    keep_pixels: bool = False


class _Original(NamedTuple):
    """A reference, with what tells the score of a distorted image, or why it can't, for every metric."""

    pixels: "np.ndarray"
    comparisons: "list[Callable[[np.ndarray], float] | ShapeError]"


def score_pair(pair: Pair, how: How) -> Result:
    """Score a single pair of files, with as little to import as possible."""
    return _scored(pair, how, partial(_read_lightly, pair.files[0], how))


def score_pairs(pairs: Sequence[Pair], how: How) -> Generator[Result, None, None]:
    """Score pairs of files on several threads.

    Decoders and compiled metrics release Python's lock, so that reading and computing overlap. A reference that consecutive
    pairs share is read and prepared once. Few pairs are in memory at a time, however slowly the results are taken.

    Yields
    ------
    Result
        In the order of the pairs. A pair that can't be scored says why, and stops no other.
    """
    workers = min(_processors(), _MOST_WORKERS)
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="iqametrics-pairs")
    try:
        for pair, original in _with_originals(pairs, how, pool):
            waiting.append(pool.submit(_scored, pair, how, original))
            if len(waiting) == 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _with_originals(
    pairs: Sequence[Pair], how: How, pool: ThreadPoolExecutor
) -> Iterator[tuple[Pair, Callable[[], _Original]]]:
    """Every pair with what gives its reference.

    A shared reference is handed to the pool before the first pair that waits for it, so that nobody waits for work that no
    thread has taken up.
    """
    files = [pair.files[0] for pair in pairs]
    follows = [False, *(before == file for before, file in pairwise(files))]
    shared: Callable[[], _Original]
    for pair, file, again, more in zip(pairs, files, follows, [*follows[1:], False], strict=True):
        if not again and not more:
            yield pair, partial(_read, file, how)
            continue
        if not again:
            shared = pool.submit(_prepare, file, how).result
        yield pair, shared


def _read_lightly(file: os.PathLike[str], how: How) -> _Original:
    pixels, comparisons = _read(file, how)
    if pixels.shape[0] * pixels.shape[1] > _SMALL_PIXELS:
        return _Original(pixels, comparisons)
    return _Original(pixels, [partial(metric, pixels, **how.options, backend="numpy") for metric in how.metrics])


def _read(file: os.PathLike[str], how: How) -> _Original:
    pixels = read_image(file, alpha=how.alpha)
    return _Original(pixels, [partial(metric, pixels, **how.options) for metric in how.metrics])


def _prepare(file: os.PathLike[str], how: How) -> _Original:
    pixels = read_image(file, alpha=how.alpha)
    original = _Original(pixels, [])
    for metric in how.metrics:
        try:
            original.comparisons.append(metric.prepare(pixels, **how.options))
        except ShapeError as error:  # too small for this metric; the others may do
            original.comparisons.append(error)
    return original


def _scored(pair: Pair, how: How, original: Callable[[], _Original]) -> Result:
    try:
        y = read_image(pair.files[1], alpha=how.alpha)
        x, comparisons = original()
        inputs.check_pair(inputs.read(x, None, "reference"), inputs.read(y, None, "distorted"))
        scores = [_score(*each, y) for each in zip(how.metrics, comparisons, strict=True)]
    except _IMAGE_ERRORS as error:
        return Result(pair, error=str(error))
    except MemoryError:
        return Result(pair, error=f"{pair.distorted}: too large for the memory of this machine")
    return Result(pair, _described(y), scores, pixels=(x, y) if how.keep_pixels else None)


def _score(metric: "Metric", compare: "Callable[[np.ndarray], float] | ShapeError", y: "np.ndarray") -> Score:
    if isinstance(compare, ShapeError):
        return Score(metric, error=str(compare))
    try:
        return Score(metric, compare(y))
    except ShapeError as error:
        return Score(metric, error=str(error))


def _described(image: "np.ndarray") -> dict[str, Any]:
    height, width = image.shape[:2]
    return {
        "height": height,
        "width": width,
        "channels": image.shape[2] if image.ndim == 3 else 1,
        "dtype": str(image.dtype),
    }


def _processors() -> int:
    """Processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
