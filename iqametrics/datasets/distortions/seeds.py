"""Random numbers that depend on what they are for, and on nothing else."""

import hashlib

import numpy as np


def generator(seed: int, name: str, level: int, image: str) -> np.random.Generator:
    """Return the random numbers of one distorted image.

    Equal arguments give equal numbers, in any order of calls and in any process; any other argument gives numbers
    independent of them.
    """
    key = hashlib.sha256(f"{seed}\0{name}\0{level}\0{image}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(key)))


def fingerprint(pixels: np.ndarray) -> str:
    """Return what tells a picture from others: a digest of its pixels, the same in 8 bits, 16 bits and floats."""
    levels = np.rint(pixels * 65535).astype("<u2")
    return hashlib.sha256(repr(levels.shape).encode() + levels.tobytes()).hexdigest()
