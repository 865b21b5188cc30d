"""Weights that need no download: fixed filters and fixed random numbers, for tests and for trying things out.

The first layer is a bank of Gabor filters and colour-opponent filters; deeper layers are orthogonalised He-normal
weights. They respond to images, keep the invariants of a metric, and know nothing about quality.
"""

from functools import lru_cache
from hashlib import sha256
from math import pi

import numpy as np
import torch
from scipy.linalg import cholesky, solve_triangular
from torch import Tensor

#: Stands for the hash of a file; a change of any weight needs a new name.
LABEL = "surrogate-v1"
#: Layers' weights kept in memory.
_KEPT = 64
_ORIENTATIONS, _SCALES, _PHASES = 8, 3, 2
#: Red against green, blue against yellow.
_OPPONENTS = ((1.0, -1.0, 0.0), (-0.5, -0.5, 1.0))


def weights(backbone: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """Weights of these shapes; a layer's do not depend on which other layers are asked for.

    Biases are 0, and normalisation layers do nothing.
    """
    return {key: _one(backbone, key, shape) for key, shape in shapes.items()}


@lru_cache(_KEPT)
def _one(backbone: str, key: str, shape: tuple[int, ...]) -> Tensor:
    """A layer's weights; networks that share it share its memory."""
    kind = key.rpartition(".")[2]
    if len(shape) < 2:
        ones = kind == "running_var" or kind == "weight"
        return torch.full(shape, 1.0 if ones else 0.0)
    seed = int.from_bytes(sha256(f"{LABEL}/{backbone}/{key}".encode()).digest()[:8], "big")
    random = np.random.default_rng(seed).standard_normal((shape[0], int(np.prod(shape[1:]))))
    values = np.sqrt(2.0) * _orthogonal(random)
    if len(shape) == 4 and shape[1] == 3:
        bank = _bank(shape[-1])[: shape[0]]
        values[: len(bank)] = bank.reshape(len(bank), -1)
    return torch.from_numpy(values.reshape(shape).astype(np.float32))


def _orthogonal(matrix: np.ndarray) -> np.ndarray:
    """Rows (or columns, if there are fewer) of the same span, orthogonal and of length 1."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    triangle = cholesky(wide @ wide.T, lower=True)  # Gram and Schmidt's method, all rows at once
    found: np.ndarray = solve_triangular(triangle, wide, lower=True)
    return found if wide is matrix else found.T


def _bank(size: int) -> np.ndarray:
    """Filters ``(64, 3, size, size)`` of length 1 that do not see a flat grey."""
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    found = []
    for scale in range(_SCALES):
        wavelength = max(size / 1.5 / 1.6**scale, 2.0)
        envelope = np.exp(-(row**2 + column**2) / (2 * (0.5 * wavelength) ** 2))
        for orientation in range(_ORIENTATIONS):
            angle = pi * orientation / _ORIENTATIONS
            place = 2 * pi / wavelength * (column * np.cos(angle) + row * np.sin(angle))
            for phase in range(_PHASES):
                wave = envelope * np.cos(place - phase * pi / 2)
                found.append(np.stack([wave - envelope * wave.sum() / envelope.sum()] * 3))
    blob = np.exp(-(row**2 + column**2) / (2 * (size / 5) ** 2))
    edges = [np.ones_like(blob), column, row, column + row, column - row, row * column, column**2 - row**2,
             np.cos(2 * pi * column / size)]  # fmt: skip
    found += [np.array(weights)[:, None, None] * (blob * edge) for weights in _OPPONENTS for edge in edges]
    bank = np.stack(found)
    return bank / np.sqrt((bank**2).sum(axis=(1, 2, 3), keepdims=True))
