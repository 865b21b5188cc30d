"""Run a kernel on several threads.

Kernels release the GIL, so plain threads do; Numba's own threading layers are either not safe to enter from several
threads or do not survive a fork.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock, local

import numba
from numba.core import config
from numba.np.ufunc import parallel

#: Less work than this, in samples, is not worth a second thread.
_WORTHWHILE = 1 << 15
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


def over_rows(task: Callable[[int, int], None], first: int, stop: int, row_size: int) -> None:
    """Call ``task(start, stop)`` for parts of ``range(first, stop)`` that cover it, on all threads.

    A task writes the results of each row to that row's own place, so that they don't depend on the number of threads.
    """
    rows = stop - first
    count = min(thread_count(), rows, max(1, rows * row_size // _WORTHWHILE))
    if count == 1:
        task(first, stop)
        return
    edges = [first + rows * i // count for i in range(count + 1)]
    pending = [_pool(count - 1).submit(task, *edges[i : i + 2]) for i in range(1, count)]
    task(*edges[:2])
    for future in pending:
        future.result()


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
