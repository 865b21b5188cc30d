"""What fused passes over windows do with the rows of a block: sums over windows, and sums of what formulas make of them."""

import numpy as np
import pytest
from numba import njit

from iqametrics.kernels.numba_.chunks import FACTORS, LARGEST, tally_chunk, tally_logarithms
from iqametrics.kernels.numba_.compiler import kernel
from iqametrics.kernels.numba_.names import PLAIN
from iqametrics.kernels.numba_.ring import BLOCK, STRIDE, WIDEST
from iqametrics.kernels.numba_.vectors import BYTES
from iqametrics.kernels.numba_.window_sums import CHUNK, window_sums
from iqametrics.planes import Planes
from iqametrics.stencils.moments import MomentField, Window


def in_chunks(sums):
    """A function that calls another for all chunks of some rows, and lays its results out by rows."""

    @njit(**PLAIN)
    def code(rings, taps, columns, stacked, moments, out):
        lanes = BYTES // out.itemsize
        for r in range(0, out.shape[1], lanes):
            for c in range(0, columns, CHUNK):
                some = min(CHUNK, columns - c)
                sums(rings, r, taps, c, some, stacked, moments)
                for q in range(out.shape[0]):
                    for i in range(some * lanes):
                        out[q, r + i % lanes, c + i // lanes] = moments[q, i]

    return code


_sum_mirrored = in_chunks(window_sums(((0, 1),), energy=True, mirrored=True))
_sum_lopsided = in_chunks(window_sums(((0, 0), (1, 1), (0, 1)), energy=False, mirrored=False, count=5))


def sums(code, taps, quantities, dtype, columns):
    """Sums over windows by a kernel, and what they are: from a buffer that holds next to nothing else."""
    lanes, size = BYTES // np.dtype(dtype).itemsize, len(taps)
    rows = 2 * lanes
    x, y = np.random.default_rng(size).random((2, rows + size - 1, columns + size - 1)).astype(dtype)
    rings = np.full((2, rows + size - 1, STRIDE), np.nan, dtype)
    rings[..., : x.shape[1]] = x, y
    out = np.full((4 + (len(quantities(x, y)) == 5), rows, columns), np.nan, dtype)
    code(
        rings.reshape(2, -1),
        tuple(dtype(tap) for tap in taps) if code is _sum_mirrored else np.array(taps, dtype),
        columns,
        np.empty(len(out) * STRIDE * lanes, dtype),
        np.empty((len(out), CHUNK * lanes), dtype),
        out,
    )
    x, y, taps = x.astype(np.float64), y.astype(np.float64), np.array(taps, dtype).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(np.stack(quantities(x, y)), (size, size), (1, 2))
    return out, np.einsum("qrcij,i,j->qrc", windows, taps, taps, optimize=True)


COLUMNS = 1, 7, 8, 16, CHUNK - 1, CHUNK, CHUNK + 1, BLOCK - 3, BLOCK


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 2, 3, 8, 9, 11, 17, 32, WIDEST])
def test_sums_over_windows(size, dtype):
    half = 0.1 + np.random.default_rng(size).random((size + 1) // 2)
    taps = np.concatenate([half, half[::-1][size % 2 :]])
    for columns in COLUMNS:
        found, truth = sums(_sum_mirrored, taps, lambda x, y: (x, y, x * y, x * x + y * y), dtype, columns)
        assert np.allclose(found, truth, rtol=20 * np.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_over_lopsided_windows(dtype):
    for columns in COLUMNS:
        found, truth = sums(
            _sum_lopsided, [0.5, 0.25, 0.0, 0.1, 0.3], lambda x, y: (x, y, x * x, y * y, x * y), dtype, columns
        )
        assert np.allclose(found, truth, rtol=20 * np.finfo(dtype).eps, atol=0)


def joint(mx, my, v, cxy):
    """Equation under test."""
    return v, cxy


def test_a_lopsided_window_is_not_mirrored():
    x, y = np.random.default_rng(0).random((2, 1, 30, 40))
    found, truth = (
        MomentField(Planes(x, name), Planes(y, name), Window((0.5, 0.3, 0.2)), joint, joint=True).maps()
        for name in ("numba", "numpy")
    )
    assert np.allclose(found, truth, rtol=1e-10, atol=1e-14)


@kernel
def _add(values, lanes, columns, count, sums, spreads, maps, halves, line):
    tally_chunk(values, lanes, columns, 0, count, count, 0, sums, spreads, maps, halves, line)


@kernel
def _add_logarithms(values, lanes, columns, count, sums, halves):
    tally_logarithms(values, lanes, columns, 0, count, sums, halves)


def chunk(values, dtype):
    """Values ``(results, rows, columns)`` as kernels lay them out, among others that are not to be seen."""
    results, rows, columns = values.shape
    lanes = BYTES // np.dtype(dtype).itemsize
    whole = np.full((results, CHUNK, lanes), np.nan, dtype)
    whole[:, :columns, :rows] = values.swapaxes(1, 2)
    return whole.reshape(results, -1), lanes, columns, rows


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 8, CHUNK), (2, 3, CHUNK - 5), (1, 7, 1)])
def test_sums_spreads_and_maps_of_a_chunk(shape, dtype):
    values = np.random.default_rng(shape[1]).random(shape).astype(dtype)
    truth = values.astype(np.float64)
    for spreads, maps in ((None, False), (None, True), (np.zeros(shape[1]), False), (np.zeros(shape[1]), True)):
        sums, shown = np.zeros(shape[:2]), np.zeros((shape[0], 1, *shape[1:]) if maps else (shape[0], 0, 0, 0), dtype)
        rows, lanes, columns, count = chunk(values, dtype)
        _add(
            rows,
            lanes,
            columns,
            count,
            sums,
            spreads,
            shown,
            np.zeros(CHUNK // 2 * lanes),
            np.zeros((shape[0], CHUNK), dtype),
        )
        assert np.allclose(sums, truth.sum(-1), rtol=1e-14, atol=0)
        assert not maps or (shown[:, 0] == values).all()
        assert spreads is None or np.allclose(spreads, truth[0].var(-1) * columns, rtol=1e-12, atol=0)


@pytest.mark.parametrize("columns", [1, 2, 15, CHUNK - 1, CHUNK])
@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e4, 1e25])
def test_sum_of_logarithms(columns, scale):
    values = 1 + scale * np.random.default_rng(columns).random((2, 5, columns))
    assert (values.max() > LARGEST) == (scale > LARGEST)
    assert np.finfo(np.float32).max > LARGEST**FACTORS
    sums = np.zeros((2, 5))
    rows, lanes, columns, count = chunk(values, np.float64)
    _add_logarithms(rows, lanes, columns, count, sums, np.zeros(CHUNK // 2 * lanes))
    assert np.allclose(sums, np.log1p(values - 1).sum(-1), rtol=1e-13, atol=0)
