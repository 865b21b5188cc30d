"""Threads of torch and BLAS: as many as there are processors, and the same everywhere in a run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits

from iqametrics.scoring.workers import processors

#: Small networks gain nothing from more.
_MOST = 8


@contextmanager
def limited_threads(count: int | None = None) -> Iterator[None]:
    """Compute with so many threads.

    Torch and BLAS start one per processor of the machine. Where fewer may be used, as in a container, or others compute
    beside them, they wait for each other: a small network becomes slower by almost an order of magnitude, and so does
    the fit of a curve.
    """
    before = torch.get_num_threads()
    wanted = count or int(os.environ.get("OMP_NUM_THREADS") or 0) or min(processors(), _MOST)
    allowed = max(1, min(wanted, processors()))
    torch.set_num_threads(allowed)
    try:
        with threadpool_limits(allowed, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)
