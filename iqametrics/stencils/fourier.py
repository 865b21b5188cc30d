"""Filters in the frequency domain: the grids of the authors' conventions by name, and filters kept per size.

Filters are real numbers on the grid of a transform. A real image filtered by one that is not symmetric about zero frequency
becomes complex; its real part is the image filtered by the symmetric half of the filter, its imaginary part by the
antisymmetric half. Both are real transforms, which is all that is ever done here.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from iqametrics.planes import Planes

#: Bytes of filters that are kept for the next call.
_KEPT = 256 << 20


def _cycles_per_pixel(size: int) -> np.ndarray:
    """Kovesi's: from -1/2 to 1/2, both ends included where the number of samples is odd."""
    return np.fft.ifftshift((np.arange(size) - size // 2) / max(1, size - size % 2))


def _shares_of_nyquist(size: int) -> np.ndarray:
    """MAD's log-Gabor filters: 1 is the highest frequency; half a sample off where the number of samples is odd."""
    return np.fft.fftshift((np.arange(size) - size / 2) / (size / 2))


def _cycles_per_picture(size: int) -> np.ndarray:
    """NQM's: half a sample off where the number of samples is odd."""
    return np.fft.fftshift(np.arange(size) - size / 2)


def _half_samples(size: int) -> np.ndarray:
    """Contrast sensitivity of MAD and WSNR, in cycles per picture: half a sample off, hence never zero."""
    return np.fft.ifftshift(np.arange(size) - size / 2 + 0.5)


#: Frequencies along an axis, in the order of a transform, by the convention's name.
AXES: dict[str, Callable[[int], np.ndarray]] = {
    "cycles per pixel": _cycles_per_pixel,
    "cycles per picture": _cycles_per_picture,
    "half samples": _half_samples,
    "shares of Nyquist": _shares_of_nyquist,
}


def grid(size: tuple[int, int], convention: str) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies down a column ``(height, 1)`` and along a row ``(1, width)``, in the order of a transform."""
    height, width = size
    axis = AXES[convention]
    return axis(height)[:, None], axis(width)[None, :]


class Filter(NamedTuple):
    """A real filter on the half of the grid that a real transform has.

    Attributes
    ----------
    even : ndarray ``(height, width // 2 + 1)``
        Its symmetric half, which keeps an image real.
    odd : ndarray or None
        Its antisymmetric half, which makes it imaginary; None where there is none.
    """

    even: np.ndarray
    odd: np.ndarray | None

    def then(self, other: "Filter") -> "Filter":
        """One filter after the other."""
        even, odd = self.even * other.even, None
        if self.odd is not None and other.odd is not None:
            even = even + self.odd * other.odd
        for one, another in ((self.even, other.odd), (other.even, self.odd)):
            if another is not None:
                odd = one * another if odd is None else odd + one * another
        return Filter(even, odd)

    def energy(self, width: int) -> float:
        """Sum of its squares over the whole grid; `width` is that of the image."""
        squares = self.even**2 if self.odd is None else self.even**2 + self.odd**2
        twice = squares[:, 1 : (width + 1) // 2]  # the columns whose opposites are not in the half
        return float(squares.sum() + twice.sum())


def halved(whole: np.ndarray) -> Filter:
    """A filter on the whole grid as its two halves."""
    turned = np.roll(whole[::-1, ::-1], 1, (0, 1))  # at the opposite frequency
    columns = whole.shape[1] // 2 + 1
    if np.array_equal(turned, whole):
        return Filter(np.ascontiguousarray(whole[:, :columns]), None)
    return Filter(((whole + turned) / 2)[:, :columns], ((whole - turned) / 2)[:, :columns])


class _Shelf:
    """Filters of the sizes that were used last, as many as fit."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What was made for this key, or is now."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]
        made = make()
        size = _bytes(made)
        with self._lock:
            if size <= self._capacity:
                self._held[key] = made, size
            while sum(held for _, held in self._held.values()) > self._capacity:
                self._held.popitem(last=False)
        return made


def _bytes(made: Any) -> int:
    if isinstance(made, np.ndarray):
        return made.nbytes
    return sum(_bytes(part) for part in made) if isinstance(made, tuple | list) else 0


_shelf = _Shelf(_KEPT)


def filters(key: Hashable, make: Callable[[], Any]) -> Any:
    """Filters that depend on a size alone, made once for it as long as they are not too many. Not to be written to."""
    return _shelf.get(key, make)


def spectrum(planes: Planes) -> Any:
    """Half of the spectrum of planes, whose own mean is left out: it would be the rounding of all other frequencies.

    Only filters that let no constant pass may follow.
    """
    return planes.derive("spectrum", lambda: planes.ops.rfft2(planes.values - planes.ops.centre(planes.values)))


def filtered(half: Any, filter_: Filter, size: tuple[int, int], ops: Any) -> tuple[Any, Any]:
    """Real and imaginary part of planes of this size, filtered, from half of their spectrum."""
    even = ops.irfft2(half * ops.constant(filter_.even, half), size)
    if filter_.odd is None:
        return even, 0 * even
    return even, ops.irfft2(half * ops.constant(filter_.odd, half) * -1j, size)
