"""Take times, the contenders taking turns."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, sleep

#: Rounds that even the slowest contender gets.
LEAST = 3
#: Seconds of rest before a contender's turn: the threads of the one before stop spinning.
REST = 0.005
#: Seconds up to which a call is quick: being the first after another contender's would show.
QUICK = 0.1


def set_threads(count: int) -> None:
    """Give Numba and torch this many threads."""
    import numba
    import torch

    numba.set_num_threads(count)
    torch.set_num_threads(count)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Keep the collector from running within a measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle(call: Callable[[], object]) -> None:
    """Rest, and call once, so that the next call finds its caches warm."""
    _seconds(call, rest=REST)


def once(call: Callable[[], object]) -> float:
    """Seconds that a call takes; one that is quick is made twice, so that it does not start in a cold cache."""
    first = _seconds(call, rest=REST)
    return first if first > QUICK else _seconds(call)


def _seconds(call: Callable[[], object], rest: float = 0.0) -> float:
    sleep(rest)
    start = perf_counter()
    call()
    return perf_counter() - start


def interleaved(calls: Sequence[Callable[[], object]], rounds: int, budget: float) -> list[list[float]]:
    """Seconds of every call in every round, one call each in turn.

    A call that has used up its budget of seconds drops out, though not before `LEAST` rounds.
    """
    times: list[list[float]] = [[] for _ in calls]
    with no_garbage_collection():
        for number in range(rounds):
            for call, taken in zip(calls, times, strict=True):
                if number < LEAST or sum(taken) < budget:
                    taken.append(once(call))
    return times
