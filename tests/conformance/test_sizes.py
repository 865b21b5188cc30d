"""From the smallest side on every size works; below, the error names the size."""

import math

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import ShapeError
from tests.conformance.pictures import noisy, picture


def test_the_smallest_size_works(metric, executor):
    side = metric.min_size
    for seed in range(3):
        image = picture((side, side), seed)
        assert math.isfinite(metric(image, noisy(image, 20, seed) ^ 1, backend=executor))
        score = metric(image, image.copy(), backend=executor)
        assert score == metric.identity or abs(score - metric.identity) <= 1e-9
    metric.map(image, 255 - image, backend=executor)


@pytest.mark.parametrize("lying", [False, True])
def test_one_pixel_less_is_refused(metric, executor, lying):
    side = metric.min_size
    shape = (side - 1, side + 20)
    image = picture(shape if lying else shape[::-1])
    if side == 1:
        with pytest.raises(ShapeError, match="no pixels"):
            metric(image, image, backend=executor)
        return
    for call in (metric, metric.map, lambda x, y, **options: metric.prepare(x, **options)(y)):
        with pytest.raises(ShapeError) as caught:
            call(image, image, backend=executor)
        message = str(caught.value)
        assert f"at least {side}x{side} pixels" in message
        assert f"{image.shape[0]}x{image.shape[1]}" in message
        assert metric.name in message


@pytest.mark.parametrize("extra", [(0, 1), (1, 0), (1, 1), (2, 7), (7, 2), (0, 33), (33, 0), (13, 14)])
def test_odd_and_rectangular_sizes(metric, executor, extra):
    rows, columns = (metric.min_size + more for more in extra)
    image = picture((rows, columns))
    distorted = noisy(image, 20) ^ 1
    score = metric(image, distorted, backend=executor)
    assert math.isfinite(score)
    low, high = metric.range
    assert low <= score <= high
    score = metric(image, image.copy(), backend=executor)
    assert score == metric.identity or abs(score - metric.identity) <= 1e-9


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1)])
def test_single_rows_and_pixels(default, executor, shape):
    image = picture(shape)
    if default.min_size == 1:
        assert math.isfinite(default(image, image ^ 1, backend=executor))
    else:
        with pytest.raises(ShapeError, match=f"at least {default.min_size}x"):
            default(image, image ^ 1, backend=executor)


def test_a_list_is_refused_for_its_small_image(default, executor):
    side = default.min_size
    if side == 1:
        pytest.skip(f"{default.name} takes every size")
    images = [picture((side + 4, side)), picture((side - 1, side))]
    with pytest.raises(ShapeError, match=f"at least {side}x{side}"):
        default(images, [image ^ 1 for image in images], backend=executor)


@pytest.mark.parametrize(
    ("side", "levels", "hint"),
    [(175, 5, "levels=4"), (87, 5, "levels=3"), (43, 3, "levels=2"), (21, 2, "levels=1"), (10, 1, "not even one")],
)
def test_ms_ssim_says_how_many_scales_fit(executor, side, levels, hint):
    image = picture((side, side + 3))
    with pytest.raises(ShapeError, match=f"at least {11 * 2 ** (levels - 1)}x.*{hint}"):
        iqametrics.ms_ssim(image, image, levels=levels, backend=executor)
    if "=" in hint:
        assert iqametrics.ms_ssim(image, image, levels=int(hint[-1]), backend=executor) == pytest.approx(1, abs=1e-12)


def test_min_size_is_that_of_the_bound_options():
    assert iqametrics.ms_ssim.min_size == 176
    assert iqametrics.metric("ms_ssim", levels=1).min_size == 11
    assert iqametrics.metric("ssim", convention="skimage").min_size == 7
    assert iqametrics.metric("ssim", convention="tid2013").min_size == 11


def test_large_and_thin(default, executor):
    """Strips as wide as the smallest side and very long."""
    image = picture((default.min_size, 1500))
    assert math.isfinite(default(image, noisy(image), backend=executor))
    assert math.isfinite(default(np.ascontiguousarray(image.T), noisy(image).T, backend=executor))
