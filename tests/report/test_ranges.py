"""Estimates with intervals: in order, on one axis, the absent left out."""

import math

import pytest

from iqametrics.report.ranges import ranges

NAN = math.nan


def test_largest_first_and_every_interval_about_its_estimate():
    drawn = ranges(
        "SROCC", [("psnr", 0.6, 0.5, 0.65), ("vif", 0.9, 0.85, 0.92), ("mse", NAN, NAN, NAN), ("ssim", 0.7, NAN, NAN)]
    )
    assert [row.name for row in drawn.rows] == ["vif", "ssim", "psnr"]
    assert [row.text for row in drawn.rows] == ["0.9000", "0.7000", "0.6000"]
    vif, ssim, psnr = drawn.rows
    assert psnr.low < psnr.place < psnr.high < ssim.place < vif.low < vif.place < vif.high
    assert ssim.low == ssim.place == ssim.high
    assert vif.height < ssim.height < psnr.height < drawn.bottom
    assert drawn.left < psnr.low
    assert vif.high < drawn.right
    for place, label in drawn.ticks:
        share = (place - psnr.place) / (vif.place - psnr.place)
        assert 0.6 + 0.3 * share == pytest.approx(float(label), abs=1e-3)


def test_nothing_known_is_an_empty_drawing():
    assert ranges("SROCC", [("mse", NAN, NAN, NAN)]).rows == ()
