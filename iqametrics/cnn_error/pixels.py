"""The distorted images themselves: made when they are needed, kept as long as they are few."""

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from iqametrics.cnn_error.plan import Case, distort
from iqametrics.cnn_error.sources import Collection

#: Bytes of images that are kept; small images need not be distorted more than once.
_KEPT = 2**28


class Versions(NamedTuple):
    """An image with all its distorted versions.

    Attributes
    ----------
    place : int
        Where it is in the collection.
    clean : ndarray
        The image.
    distorted : list of ndarray
        Its versions in the order of the plan.
    """

    place: int
    clean: np.ndarray
    distorted: list[np.ndarray]


class Pixels:
    """Images and their distorted versions, the same whenever they are made. Safe to call from several threads.

    Parameters
    ----------
    collection : Collection
        The images.
    plan : sequence of Case
        What is done to each.
    seed : int
        What random numbers depend on beside the picture.
    """

    def __init__(self, collection: Collection, plan: Sequence[Case], seed: int) -> None:
        self.collection, self.plan, self.seed = collection, tuple(plan), seed
        self._known: dict[int, Versions] = {}
        self._room = _KEPT
        self._lock = Lock()
        self._place = {name: place for place, name in enumerate(collection.sources.names)}

    def versions(self, place: int) -> Versions:
        """The image at a place of the collection, and its versions."""
        if place in self._known:
            return self._known[place]
        clean = self.collection.sources.load(place)
        digest = self.collection.digests[place]
        made = Versions(place, clean, [distort(case, clean, digest, self.seed) for case in self.plan])
        size = clean.nbytes * (1 + len(self.plan))
        with self._lock:
            if size <= self._room and place not in self._known:
                self._known[place] = made
                self._room -= size
        return made

    def of_source(self, name: str) -> Versions:
        """The same, by the name of the source."""
        return self.versions(self._place[name])
