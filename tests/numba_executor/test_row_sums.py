"""What fused passes do with a row: sums across it, and parts of it for every thread."""

import numpy as np
import pytest

from iqametrics.kernels.numba_.compiler import kernel
from iqametrics.kernels.numba_.symmetric import VECTOR, across
from iqametrics.kernels.numba_.threads import _parts
from iqametrics.planes import Planes
from iqametrics.stencils.moments import MomentField, Window


@kernel
def _sum_across(row, taps, columns, out):
    across(row, taps, columns, out)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 2, 3, 8, 9, 11, 16, 17, 32, 41])
def test_sums_across_a_row_are_the_correlation_s(size, dtype):
    random = np.random.default_rng(size)
    half = random.random((size + 1) // 2)
    taps = np.concatenate([half, half[::-1][size % 2 :]]).astype(dtype)
    for columns in (1, 7, 8, 15, 16, 17, 100):
        row = random.random(columns + size - 1 + 2 * VECTOR).astype(dtype)
        out = np.full(columns + VECTOR, np.nan, dtype)
        _sum_across(row, tuple(taps), columns, out)
        truth = np.correlate(row[: columns + size - 1].astype(np.float64), taps.astype(np.float64), "valid")
        assert np.allclose(out[:columns], truth, rtol=20 * np.finfo(dtype).eps, atol=0)


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


@pytest.mark.parametrize("threads", [2, 3, 16, 100])
@pytest.mark.parametrize(("first", "stop", "height"), [(0, 1070, 1070), (0, 7, 7), (5, 300, 1000), (0, 600, 100)])
def test_parts_cover_the_rows_once(first, stop, height, threads):
    parts = list(_parts(first, stop, height, threads))
    assert [row for start, end in parts for row in range(start, end)] == list(range(first, stop))
    assert len(parts) >= min(threads, stop - first)
