"""Torch's threads: as many as there are processors, and the same everywhere in a run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from iqametrics.scoring.workers import processors

#: Small networks gain nothing from more.
_MOST = 8


@contextmanager
def limited_threads(count: int | None = None) -> Iterator[None]:
    """Compute with so many threads.

    Torch starts one per processor of the machine. Where fewer may be used, as in a container, or others compute beside it,
    they wait for each other: a small network becomes slower by almost an order of magnitude.
    """
    before = torch.get_num_threads()
    wanted = count or int(os.environ.get("OMP_NUM_THREADS") or 0) or min(processors(), _MOST)
    torch.set_num_threads(max(1, min(wanted, processors())))
    try:
        yield
    finally:
        torch.set_num_threads(before)
