"""From the smallest side on every size works; below, the error names the size."""

import math

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import ShapeError
from tests.conformance.cases import assert_in_range
from tests.conformance.pictures import noisy, picture
from tests.noting import noting

#: What a side may have more than it must: odd, even, lying, upright.
EXTRA = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 7), (7, 2), (0, 33), (33, 0), (13, 14)]


def test_from_the_smallest_size_on(metric, executors):
    for extra in EXTRA:
        image = picture([metric.min_size + more for more in extra])
        distorted = noisy(image, 20) ^ 1
        for executor in executors:
            with noting(extra, executor):
                score = metric(image, distorted, backend=executor)
                assert math.isfinite(score)
                assert_in_range(metric, score)
                assert_nearly_identity(metric, metric(image, image.copy(), backend=executor))
                if extra == (0, 0):
                    metric.map(image, 255 - image, backend=executor)


def assert_nearly_identity(metric, score):
    assert metric.identity is None or score == metric.identity or abs(score - metric.identity) <= 1e-9


def test_one_pixel_less_is_refused(metric, executors):
    side = metric.min_size
    for shape in ((side - 1, side + 20), (side + 20, side - 1)):
        image = picture(shape)
        if side == 1:
            with pytest.raises(ShapeError, match="no pixels"):
                metric(image, image)
            continue
        for executor in executors:
            for call in (metric, metric.map, lambda x, y, **options: metric.prepare(x, **options)(y)):
                with noting(shape, executor), pytest.raises(ShapeError) as caught:
                    call(image, image, backend=executor)
                message = str(caught.value)
                assert f"at least {side}x{side} pixels" in message
                assert f"{image.shape[0]}x{image.shape[1]}" in message
                assert metric.name in message
    if side > 1:
        images = [picture((side + 4, side)), picture((side - 1, side))]
        with pytest.raises(ShapeError, match=f"at least {side}x{side}"):
            metric(images, [image ^ 1 for image in images])


def test_thin_images(default, executors):
    """Single rows and pixels, and strips as wide as the smallest side and very long."""
    for shape in ((1, 1), (1, 7), (7, 1)):
        image = picture(shape)
        for executor in executors:
            with noting(shape, executor):
                if default.min_size == 1:
                    assert math.isfinite(default(image, image ^ 1, backend=executor))
                else:
                    with pytest.raises(ShapeError, match=f"at least {default.min_size}x"):
                        default(image, image ^ 1, backend=executor)
    strip = picture((default.min_size, 1500))
    for executor in executors:
        for image in (strip, np.ascontiguousarray(strip.T)):
            with noting(image.shape, executor):
                assert math.isfinite(default(image, noisy(image), backend=executor))


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
