"""Worker processes that are replaced when they die, and that never outlive their parent."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from threading import Lock, Thread
from typing import Any

from iqametrics.errors import OptionError
from iqametrics.scoring.freed_memory import keep_freed_memory


class ProcessPool(Executor):
    """Processes that score, one beside the other.

    The standard library's :class:`~concurrent.futures.ProcessPoolExecutor` is of no use any more once one of its processes
    has been killed. This one starts new processes, and :func:`score_pairs` does again what they were doing. Its processes
    are fresh ones (``spawn``), so a script that makes a pool needs the usual ``if __name__ == "__main__":``.

    Threads do as well in most cases, since decoders and kernels release Python's lock, and share what they read. Processes
    are for many small images on many processors, and for files whose decoder may crash.

    Parameters
    ----------
    workers : int
        How many processes.

    Raises
    ------
    OptionError
        There would be no process.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise OptionError(f"workers={workers}: a pool needs at least 1")
        self.workers = workers
        self._lock = Lock()
        self._pool = self._started()

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Hand a call to a process."""
        with self._lock:
            return self._pool.submit(call, *args, **kwargs)

    def begins(self) -> bool:
        """Whether a process of the pool lives to do anything."""
        try:
            return self._pool.submit(os.getpid).result() > 0
        except BrokenExecutor:
            return False

    def renew(self) -> None:
        """Start new processes in the place of those there are."""
        with self._lock:
            before, self._pool = self._pool, self._started()
        before.shutdown(wait=False, cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), _begin)


def _begin() -> None:
    """In a new process: keep memory, leave an interrupt to the parent, and end when the parent has ended, however it has."""
    keep_freed_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, name="iqametrics-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
