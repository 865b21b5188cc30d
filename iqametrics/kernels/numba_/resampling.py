"""Filters whose results are planes again; only the samples that are kept are computed."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numba.extending import register_jitable

from iqametrics.kernels.borders import extended, margins
from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.addressing import smaller, stretch
from iqametrics.kernels.numba_.compiler import kernel, name_of, part_of_kernel, subroutine
from iqametrics.kernels.numba_.memory import allocate, release
from iqametrics.kernels.numba_.samples import read, samples
from iqametrics.kernels.numba_.strips import Strip, Strips, launch, whole_or_strips
from iqametrics.planes import Planes


def decimate(source: Planes, taps: tuple[float, ...], factor: int, border: str) -> np.ndarray | Strips:
    """Filter rows and columns with the same taps and keep every `factor`-th sample, from the first on."""
    return _filtered(_decimate, source, partial(_steps, taps, factor), len(taps), factor, border)


@lru_cache(maxsize=64)  # small images are filtered in less time than this takes
def _steps(taps: tuple[float, ...], factor: int, columns: int, number: type) -> tuple[np.ndarray, ...]:
    """Taps, and where what they weigh begins in a ring of rows and in a row dealt out. Not to be written to."""
    size = len(taps)
    padded: np.ndarray = np.array(taps + (0.0,) * (-size % 3), number)  # rows are added up three at a time
    tap = np.minimum(np.arange(len(padded)), size - 1)
    down = (np.arange(size)[:, None] + tap) % size * columns
    return padded, down, tap % factor * _pitch(columns, factor) + tap // factor


def correlate2d(source: Planes, weights: np.ndarray, border: str, step: int = 1) -> np.ndarray | Strips:
    """Filter with a square kernel, which is not flipped, and keep every `step`-th sample."""
    return _filtered(_correlate, source, lambda _, number: weights.astype(number), len(weights), step, border)


def _filtered(
    code: Any, source: Planes, weights: Callable[[int, type], Any], size: int, step: int, border: str
) -> np.ndarray | Strips:
    """Planes made by a kernel from `weights`, which depend on the columns of an extended row and on the precision."""
    data, _, number = planes.pair(source, source)
    count, *sides = data.shape
    rows, columns = (extended(side, size, border) for side in sides)
    height, width = ((len(index) - size) // step + 1 for index in (rows, columns))
    scale, weighting = number(source.scale), weights(len(columns), number)
    margin = 0 if border == "valid" else margins(size)[0]

    def make(part: np.ndarray, needed: np.ndarray, out: np.ndarray) -> None:
        before = name_of(None), *samples(part), scale, weighting, step, needed, columns, margin, sides[1]
        launch(code, before, (out,), count, out.shape[1], Strip(0, out.shape[1]), sides[1] * step)

    offsets = planes.offsets(data, source.scale)
    return whole_or_strips(
        Strips(data, rows, size, step, (count, height, width), offsets, number, make), source.prepared
    )


@register_jitable
def _pitch(columns, step):
    """Samples between the parts of a row that has been dealt out."""
    return columns // step + 1


@part_of_kernel
def _line(line, x, kind, plane, row, columns, margin, side, scale):
    """A row of the image, extended at both ends."""
    zero = scale - scale
    if row < 0:
        for i in range(columns.size):
            line[i] = zero
        return
    start = row - row  # a literal 0 would be a type of its own, and the function compiled once more
    read(stretch(line, margin), side, x, kind, plane, row, start, scale, zero)
    for k in range(columns.size - side):
        i = k if k < margin else k + side
        line[i] = line[margin + columns[i]] if columns[i] >= 0 else zero


@part_of_kernel
def _deal(line, step, phases):
    """Lay a row out by the remainder of its columns: what a tap picks at every step then lies side by side."""
    pitch = _pitch(line.size, step)
    if step == 2:  # the usual one, of which the compiler makes shuffles
        odd = stretch(phases, pitch)
        for j in range(line.size // 2):
            phases[j], odd[j] = line[2 * j], line[2 * j + 1]
        if line.size % 2:
            phases[pitch - 1] = line[line.size - 1]
        return
    for q in range(step):
        phase = stretch(phases, q * pitch)
        for j in range((line.size - q + step - 1) // step):
            phase[j] = line[j * step + q]


@subroutine
def _weighted(line, starts, taps, out):
    """Sum of weighted stretches of a line, three at a time."""
    for j in range(out.size):
        out[j] = taps[0] - taps[0]
    for k in range(0, taps.size, 3):
        a, b, c = stretch(line, starts[k]), stretch(line, starts[k + 1]), stretch(line, starts[k + 2])
        s, t, u = taps[k], taps[k + 1], taps[k + 2]
        for j in range(out.size):
            out[j] += s * a[j] + t * b[j] + u * c[j]


@kernel
def _decimate(name, x, kind, scale, weights, step, rows, columns, margin, side, start, stop, out):
    taps, down_starts, across_starts = weights
    height, size, count = out.shape[1], down_starts.shape[0], columns.size
    ring, down = allocate(out, (size * count,)), allocate(out, (count,))
    phases = allocate(out, (step * _pitch(count, step),))
    for row in range(start, stop):
        plane, first = row // height, (row % height) * step
        fresh = size if row == start or first == 0 else smaller(size, step)
        for e in range(first + size - fresh, first + size):
            _line(stretch(ring, e % size * count), x, kind, plane, rows[e], columns, margin, side, scale)
        _weighted(ring, down_starts[first % size], taps, down)
        _deal(down, step, phases)
        _weighted(phases, across_starts, taps, out[plane, row % height])
    release(ring, down, phases)


@kernel
def _correlate(name, x, kind, scale, weights, step, rows, columns, margin, side, start, stop, out):
    height, width = out.shape[1:]
    size = weights.shape[0]
    zero = scale - scale
    pitch = _pitch(columns.size, step)
    line, ring = allocate(out, (columns.size,)), allocate(out, (size * step * pitch,))
    for row in range(start, stop):
        plane, first = row // height, (row % height) * step
        fresh = size if row == start or first == 0 else smaller(size, step)
        for e in range(first + size - fresh, first + size):
            _line(line, x, kind, plane, rows[e], columns, margin, side, scale)
            _deal(line, step, stretch(ring, e % size * step * pitch))
        result = out[plane, row % height]
        result[:] = zero
        for i in range(size):
            phases = stretch(ring, (first + i) % size * step * pitch)
            for k in range(size):
                weight, phase = weights[i, k], stretch(phases, k % step * pitch + k // step)
                for j in range(width):
                    result[j] += weight * phase[j]
    release(line, ring)
