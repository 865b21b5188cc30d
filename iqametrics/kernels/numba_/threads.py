"""Run a kernel on several threads.

Kernels release the GIL, so plain threads do; Numba's own threading layers are either not safe to enter from several
threads or do not survive a fork.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock, local

import numba
from numba.core import config
from numba.np.ufunc import parallel

from iqametrics.kernels.numba_.ring import BAND
from iqametrics.kernels.numba_.vectors import BYTES

#: Less work than this, in samples, is not worth a second thread.
_WORTHWHILE = 1 << 15
#: Rows of sums over windows that are made together in double precision.
_TOGETHER = BYTES // 8
_lock = Lock()
_pools: dict[int, ThreadPoolExecutor] = {}
_limit = local()


def thread_count() -> int:
    """Number of threads that Numba's setting allows, without starting Numba's own, and that this thread may use."""
    started = getattr(parallel, "_is_initialized", False)
    allowed = int(numba.get_num_threads() if started else config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
    return min(allowed, getattr(_limit, "count", allowed))


@contextmanager
def at_most(count: int) -> Iterator[None]:
    """Let the passes that this thread starts use no more threads: several threads that start passes share the processors."""
    before = getattr(_limit, "count", None)
    _limit.count = count
    try:
        yield
    finally:
        if before is None:
            del _limit.count
        else:
            _limit.count = before


def over_rows(task: Callable[[int, int], None], first: int, stop: int, height: int, row_size: int) -> None:
    """Call ``task(start, stop)`` for parts of ``range(first, stop)`` that cover it, on all threads.

    Rows are counted through planes of this height. A task writes the results of each row to that row's own place: the number
    of threads changes no sum, and what a kernel takes from the start of a part, such as a shift, by rounding at most.
    """
    rows = stop - first
    count = min(thread_count(), rows, max(1, rows * row_size // _WORTHWHILE))
    if count == 1:
        task(first, stop)
        return
    parts = _parts(first, stop, height, count)

    def work() -> None:
        while True:
            try:
                part = parts.popleft()
            except IndexError:  # another thread has taken the last one
                return
            task(*part)

    pending = [_pool(count - 1).submit(work) for _ in range(count - 1)]
    work()
    for future in pending:
        future.result()


def _parts(first: int, stop: int, height: int, threads: int) -> deque[tuple[int, int]]:
    """Smaller and smaller parts: a thread whose processor is busy otherwise leaves more to the rest.

    They consist of the bands that kernels work in, or of less where there are many threads: of as many rows as sums over
    windows are made of together, or a multiple, unless that is more than there is for a thread.
    """
    band = -(-(stop - first) // (4 * threads))
    band = min(BAND, band if band < _TOGETHER else -(-band // _TOGETHER) * _TOGETHER)
    edges = []
    while first < stop:
        edges.append(first)
        first = min(first + band, (first // height + 1) * height, stop)
    parts: deque[tuple[int, int]] = deque()
    taken = 0
    while taken < len(edges):
        upto = taken + max(1, (len(edges) - taken) // (2 * threads))
        parts.append((edges[taken], edges[upto] if upto < len(edges) else stop))
        taken = upto
    return parts


def _pool(size: int) -> ThreadPoolExecutor:
    with _lock:
        if size not in _pools:
            _pools[size] = ThreadPoolExecutor(size, thread_name_prefix="iqametrics")
        return _pools[size]


def _forget_pools() -> None:
    """A forked child has the pools but not their threads, and perhaps a lock that nobody will release."""
    global _lock
    _lock = Lock()
    _pools.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pools)
