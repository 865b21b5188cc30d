"""Scoring every feature map of every pair of images."""

import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from operator import methodcaller
from pathlib import Path
from typing import Any

import numpy as np

from iqametrics.deep.options import network
from iqametrics.deep.selection.row_store import Row, RowStore
from iqametrics.deep.selection.scores import MapScores
from iqametrics.errors import DTypeError, ImageFileError, NonFiniteError, OptionError, RangeError, ShapeError
from iqametrics.file_content import sha256_of
from iqametrics.front import FullReference
from iqametrics.progress import Track, untracked

#: Of a metric's provenance, what changes no score of a map: the weights' hash stands for their place.
_NOT_IN_A_ROW = ("weights", "sha256", "maps", "layer_pool")


def score_matrix(
    pairs: Sequence[tuple[Any, Any]],
    metric: FullReference,
    *,
    cache: str | os.PathLike[str] | None = None,
    track: Track = untracked,
) -> MapScores:
    """Score every feature map of every pair of images.

    A network's maps of a reference are computed once for all its distorted versions, those of a distorted image layer
    by layer: no layer's maps outlive their comparison.

    Parameters
    ----------
    pairs : sequence of (reference, distorted)
        Paths of image files, or arrays of integers.
    metric : FullReference
        One on feature maps with its options bound, such as ``deep_metric("ssim", backbone="vgg16")``.
    cache : path, optional
        Folder to keep finished rows in. The same call goes on from there, after a kill too; other images (by content),
        another option, other weights or another version of the package begin anew beside it.
    track : callable, optional
        Passes the numbers of the pairs to be scored through, as a progress bar does.

    Returns
    -------
    MapScores

    Raises
    ------
    OptionError
        There are no pairs, or the metric is none of single feature maps or has a selection bound.
    ImageFileError
        A file can't be read.
    ShapeError
        The images of a pair differ in size, or are too small.
    DatasetError
        What the cache holds is damaged beyond its checksums.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import deep_metric
    >>> from iqametrics.deep.selection import score_matrix
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    >>> metric = deep_metric("ssim", weights="surrogate", taps=["conv1", "conv2"])
    >>> score_matrix([(x, x // 2), (x, x // 3 * 3)], metric).values.shape
    (2, 256)
    """
    if not pairs:
        raise OptionError("there are no pairs of images to score")
    if "layer_pool" not in metric.options or "maps" not in metric.options:
        raise OptionError(f"{metric.name} does not score single feature maps; use deep_metric('ssim') or a relative")
    if metric.bound.get("maps") is not None:
        raise OptionError(f"{metric.name} has maps bound; a selection is made among all of them")
    digests = _digests(pairs)
    provenance = metric.provenance()
    layers = network(metric.recipe()).widths
    shape = len(pairs), sum(layers.values())
    if cache is None:
        rows: RowStore | _Memory = _Memory(shape)
    else:
        used = {name: value for name, value in provenance.items() if name not in _NOT_IN_A_ROW}
        rows = RowStore(Path(cache), {"metric": used, "pairs": digests}, shape)
    order = sorted(rows.missing(), key=lambda row: digests[row][0])
    for row, values in _scored(pairs, digests, metric, track(order)):
        rows.write(row, values)
    return MapScores(rows.matrix(), layers, tuple(reference for reference, _ in digests), provenance)


def _scored(
    pairs: Sequence[tuple[Any, Any]], digests: Sequence[tuple[str, str]], metric: FullReference, order: Iterable[int]
) -> Iterator[tuple[int, Row]]:
    """Rows of the matrix; pairs of one reference follow each other, and share its maps."""
    prepared, before = None, ""
    for row in order:
        reference, distorted = pairs[row]
        try:
            if prepared is None or digests[row][0] != before:
                prepared = None  # the maps of two references need not be in memory at once
                prepared, before = metric.prepare(reference), digests[row][0]
            found = prepared.named(distorted, methodcaller("map_scores"))
        except (ShapeError, RangeError, DTypeError, NonFiniteError) as error:
            raise type(error)(f"pair {row} ({_name(reference)}, {_name(distorted)}): {error}") from error
        yield row, np.concatenate([np.asarray(scores, np.float32) for scores in found.values()])


class _Memory:
    """A matrix that is gone when the program ends."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._matrix = np.empty(shape, np.float32)

    def missing(self) -> list[int]:
        return list(range(len(self._matrix)))

    def write(self, row: int, values: Row) -> None:
        self._matrix[row] = values

    def matrix(self) -> Row:
        return self._matrix


def _digests(pairs: Sequence[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """Digests of all images; a file is read once, in however many pairs it is."""
    known: dict[str, str] = {}

    def digest(image: Any) -> str:
        if not isinstance(image, str | os.PathLike):
            return _digest(image)
        path = os.fspath(image)
        if path not in known:
            known[path] = _digest(image)
        return known[path]

    return [(digest(reference), digest(distorted)) for reference, distorted in pairs]


def _digest(image: Any) -> str:
    """SHA-256 of an image's content."""
    if isinstance(image, str | os.PathLike):
        try:
            return sha256_of(Path(image))
        except OSError as error:
            raise ImageFileError(f"{image} can't be read ({error.strerror or error})") from error
    array = np.ascontiguousarray(image)
    return sha256(f"{array.dtype}{array.shape}".encode() + array.tobytes()).hexdigest()


def _name(image: Any) -> str:
    return os.fspath(image) if isinstance(image, str | os.PathLike) else f"an array of shape {np.shape(image)}"
