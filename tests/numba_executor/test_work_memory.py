"""Memory that kernels take to work in: their own, in whole lines of the cache, and all of it given back."""

import gc
import tracemalloc

import numpy as np
import pytest

import iqametrics
from iqametrics.kernels.numba_.compiler import kernel
from iqametrics.kernels.numba_.memory import allocate, release


@kernel
def _addresses(like, rows, columns, out):
    one, two = allocate(like, (columns,)), allocate(like, (rows, columns))
    one[:] = 1
    two[:] = 2
    out[0], out[1], out[2], out[3] = one.ctypes.data, two.ctypes.data, one.sum(), two.sum()
    out[4], out[5], out[6] = two.shape[0], two.shape[1], two[rows - 1, columns - 1]
    release(one, two)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (7, 64), (2, 100_001)])
def test_arrays_begin_with_a_line_and_lie_apart(shape, dtype):
    out = np.zeros(7, np.int64)
    _addresses(np.empty(1, dtype), *shape, out)
    rows, columns = shape
    assert (out[:2] % 64 == 0).all()
    assert out[2:].tolist() == [columns, 2 * rows * columns, rows, columns, 2]


def test_more_than_there_is():
    with pytest.raises(MemoryError):
        _addresses(np.empty(1), 1 << 20, 1 << 40, np.zeros(7, np.int64))


@pytest.mark.parametrize("name", iqametrics.metrics(task="fr"))
def test_all_is_given_back(name):
    """Python traces what kernels take, since they take it from Python."""
    metric = iqametrics.metric(name)
    side = max(metric.min_size + 8, 64)
    pair = [np.random.default_rng(i).integers(0, 256, (side, side), np.uint8) for i in range(2)]
    images = pair[: 1 if metric.task == "nr" else 2]
    options = {"backend": "numba"}
    metric(*images, **options)
    gc.freeze()  # what other tests left is not searched again for every call
    tracemalloc.start()
    try:
        kept = []
        for _ in range(4):
            metric(*images, **options)
            gc.collect()
            kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    assert kept[-1] - kept[0] < 1000  # less than the smallest array that kernels take, three times
