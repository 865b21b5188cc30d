"""Planes of another size, every sample a weighted sum of a few along both axes, as MATLAB's ``imresize`` makes them."""

from collections.abc import Callable
from functools import lru_cache
from math import ceil

import numpy as np

from iqametrics.planes import Planes

#: Where each sample of an axis comes from ``(samples, terms)``, and with what weights.
Terms = tuple[np.ndarray, np.ndarray]


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys' cubic kernel with a = -1/2."""
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(1 - x, 0.0)


#: Kernels as functions of the distance, and how far they reach to both sides together.
KERNELS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "bicubic": (_cubic, 4.0),
    "bilinear": (_triangle, 2.0),
}


def imresize(planes: Planes, size: tuple[int, int], kernel: str = "bicubic") -> Planes:
    """Planes of this height and width; where that is smaller the kernel is as much wider, so that nothing is skipped.

    Samples beyond the border mirror those inside, the edge included. The axis that shrinks more comes first.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.planes import Planes
    >>> ramp = Planes(np.arange(8.0).reshape(1, 1, 8), "numpy")
    >>> imresize(ramp, (1, 4)).values.round(6)
    array([[[0.449219, 2.488281, 4.511719, 6.550781]]])
    """
    (height, width), (rows, columns) = planes.size, size
    down = -2, terms(height, rows, kernel)
    along = -1, terms(width, columns, kernel)
    passes = (down, along) if rows / height <= columns / width else (along, down)
    made: Planes = planes.derive(("imresize", size, kernel), lambda: resample(planes, passes))
    return made


def resample(planes: Planes, passes: tuple[tuple[int, Terms], ...]) -> Planes:
    """Planes whose samples are weighted sums along some axes, one after the other."""
    x = planes.values
    for axis, (index, weight) in passes:
        x = planes.ops.resample(x, index, weight, axis)
    return planes.made(x)


@lru_cache(maxsize=64)
def terms(side: int, count: int, kernel: str) -> Terms:
    """Where so many samples of an axis come from."""
    function, reach = KERNELS[kernel]
    scale = count / side
    stretch = min(scale, 1.0)
    centre = (np.arange(count) + 0.5) / scale - 0.5
    reach /= stretch
    index = np.floor(centre - reach / 2)[:, None].astype(np.intp) + np.arange(ceil(reach) + 2)
    weight = function(np.abs(centre[:, None] - index) * stretch)
    weight /= weight.sum(-1, keepdims=True)
    mirrored = np.concatenate([np.arange(side), np.arange(side)[::-1]])[index % (2 * side)]
    used = (weight != 0).any(0)
    return mirrored[:, used], weight[:, used]


def doubled(planes: Planes, size: tuple[int, int]) -> Planes:
    """The first samples of planes of twice the size, as IW-SSIM enlarges the parent of a band.

    Four times as many samples, less three, are interpolated, continued along a line at both ends, and every second is taken.
    """
    passes = [(axis, _first(_doubled(planes.size[axis]), size[axis])) for axis in (0, 1)]
    down, along = ((axis - 2, terms) for axis, terms in passes)
    made: Planes = planes.derive(("doubled", size), lambda: resample(planes, (down, along)))
    return made


def _first(found: Terms, count: int) -> Terms:
    index, weight = found
    return index[:count], weight[:count]


@lru_cache(maxsize=64)
def _doubled(side: int) -> Terms:
    """Where twice as many samples come from: interpolated ones, and at either end twice the last one less that before it."""
    count = 4 * side - 3
    index, weight = terms(side, count, "bilinear")
    inner = np.arange(1, count - 1, 2)
    (first, first_weight), (last, last_weight) = (
        (np.concatenate([index[a], index[b]]), np.concatenate([2 * weight[a], -weight[b]]))
        for a, b in ((0, 1), (count - 1, count - 2))
    )
    padding = ((0, 0), (0, index.shape[1]))
    places = np.concatenate([first[None], np.pad(index[inner], padding), last[None]])
    return places, np.concatenate([first_weight[None], np.pad(weight[inner], padding), last_weight[None]])
