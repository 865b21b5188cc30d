"""Parts of a pass for every thread."""

import pytest

from iqametrics.kernels.numba_.threads import _parts


@pytest.mark.parametrize("threads", [2, 3, 16, 100])
@pytest.mark.parametrize(("first", "stop", "height"), [(0, 1070, 1070), (0, 7, 7), (5, 300, 1000), (0, 600, 100)])
def test_parts_cover_the_rows_once(first, stop, height, threads):
    parts = list(_parts(first, stop, height, threads))
    assert [row for start, end in parts for row in range(start, end)] == list(range(first, stop))
    assert len(parts) >= min(threads, stop - first)
