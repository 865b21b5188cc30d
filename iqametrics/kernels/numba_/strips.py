"""Large planes derived from others, made a strip of rows at a time whenever a pass comes to them.

A smaller version of a large image, or a band of it, would take several times the image's memory. Passes over all scales
run side by side down the image; a strip is made, used by all of them and forgotten.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from iqametrics.kernels.numba_.compiler import entry
from iqametrics.kernels.numba_.threads import over_rows

#: Bytes of planes up to which they are made whole.
_WHOLE = 4 << 20
#: Bytes of a strip of the largest planes.
_STRIP = 2 << 20
#: Rows kept from the strips before, since passes do not run in perfect step.
_BEHIND = 16


class Strips:
    """Planes ``(count, height, width)`` of which only some rows exist at a time.

    Attributes
    ----------
    shape : tuple of int
    dtype : dtype
    image, largest : tuple of int
        Shape of the planes at the start of the chain, and of the first that are made from them.
    offsets : ndarray (count,)
        A constant near the values of every plane.
    """

    def __init__(
        self,
        source: "np.ndarray | Strips",
        extended: np.ndarray,
        taps: int,
        step: int,
        shape: tuple[int, int, int],
        offsets: np.ndarray,
        dtype: Any,
        make: Callable[[np.ndarray, np.ndarray, np.ndarray], None],
    ) -> None:
        """Planes whose row i is made of ``extended[i * step : i * step + taps]``: rows of the source, or -1 for zeros.

        ``make(part, rows, out)`` makes some rows from a part of the source, counting its rows from the part's first.
        """
        self.shape, self.offsets, self.dtype = shape, offsets, np.dtype(dtype)
        self.image: tuple[int, ...] = source.image if isinstance(source, Strips) else source.shape
        self.largest: tuple[int, ...] = source.largest if isinstance(source, Strips) else shape
        self._source, self._extended, self._taps, self._step, self._make = source, extended, taps, step, make
        self._first = self._stop = 0  # rows that the buffer holds
        self._buffer = np.empty((shape[0], 0, shape[2]), dtype)

    def rows(self, first: int, stop: int) -> np.ndarray:
        """Some rows, until the next call; cheap if they follow those asked for before."""
        if not self._first <= first <= self._stop:
            self._first = self._stop = first
        while self._stop < stop:  # no more at once than a strip, or sources far up the chain would be asked for a lot
            upto = min(self._stop + _strip_height(self), stop)
            if upto - self._first > self._buffer.shape[1]:
                self._forget(max(self._first, first - _BEHIND), upto)
            self._make_rows(self._stop, upto, self._buffer[:, self._stop - self._first : upto - self._first])
            self._stop = upto
        return self._buffer[:, first - self._first : stop - self._first]

    def _forget(self, first: int, stop: int) -> None:
        """Keep what is held from row `first` on, and make room for rows up to `stop`."""
        kept = self._buffer[:, first - self._first : self._stop - self._first]
        if stop - first > self._buffer.shape[1]:
            shape = self.shape[0], stop - first + _strip_height(self), self.shape[2]
            self._buffer = np.empty(shape, self.dtype)
        self._buffer[:, : kept.shape[1]] = kept
        self._first = first

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        whole = np.empty(self.shape, self.dtype)
        size = _strip_height(self) if isinstance(self._source, Strips) else self.shape[1]
        for first in range(0, self.shape[1], size):
            stop = min(first + size, self.shape[1])
            self._make_rows(first, stop, whole[:, first:stop])
        return whole

    def share(self, stop: int) -> float:
        """How far down the image the rows before `stop` need it."""
        needed = int(self._extended[(stop - 1) * self._step : (stop - 1) * self._step + self._taps].max()) + 1
        return self._source.share(needed) if isinstance(self._source, Strips) else needed / self.image[1]

    def _make_rows(self, first: int, stop: int, out: np.ndarray) -> None:
        needed = self._extended[first * self._step : (stop - 1) * self._step + self._taps]
        within = needed[needed >= 0]
        low, high = (int(within.min()), int(within.max()) + 1) if within.size else (0, 1)
        target = out if out.flags.c_contiguous else np.empty(out.shape, out.dtype)
        self._make(rows_of(self._source, low, high), np.where(needed < 0, -1, needed - low), target)
        if target is not out:
            out[:] = target


def whole_or_strips(strips: Strips, keep: bool) -> np.ndarray | Strips:
    """Planes to be kept, and small ones, as an array; large ones a strip at a time."""
    size = strips.shape[0] * strips.shape[1] * strips.shape[2] * strips.dtype.itemsize
    return np.asarray(strips) if keep or size <= _WHOLE else strips


def rows_of(source: np.ndarray | Strips, first: int, stop: int) -> np.ndarray:
    """Some rows of planes."""
    return source.rows(first, stop) if isinstance(source, Strips) else source[:, first:stop]


class Strip(NamedTuple):
    """A part of a pass.

    Attributes
    ----------
    first, stop : int
        Rows of the results.
    origin, end : int
        Rows of the sources that they need.
    share : float
        How far down the image that is.
    """

    first: int
    stop: int
    origin: int = 0
    end: int = 0
    share: float = 1.0

    def parts(self, *sources: np.ndarray | Strips) -> list[np.ndarray]:
        """What the sources hold in the rows that are needed."""
        return [rows_of(source, self.origin, self.end) for source in sources]


def in_strips(
    sources: tuple[np.ndarray | Strips, ...], height: int, needs: Callable[[int, int], tuple[int, int]]
) -> Iterator[Strip]:
    """The strips in which to compute `height` rows of results: one, unless a source is made in strips itself.

    ``needs(first, stop)`` says which rows of the sources some rows of results need.
    """
    if not any(isinstance(source, Strips) for source in sources):
        yield Strip(0, height, *needs(0, height))
        return
    shares = [_strip_height(source) / source.shape[1] for source in sources if isinstance(source, Strips)]
    size = max(1, round(min(shares, default=1.0) * height))
    for first in range(0, height, size):
        stop = min(first + size, height)
        origin, end = needs(first, stop)
        share = max((source.share(end) for source in sources if isinstance(source, Strips)), default=1.0)
        yield Strip(first, stop, origin, end, share)


def _strip_height(strips: Strips) -> int:
    """Rows of a strip, which cover about as many rows of the image at every scale."""
    planes, rows, columns = strips.largest
    share = _STRIP / (planes * rows * columns * np.dtype(np.float64).itemsize)
    return max(1, round(share * strips.shape[1]))


def launch(
    kernel: Any, before: tuple[Any, ...], after: tuple[Any, ...], planes: int, height: int, strip: Strip, work: int
) -> None:
    """Run a kernel over the rows of a strip in all planes, on all threads.

    The kernel takes the first and the last row, counted through all planes, between its other arguments. `work` is what
    a row takes, in samples that a window's pass reads.
    """
    code = entry(kernel, *before, 0, 1, *after)

    def task(start: int, stop: int) -> None:
        code(*before, start, stop, *after)

    if strip.stop - strip.first == height:
        over_rows(task, 0, planes * height, height, work)
        return
    for plane in range(planes):
        over_rows(task, plane * height + strip.first, plane * height + strip.stop, height, work)
