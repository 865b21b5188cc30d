"""Filters whose results are planes again; only the samples that are kept are computed."""

from typing import Any

import numpy as np

from iqametrics.kernels.borders import extended, margins
from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import kernel, name_of, part_of_kernel
from iqametrics.kernels.numba_.samples import read, samples
from iqametrics.kernels.numba_.strips import Strip, Strips, launch, whole_or_strips
from iqametrics.planes import Planes


def decimate(source: Planes, taps: tuple[float, ...], factor: int, border: str) -> np.ndarray | Strips:
    """Filter rows and columns with the same taps and keep every `factor`-th sample, from the first on."""
    return _filtered(_decimate, source, np.array(taps), len(taps), factor, border)


def correlate2d(source: Planes, weights: np.ndarray, border: str, step: int = 1) -> np.ndarray | Strips:
    """Filter with a square kernel, which is not flipped, and keep every `step`-th sample."""
    return _filtered(_correlate, source, weights, len(weights), step, border)


def _filtered(code: Any, source: Planes, weights: np.ndarray, size: int, step: int, border: str) -> np.ndarray | Strips:
    data, _, number = planes.pair(source, source)
    count, *sides = data.shape
    rows, columns = (extended(side, size, border) for side in sides)
    height, width = ((len(index) - size) // step + 1 for index in (rows, columns))
    scale, weights = number(source.scale), weights.astype(number)
    margin = 0 if border == "valid" else margins(size)[0]

    def make(part: np.ndarray, needed: np.ndarray, out: np.ndarray) -> None:
        before = name_of(None), *samples(part), scale, weights, step, needed, columns, margin, sides[1]
        launch(code, before, (out,), count, out.shape[1], Strip(0, out.shape[1]), sides[1] * step)

    typical = planes.typical(data, source.scale)
    return whole_or_strips(Strips(data, rows, size, step, (count, height, width), typical, number, make), source.keep)


@part_of_kernel
def _line(line, x, place, plane, row, columns, margin, side, scale):
    """A row of the image, extended at both ends."""
    zero = scale - scale
    start = row - row  # a literal 0 would be a type of its own, and the function compiled once more
    read(line[margin : margin + side], x, place, plane, row, start, scale, zero)
    for i in range(margin):
        line[i] = line[margin + columns[i]] if columns[i] >= 0 else zero
    for i in range(margin + side, columns.size):
        line[i] = line[margin + columns[i]] if columns[i] >= 0 else zero


@part_of_kernel
def _deal(line, step, phases):
    """Lay a row out by the remainder of its columns: what a tap picks at every step then lies side by side."""
    for q in range(step):
        phase = phases[q]
        for j in range((line.size - q + step - 1) // step):
            phase[j] = line[j * step + q]


@kernel
def _decimate(name, x, place, scale, taps, step, rows, columns, margin, side, start, stop, out):
    height, width = out.shape[1:]
    size = taps.size
    zero = scale - scale
    ring = np.empty((size + 1, columns.size), out.dtype)
    down = ring[size]
    phases = np.empty((step, columns.size // step + 1), out.dtype)
    for row in range(start, stop):
        plane, first = row // height, (row % height) * step
        fresh = size if row == start or first == 0 else min(size, step)
        for e in range(first + size - fresh, first + size):
            if rows[e] >= 0:
                _line(ring[e % size], x, place, plane, rows[e], columns, margin, side, scale)
        down[:] = zero
        for k in range(size):
            if rows[first + k] >= 0:
                line, tap = ring[(first + k) % size], taps[k]
                for j in range(down.size):
                    down[j] += tap * line[j]
        _deal(down, step, phases)
        result = out[plane, row % height]
        result[:] = zero
        for k in range(size):
            phase, tap = phases[k % step, k // step :], taps[k]
            for j in range(width):
                result[j] += tap * phase[j]


@kernel
def _correlate(name, x, place, scale, weights, step, rows, columns, margin, side, start, stop, out):
    height, width = out.shape[1:]
    size = weights.shape[0]
    zero = scale - scale
    line = np.empty(columns.size, out.dtype)
    ring = np.empty((size, step, columns.size // step + 1), out.dtype)
    for row in range(start, stop):
        plane, first = row // height, (row % height) * step
        fresh = size if row == start or first == 0 else min(size, step)
        for e in range(first + size - fresh, first + size):
            if rows[e] >= 0:
                _line(line, x, place, plane, rows[e], columns, margin, side, scale)
                _deal(line, step, ring[e % size])
        result = out[plane, row % height]
        result[:] = zero
        for i in range(size):
            if rows[first + i] < 0:
                continue
            phases = ring[(first + i) % size]
            for k in range(size):
                weight, phase = weights[i, k], phases[k % step, k // step :]
                for j in range(width):
                    result[j] += weight * phase[j]
