"""How fast the machine could be at best: a metric's arithmetic and traffic over what the machine can do.

Operations are the arithmetic instructions of the algorithm that the numba executor follows: separable windows, their
products computed again for every tap. What a kernel does beyond that, to keep digits or to compile faster, is part of its
distance to the limit. An addition, a multiplication, a multiplication and addition fused, a division and a root count one
each; conversions, comparisons, selections, loads and stores count nothing. Divisions and roots take longer than a fused
operation, so the limit is a lower bound. Traffic is both images, read once.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from time import perf_counter

import numpy as np
from numba import njit

from benchmarks.results_file import Limit

#: Repetitions of a measurement of the machine; the best one counts.
ATTEMPTS = 60
CHAIN = 32

#: Adding a value to a sum, and to a sum of squared differences as well.
TALLY, TALLY_SPREAD = 1, 3
LOG = 21
#: Numerators 2 + 1, denominators 2 + 1, two divisions, one product.
SSIM_FORMULA = 9
CONTRAST_STRUCTURE = 3
#: As SSIM, with a sum of variances and without the constants.
UNIVERSAL_QUALITY = 9
SIMILARITY = 5
GAIN_AND_NOISE = 4
CHANNEL_INFORMATION = 2 * LOG + 7
#: Nine taps across, nine down, the sum of the squares, a root.
MAGNITUDE = 21


def _moments(height: int, width: int, taps: int, formula: int, joint: bool = True, results: int = 1) -> int:
    """Moments in a window: scale and shift of both images, vertical pass, horizontal pass, moments, formula, sums."""
    rows, columns = height - taps + 1, width - taps + 1
    down = 7 if joint and taps <= 11 else 8  # per tap, for 4 or 5 sums of products
    across = 4 if joint else 5
    moments = 7 if joint else 8
    point = across * taps + moments + formula + results * TALLY
    return 2 * height * width + down * taps * rows * width + point * rows * columns


def _decimate(height: int, width: int, taps: int, factor: int, lost: int) -> tuple[int, int, int]:
    """Low-pass and decimation of both images, and the size that remains; `lost` samples have no whole window."""
    rows, columns = -(-(height - lost) // factor), -(-(width - lost) // factor)
    return 2 * rows * (taps * width + (taps + 1) * columns), rows, columns


def _pixels(height: int, width: int) -> int:
    """Difference, square, sum."""
    return height * width * (2 + TALLY)


def _ssim(height: int, width: int) -> int:
    return _moments(height, width, 11, SSIM_FORMULA)


def _uqi(height: int, width: int) -> int:
    return _moments(height, width, 8, UNIVERSAL_QUALITY, joint=False)


def _ms_ssim(height: int, width: int) -> int:
    total = 0
    for level in range(5):
        if level:
            work, height, width = _decimate(height, width, 2, 2, lost=0)
            total += work
        total += _moments(height, width, 11, CONTRAST_STRUCTURE if level < 4 else SSIM_FORMULA)
    return total


def _gmsd(height: int, width: int) -> int:
    total, rows, columns = _decimate(height, width, 2, 2, lost=0)
    return total + rows * columns * (2 + 2 * MAGNITUDE + SIMILARITY + TALLY_SPREAD)


def _vifp(height: int, width: int) -> int:
    total = 0
    for scale, taps in enumerate((17, 9, 5, 3)):
        if scale:
            work, height, width = _decimate(height, width, taps, 2, lost=taps - 1)
            total += work
        total += _moments(height, width, taps, GAIN_AND_NOISE + CHANNEL_INFORMATION, joint=False, results=2)
    return total


def _vif(height: int, width: int) -> int:
    """Low-pass of 5x5, then two bands of 7x7 (taps that are zero left out) on each of four levels, low-passed by 9x9."""
    first, low, bands = 25, 81, 49 + 49
    total = 2 * first * height * width
    for level, window in enumerate((17, 9, 5, 3)):
        if level:
            height, width = -(-height // 2), -(-width // 2)
            total += 2 * low * height * width
        filters = 2 * bands * height * width
        covariance = (45 + 9) * height * width  # products of two of a block's nine samples, and their sums
        sums = 5 * window * (height // 3) * width
        energy = 2 * 81
        block = 5 * window + energy + 12 + GAIN_AND_NOISE + 9 * (1 + CHANNEL_INFORMATION + 2) + 2 * TALLY
        total += filters + 2 * (covariance + sums + block * (height // 3) * (width // 3))
    return total


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "mse": _pixels,
    "psnr": _pixels,
    "ssim": _ssim,
    "uqi": _uqi,
    "ms_ssim": _ms_ssim,
    "gmsd": _gmsd,
    "vifp": _vifp,
    "vif": _vif,
}


def limit(metric: str, height: int, width: int, itemsize: int, precision: str, threads: int) -> Limit | None:
    """Least time for a metric, if its operations have been counted."""
    if metric not in OPERATIONS:
        return None
    operations, traffic = OPERATIONS[metric](height, width), 2 * height * width * itemsize
    peak, bandwidth = fma_peak(precision, threads), copy_bandwidth(traffic, threads)
    return Limit(traffic, bandwidth, operations, peak)


@njit(nogil=True, fastmath={"contract"})
def _chains(values: np.ndarray, factor: float, term: float, repeats: int) -> None:
    """Fused operations, many independent chains of them in a row of registers."""
    for _ in range(repeats):
        for j in range(values.size):
            value = values[j]
            for _ in range(CHAIN):
                value = value * factor + term
            values[j] = value


@njit(nogil=True)
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    for i in range(source.size):
        target[i] = source[i]


@cache
def fma_peak(precision: str, threads: int) -> float:
    """Fused multiplications and additions a second in this precision, on all threads."""
    number = {"single": np.float32, "double": np.float64}[precision]
    values, repeats = np.ones((threads, 2048), number), 500

    def work(thread: int) -> None:
        _chains(values[thread], number(0.999), number(0.001), repeats)

    return values.size * CHAIN * repeats / _best(work, threads)


@cache
def copy_bandwidth(traffic: int, threads: int) -> float:
    """Bytes a second, read and written, of a copy that touches this many bytes: small ones stay in the cache."""
    size = traffic // 2
    source, target = np.ones(size, np.uint8), np.ones(size, np.uint8)
    repeats = max(1, (1 << 24) // size)  # so that starting a thread does not count

    def work(thread: int) -> None:
        part = slice(size * thread // threads, size * (thread + 1) // threads)
        for _ in range(repeats):
            _copy(source[part], target[part])

    return traffic * repeats / _best(work, threads)


def _best(work: Callable[[int], None], threads: int) -> float:
    """Seconds that all threads take, at best."""
    work(0)
    taken: list[float] = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(ATTEMPTS):
            start = perf_counter()
            list(pool.map(work, range(threads)))
            taken.append(perf_counter() - start)
    return min(taken)
