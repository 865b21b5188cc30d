"""What a file's header says, and the two ways in which a file can disappoint."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8 | np.uint16]


class DamagedError(Exception):
    """The bytes contradict their own format: cut short, overwritten, or never complete."""


class UnsupportedError(Exception):
    """A sound file whose pixels are not grey or RGB levels of 8 to 16 bits; the message holds the remedy."""


@dataclass(frozen=True)
class Header:
    """One picture, known from its header and not decoded yet.

    Attributes
    ----------
    width, height : int
        Size as stored, before any rotation that the metadata asks for.
    alpha : {None, "straight", "unspecified"}
        The extra channel: none, opacity by which the colours are not multiplied, or one of unstated meaning.
    decode : callable
        Gives the upright samples, ``(H, W)`` or ``(H, W, C)``; of 2 or 4 channels the last is the extra one.
    bits : int
        Bits per sample of what ``decode`` returns: 8 means uint8, 9 to 16 unscaled values in uint16.
    """

    width: int
    height: int
    alpha: Literal["straight", "unspecified"] | None
    decode: Callable[[], Pixels]
    bits: int = 8
