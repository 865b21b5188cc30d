"""The values that every metric gives to images without difference, without content, or with opposite content."""

import math

import numpy as np
import pytest

import iqametrics
from iqametrics.fr.ms_ssim import WEIGHTS
from tests.closeness import assert_close
from tests.conformance.cases import (
    EXACT,
    ILL_POSED,
    INFORMATION,
    assert_identity,
    assert_in_range,
    is_unbounded,
    small_shape,
)
from tests.conformance.pictures import flat, grain, noisy, picture
from tests.noting import noting

#: A band-pass filter leaves no error of a ramp that became brighter or flatter: above this, decibels are rounding.
DECIBELS_OF_ROUNDING = 200


def images(shape):
    """Name -> image and range, of all that an image may lack: content, a direction, digits of its level."""
    rows, columns = np.indices(shape)
    found = {f"picture {seed}": (picture(shape, seed), 255) for seed in range(3)}
    found |= {f"flat {level}": (flat(shape, level), 255) for level in (0, 1, 100, 254, 255)}
    # Their level is no binary fraction.
    found |= {f"flat {level:.2g}": (np.full(shape, level), 1) for level in (0.1, 1 / 3, 0.7)}
    # Half the derivatives vanish, and the covariance of a band is singular.
    line = picture((1, max(shape)), seed=4)[0]
    found |= {"equal rows": (line[columns], 255), "equal columns": (line[rows], 255)}
    # A band-pass filter leaves nothing of a ramp but rounding, which must not pass for information.
    for down, across in ((1, 0), (0, 1), (1, 1), (2, 1)):
        for dtype in ("uint8", "float64"):
            found[f"{dtype} ramp {down} {across}"] = ((down * rows + across * columns).astype(dtype), 255)
    return found


# Ramps of floats go beyond the range where a metric needs large images.
@pytest.mark.filterwarnings("ignore::iqametrics.errors.RangeWarning")
def test_identical(metric, executors):
    for name, (image, peak) in images(small_shape(metric)).items():
        for executor in executors:
            with noting(name, executor):
                assert_identity(metric, metric(image, image.copy(), backend=executor, data_range=peak))


def test_executors_agree_on_a_distorted_ramp(default, executors):
    rows, columns = np.indices(small_shape(default))
    for slopes in ((1, 0), (0, 1), (1, 1)):
        image = (slopes[0] * rows + slopes[1] * columns).astype(np.uint8)
        for distorted in (image + 9, image // 2, noisy(image, 5)):
            truth = default(image, distorted, backend="numpy")
            if default.name in ILL_POSED:
                continue
            # A ramp leaves vif a covariance that is all but singular.
            tolerance = 1e-5 if default.name == "vif" else 1e-10
            for executor in executors:
                with noting(slopes, executor):
                    score = default(image, distorted, backend=executor)
                    if default.identity == math.inf and default.name not in EXACT and truth > DECIBELS_OF_ROUNDING:
                        assert score > DECIBELS_OF_ROUNDING
                    else:
                        assert_close(score, truth, tolerance)


def test_flat_in_one_image(metric, executors):
    """Nothing to see in the reference, or nothing of it is left; or a half of both without content."""
    shape = small_shape(metric)
    image = picture(shape)
    for level in (0, 90, 255):
        for executor in executors:
            with noting(level, executor):
                for pair in ((flat(shape, level), image), (image, flat(shape, level))):
                    score = metric(*pair, backend=executor)
                    assert math.isfinite(score) != is_unbounded(metric, *pair)
                    assert_in_range(metric, score)
                    if metric.name in INFORMATION:
                        assert_close(score, 0, 1e-9 if pair[0] is image else 0)
    half = image.copy()
    half[:, : shape[1] // 2] = 90
    for noise in (1, 40):
        distorted = np.where(half == 90, 90, noisy(half, noise)).astype(np.uint8)
        for executor in executors:
            with noting("half flat", noise, executor):
                assert math.isfinite(metric(half, distorted, backend=executor))
                assert math.isfinite(metric(distorted, half, backend=executor))


def of_two_flat_images(metric, a, b):
    """The luminance alone differs; the equations are written out here, of the metrics that have one."""
    luminance = (2 * a * b + 6.5025) / (a * a + b * b + 6.5025)
    first, last = (WEIGHTS[i] / sum(WEIGHTS[:2]) for i in range(2))
    return {
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
        "ms_ssim": first + last * luminance if metric.recipe().convention == "wang2003-sum" else luminance**last,
        "uqi": 2 * a * b / (a * a + b * b),
        "vif": 0,
        "vifp": 0,
        "wsnr": 20 * math.log10(a / (0.9809 * abs(a - b))) if a else -math.inf,
        "nqm": math.inf,  # of neither, anything is seen
    }.get(metric.name)


def test_two_flat_images(metric, executors):
    shape = small_shape(metric)
    for a, b in ((100, 120), (120, 100), (0, 255), (255, 0), (0, 1), (254, 255)):
        expected = of_two_flat_images(metric, a, b)
        for executor in executors:
            with noting(a, b, executor):
                score = metric(flat(shape, a), flat(shape, b), backend=executor)
                assert_in_range(metric, score)
                if expected is None:
                    assert math.isfinite(score)
                else:
                    assert_close(score, expected, 1e-12)


def test_black_against_white_is_the_largest_error(executor):
    black, white = flat((8, 8), 0), flat((8, 8), 255)
    assert iqametrics.mse(black, white, backend=executor) == 255**2
    assert iqametrics.psnr(black, white, backend=executor) == 0


def test_inverted(metric, executors):
    for make in (picture, grain):
        image = make(small_shape(metric))
        for executor in executors:
            with noting(make.__name__, executor):
                score = metric(image, 255 - image, backend=executor)
                assert math.isfinite(score)
                assert_in_range(metric, score)
                better = metric(image, noisy(image, 2), backend=executor)
                if metric.name not in ("ad", "cw_ssim"):  # errors cancel; a phase turned everywhere counts as a shift
                    assert metric.badness(better) < metric.badness(score)


def test_ssim_of_an_inverted_image_is_negative(executor):
    image = grain((40, 40))
    assert iqametrics.ssim(image, 255 - image, backend=executor) < -0.5


@pytest.mark.parametrize("convention", ["wang2003", "wang2003-sum"])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_ms_ssim_counts_a_negative_contrast_as_0(executor, convention, levels):
    image = grain((60, 60))
    assert iqametrics.ms_ssim(image, 255 - image, levels=levels, convention=convention, backend=executor) == 0


def test_psnr_stays_true_far_above_80_decibels(executor):
    reference = np.zeros((100, 100), np.uint16)
    distorted = reference.copy()
    distorted[3, 4] = 1
    expected = 10 * math.log10(65535**2 * 100 * 100)
    assert_close(iqametrics.psnr(reference, distorted, backend=executor), expected, 1e-13)
