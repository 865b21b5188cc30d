"""Filters whose results are planes again; only the samples that are kept are computed."""

from typing import Any

import numpy as np

from iqametrics.kernels.borders import extended, margins
from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import kernel, name_of, subroutine
from iqametrics.kernels.numba_.samples import read, samples
from iqametrics.kernels.numba_.strips import Strip, Strips, launch, whole_or_strips
from iqametrics.planes import Planes


def decimate(source: Planes, taps: tuple[float, ...], factor: int, border: str) -> np.ndarray | Strips:
    """Filter rows and columns with the same taps and keep every `factor`-th sample, from the first on."""
    size = len(taps)
    weights = np.array(taps + (0.0,) * (-size % 3))  # rows are added up three at a time
    return _filtered(_decimate, source, weights, size, factor, border)


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
        before = name_of(None), *samples(part), scale, weights, size, step, needed, columns, margin, sides[1]
        launch(code, before, (out,), count, out.shape[1], Strip(0, out.shape[1]), sides[1] * step)

    typical = planes.typical(data, source.scale)
    return whole_or_strips(Strips(data, rows, size, step, (count, height, width), typical, number, make), source.keep)


@subroutine
def _line(line, x, place, plane, row, columns, margin, side, scale):
    """A row of the image, extended at both ends."""
    zero = scale - scale
    if row < 0:
        line[:] = zero
        return
    start = row - row  # a literal 0 would be a type of its own, and the function compiled once more
    read(line[margin : margin + side], x, place, plane, row, start, scale, zero)
    for i in range(margin):
        line[i] = line[margin + columns[i]] if columns[i] >= 0 else zero
    for i in range(margin + side, columns.size):
        line[i] = line[margin + columns[i]] if columns[i] >= 0 else zero


@subroutine
def _deal(line, step, phases):
    """Lay a row out by the remainder of its columns: what a tap picks at every step then lies side by side."""
    if step == 2:  # the usual one, of which the compiler makes shuffles
        even, odd = phases[0], phases[1]
        for j in range(line.size // 2):
            even[j], odd[j] = line[2 * j], line[2 * j + 1]
        if line.size % 2:
            even[line.size // 2] = line[line.size - 1]
        return
    for q in range(step):
        phase = phases[q]
        for j in range((line.size - q + step - 1) // step):
            phase[j] = line[j * step + q]


@subroutine
def _add(taps, a, b, c, fresh, out):
    """Add three weighted rows to a row, or begin it with them."""
    s, t, u = taps[0], taps[1], taps[2]
    if fresh:
        for j in range(out.size):
            out[j] = s * a[j] + t * b[j] + u * c[j]
    else:
        for j in range(out.size):
            out[j] += s * a[j] + t * b[j] + u * c[j]


@kernel
def _decimate(name, x, place, scale, taps, size, step, rows, columns, margin, side, start, stop, out):
    height, width = out.shape[1:]
    last = size - 1
    ring = np.empty((size, columns.size), out.dtype)
    down = np.empty(columns.size, out.dtype)
    phases = np.empty((step, columns.size // step + 1), out.dtype)
    for row in range(start, stop):
        plane, first = row // height, (row % height) * step
        fresh = size if row == start or first == 0 else min(size, step)
        for e in range(first + size - fresh, first + size):
            _line(ring[e % size], x, place, plane, rows[e], columns, margin, side, scale)
        for k in range(0, size, 3):
            _add(
                taps[k:],
                ring[(first + k) % size],
                ring[(first + min(k + 1, last)) % size],
                ring[(first + min(k + 2, last)) % size],
                k == 0,
                down,
            )
        _deal(down, step, phases)
        for k in range(0, size, 3):
            q, r = min(k + 1, last), min(k + 2, last)
            _add(
                taps[k:],
                phases[k % step, k // step :],
                phases[q % step, q // step :],
                phases[r % step, r // step :],
                k == 0,
                out[plane, row % height],
            )


@kernel
def _correlate(name, x, place, scale, weights, size, step, rows, columns, margin, side, start, stop, out):
    height, width = out.shape[1:]
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
