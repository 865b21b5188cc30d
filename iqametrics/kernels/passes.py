"""Passes over an image that run side by side."""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Any


def side_by_side(passes: Iterable[Iterator[float]]) -> list[Any]:
    """Run passes to their end and return their results.

    A pass is a generator that yields, before every step, how far down the image the step looks (from 0 to 1). The one that
    looks least far goes first: what several passes need of the same part of an image is needed at about the same time.
    """
    passes = list(passes)
    if len(passes) == 1:  # which is what most metrics have
        return [_run(passes[0])]
    waiting = [(0.0, place, run) for place, run in enumerate(passes)]
    results: list[Any] = [None] * len(waiting)
    heapify(waiting)
    while waiting:
        _, place, run = heappop(waiting)
        try:
            heappush(waiting, (next(run), place, run))
        except StopIteration as end:
            results[place] = end.value
    return results


def _run(single: Iterator[float]) -> Any:
    """The result of a pass."""
    while True:
        try:
            next(single)
        except StopIteration as end:
            return end.value
