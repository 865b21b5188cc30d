"""Who does the work: how many workers an executor has, and how many threads each of them may use."""

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from math import ceil
from time import monotonic
from typing import Any

from iqametrics.errors import WorkerError
from iqametrics.scoring.process_pool import ProcessPool

#: Most pairs of a reference that another process takes at once: it prepares the reference for them, and a result is known
#: when all are done.
_MOST_TOGETHER = 8
#: Tasks that a worker should get at least, where there are enough pairs, so that all end at about the same time.
_PARTS_EACH = 4
#: Tasks for each worker that are at hand: being scored, waiting for a worker, or for the results of those before them.
_AT_HAND_EACH = 2
#: Seconds between two looks at how many workers a cluster has.
_LOOK_AGAIN = 2.0


def processors() -> int:
    """Processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """An executor and what is known of it.

    Attributes
    ----------
    here : bool
        Whether they are threads of this process.
    elsewhere : bool
        Whether they may be in another folder or on another machine.
    threads : int
        How many threads each may use, so that all together keep the processors busy and no busier.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._count = _counted(executor)
        self._size, self._looked = self._count(), monotonic()
        self.here = isinstance(executor, ThreadPoolExecutor)
        self.elsewhere = not (self.here or isinstance(executor, ProcessPoolExecutor | ProcessPool))
        self.threads = 1 if self.elsewhere else max(1, processors() // self._size)

    @property
    def size(self) -> int:
        """How many there are, which on a cluster may change."""
        if self.elsewhere and monotonic() - self._looked > _LOOK_AGAIN:
            self._size, self._looked = self._count(), monotonic()
        return self._size

    @property
    def room(self) -> int:
        """How many tasks may be at hand."""
        return _AT_HAND_EACH * self.size

    def together(self, pairs: int) -> int:
        """How many of so many pairs to hand out as a task, if they share their reference."""
        return 1 if self.here else min(_MOST_TOGETHER, max(1, ceil(pairs / (_PARTS_EACH * self.size))))

    def submit(self, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Hand out work; an executor that takes none any more is an error of its future."""
        try:
            return self._executor.submit(call if self.here else partial(_telling, call), *arguments)
        except BrokenExecutor as error:
            refused: Future[Any] = Future()
            refused.set_exception(error)
            return refused

    @property
    def renewable(self) -> bool:
        """Whether the dead can be replaced."""
        return isinstance(self._executor, ProcessPool)

    def renew(self) -> None:
        """Replace the dead."""
        if isinstance(self._executor, ProcessPool):
            self._executor.renew()

    def check_begin(self) -> None:
        """See that new processes can begin to work at all, before an image is blamed for their deaths.

        Raises
        ------
        WorkerError
            They end before anything is asked of them.
        """
        if isinstance(self._executor, ProcessPool) and not self._executor.begins():
            raise WorkerError(
                'new processes end before they begin to work; a script that makes a pool needs if __name__ == "__main__": '
                "around its calls, and what they have printed tells more"
            )

    @contextmanager
    def apart(self) -> Iterator["Workers"]:
        """Workers for what may be the death of those who touch it."""
        if not isinstance(self._executor, ProcessPool):
            yield self  # a cluster tells which task its workers died of
            return
        with type(self._executor)(1) as pool:
            yield Workers(pool)


@contextmanager
def workers_of(executor: Executor | None, most: int) -> Iterator[Workers]:
    """The workers of an executor; without one, threads on all processors, but no more than there is work for."""
    if executor is not None:
        yield Workers(executor)
        return
    pool = ThreadPoolExecutor(max(1, min(processors(), most)), thread_name_prefix="iqametrics-pairs")
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _telling(call: Callable[..., Any], *arguments: Any) -> Any:
    """Make a call in another process; an error that can't be sent from there is told in words."""
    try:
        return call(*arguments)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            raise WorkerError(f"a worker failed with {type(error).__name__}: {error}") from error
        raise


def died_of_it(error: BaseException) -> bool:
    """Whether a cluster has given up on a task because its workers died of it."""
    killed = getattr(sys.modules.get("distributed.scheduler"), "KilledWorker", None)
    return killed is not None and isinstance(error, killed)


def is_lost(error: BaseException) -> bool:
    """Whether nobody is there any more to do the work."""
    return isinstance(error, BrokenExecutor | CancelledError)


def lost(journal: object) -> WorkerError:
    """What to say when nobody is there any more."""
    rest = (
        f"again: the scores so far are in {journal} and are not computed again"
        if journal is not None
        else "again; with a journal (journal=) the scores so far would not be lost"
    )
    return WorkerError(
        "the workers are gone: a process of the pool was killed, ran out of memory or could not begin (a script needs if "
        '__name__ == "__main__":), or the cluster\'s scheduler went away; '
        f"make a new executor, or pass iqametrics.scoring.ProcessPool, which replaces dead processes, and call {rest}"
    )


def _counted(executor: Executor) -> Callable[[], int]:
    """What counts the workers of an executor. Executors have no public way to tell."""
    client = getattr(executor, "_client", None)
    if client is not None:
        return lambda: max(1, sum(client.nthreads().values()))
    count = executor.workers if isinstance(executor, ProcessPool) else getattr(executor, "_max_workers", processors())
    return lambda: count
