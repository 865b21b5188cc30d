"""A fused pass keeps no full-size array: the whole table, on larger images, is ``memory_report.py``."""

import os

import pytest

from tests.numba_executor.memory_report import MIB, measure_apart

#: What a pair of up to 10000x10000 pixels may take beside the images.
LIMIT = 64 * MIB
#: A temporary copy of an image of this side in 8 bits would take nearly as much.
SIDE = 8000

pytestmark = pytest.mark.skipif(
    not os.access("/proc/self/clear_refs", os.W_OK), reason="the peak is read from Linux's /proc"
)


#: Metrics whose every step is a fused pass; others make planes of the image's size.
FUSED = (
    "ad",
    "gmsd",
    "lmse",
    "mae",
    "md",
    "ms_ssim",
    "mse",
    "nae",
    "nk",
    "psnr",
    "rmse",
    "sc",
    "ssim",
    "uqi",
    "vif",
    "vifp",
)


@pytest.mark.parametrize("name", FUSED)
def test_peak(name):
    growth, _ = measure_apart(name, SIDE)
    assert growth <= LIMIT


def test_the_meter_sees_a_full_size_array():
    growth, _ = measure_apart("mse", 2000, "numpy")
    assert growth >= 2000**2 * 8
