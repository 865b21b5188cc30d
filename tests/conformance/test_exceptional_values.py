"""The values that every metric gives to images without difference, without content, or with opposite content."""

import math

import numpy as np
import pytest

import iqametrics
from iqametrics.fr.ms_ssim import WEIGHTS
from tests.closeness import assert_close
from tests.conformance.cases import is_unbounded, small_shape
from tests.conformance.pictures import flat, grain, noisy, picture

#: The errors have no rounding in them when the two images are the same.
EXACT = {"mse", "psnr", "mae", "rmse", "md", "ad", "nae", "sc", "nk", "lmse"}
#: The guards of the authors' code take a little off the information of nearly flat windows.
INFORMATION = {"vif", "vifp"}


def assert_identity(metric, score):
    if metric.name in EXACT:
        assert score == metric.identity
    else:
        assert_close(score, metric.identity, 1e-9 if metric.name in INFORMATION else 1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_identical(metric, executor, seed):
    image = picture(small_shape(metric), seed)
    assert_identity(metric, metric(image, image.copy(), backend=executor))


@pytest.mark.parametrize("level", [0, 1, 100, 254, 255])
def test_identical_and_flat(metric, executor, level):
    image = flat(small_shape(metric), level)
    assert_identity(metric, metric(image, image.copy(), backend=executor))


@pytest.mark.parametrize("level", [0.1, 1 / 3, 0.7])
def test_identical_and_flat_where_the_level_is_no_binary_fraction(metric, executor, level):
    image = np.full(small_shape(metric), level)
    assert_identity(metric, metric(image, image.copy(), backend=executor, data_range=1.0))


@pytest.mark.parametrize("axis", [0, 1])
def test_identical_and_constant_along_an_axis(metric, executor, axis):
    """Half the derivatives vanish, and the covariance of a band is singular."""
    rows, columns = small_shape(metric)
    line = picture((1, max(rows, columns)), seed=4)[0]
    image = np.tile(line[:columns], (rows, 1)) if axis == 0 else np.tile(line[:rows, None], (1, columns))
    assert_identity(metric, metric(image, image.copy(), backend=executor))


@pytest.mark.parametrize("slopes", [(1, 0), (0, 1), (1, 1), (2, 1)])
@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_identical_ramps(metric, executor, slopes, dtype):
    """A band-pass filter leaves nothing of a ramp but rounding, which must not pass for information."""
    rows, columns = np.indices(small_shape(metric))
    image = (slopes[0] * rows + slopes[1] * columns).astype(dtype)
    assert_identity(metric, metric(image, image.copy(), backend=executor, data_range=255))


@pytest.mark.parametrize("slopes", [(1, 0), (0, 1), (1, 1)])
def test_executors_agree_on_a_distorted_ramp(default, executor, slopes):
    rows, columns = np.indices(small_shape(default))
    image = (slopes[0] * rows + slopes[1] * columns).astype(np.uint8)
    for distorted in (image + 9, image // 2, noisy(image, 5)):
        truth = default(image, distorted, backend="numpy")
        # A ramp leaves vif a covariance that is all but singular.
        tolerance = 1e-5 if default.name == "vif" else 1e-10
        assert_close(default(image, distorted, backend=executor), truth, tolerance)


@pytest.mark.parametrize("level", [0, 90, 255])
def test_flat_reference(metric, executor, level):
    shape = small_shape(metric)
    pair = flat(shape, level), picture(shape)
    score = metric(*pair, backend=executor)
    assert math.isfinite(score) != is_unbounded(metric, *pair)
    if metric.name in INFORMATION:
        assert score == 0


@pytest.mark.parametrize("level", [0, 90, 255])
def test_flat_distorted(metric, executor, level):
    """Nothing of the reference is left."""
    shape = small_shape(metric)
    pair = picture(shape), flat(shape, level)
    score = metric(*pair, backend=executor)
    assert math.isfinite(score) != is_unbounded(metric, *pair)
    if metric.name in INFORMATION:
        assert_close(score, 0, 1e-9)


@pytest.mark.parametrize(("a", "b"), [(100, 120), (120, 100), (0, 255), (255, 0), (0, 1), (254, 255)])
def test_two_flat_images(metric, executor, a, b):
    """The luminance alone differs; the equations are written out here."""
    shape = small_shape(metric)
    luminance = (2 * a * b + 6.5025) / (a * a + b * b + 6.5025)
    first, last = (WEIGHTS[i] / sum(WEIGHTS[:2]) for i in range(2))
    expected = {
        "mse": (a - b) ** 2,
        "psnr": 20 * math.log10(255 / abs(a - b)),
        "mae": abs(a - b),
        "rmse": abs(a - b),
        "md": abs(a - b),
        "ad": a - b,
        "nae": abs(a - b) / a if a else math.inf,
        "sc": (a / b) ** 2 if b else math.inf,
        "nk": b / a if a else 1,
        "lmse": 0,
        "ssim": luminance,
        "ms_ssim": first + last * luminance if metric.bound["convention"] == "wang2003-sum" else luminance**last,
        "uqi": 2 * a * b / (a * a + b * b),
        "vif": 0,
        "vifp": 0,
    }
    score = metric(flat(shape, a), flat(shape, b), backend=executor)
    assert math.isfinite(score) or math.isinf(expected[metric.name])
    if metric.name in expected:
        assert_close(score, expected[metric.name], 1e-12)


def test_black_against_white_is_the_largest_error(executor):
    black, white = flat((8, 8), 0), flat((8, 8), 255)
    assert iqametrics.mse(black, white, backend=executor) == 255**2
    assert iqametrics.psnr(black, white, backend=executor) == 0


@pytest.mark.parametrize("make", [picture, grain])
def test_inverted(metric, executor, make):
    image = make(small_shape(metric))
    score = metric(image, 255 - image, backend=executor)
    assert math.isfinite(score)
    low, high = metric.range
    assert low <= score <= high
    better = metric(image, noisy(image, 2), backend=executor)
    assert metric.badness(better) < metric.badness(score) or metric.name == "ad"  # its errors cancel


def test_ssim_of_an_inverted_image_is_negative(executor):
    image = grain((40, 40))
    assert iqametrics.ssim(image, 255 - image, backend=executor) < -0.5


@pytest.mark.parametrize("convention", ["wang2003", "wang2003-sum"])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_ms_ssim_counts_a_negative_contrast_as_0(executor, convention, levels):
    image = grain((60, 60))
    assert iqametrics.ms_ssim(image, 255 - image, levels=levels, convention=convention, backend=executor) == 0


@pytest.mark.parametrize("noise", [1, 40])
def test_a_single_flat_half_stays_finite(metric, executor, noise):
    reference = picture(small_shape(metric))
    reference[:, : reference.shape[1] // 2] = 90
    distorted = noisy(reference, noise)
    distorted[:, : reference.shape[1] // 2] = 90
    assert math.isfinite(metric(reference, distorted, backend=executor))
    assert math.isfinite(metric(distorted, reference, backend=executor))


def test_psnr_stays_true_far_above_80_decibels(executor):
    reference = np.zeros((100, 100), np.uint16)
    distorted = reference.copy()
    distorted[3, 4] = 1
    expected = 10 * math.log10(65535**2 * 100 * 100)
    assert_close(iqametrics.psnr(reference, distorted, backend=executor), expected, 1e-13)
