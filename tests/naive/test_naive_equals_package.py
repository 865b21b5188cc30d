"""Brute force and the package agree: every convention and colour, odd sizes, integers and floats."""

import functools

import numpy as np
import pytest

import iqametrics
from tests import naive
from tests.closeness import assert_close
from tests.noting import noting

TOLERANCE = 1e-10


def picture(rows, columns, seed, channels=None):
    """Waves of several lengths, an edge and some grain, uint8: every band and scale has content."""
    generator = np.random.default_rng(seed)
    row, column = np.mgrid[:rows, :columns]
    planes = []
    for channel in range(channels or 1):
        waves = 40 * np.sin(row / 5 + channel) + 30 * np.cos(column / 3 - row / 11) + 20 * np.sin(row * column / 400)
        edge = 35 * (column + channel > columns // 2)
        planes.append(110 + waves + edge + generator.normal(0, 6, (rows, columns)))
    image = np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)
    return image if channels else image[:, :, 0]


def noisy(image, seed=0):
    noise = np.random.default_rng(seed).normal(0, 18, image.shape)
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


def dimmed(image, seed=0):
    """Less contrast and a little blur: gains below 1."""
    mixed = (image.astype(np.int64) + np.roll(image, 1, axis=1)) // 4 + 50
    return mixed.astype(np.uint8)


def inverted(image, seed=0):
    """Negative covariance everywhere: the branches for a negative gain and a negative contrast term."""
    return 255 - image


def flat_in_part(image, seed=0):
    """Noise on a picture whose left half both images share as one constant: windows without any variance."""
    result = noisy(image, seed)
    result[:, : image.shape[1] // 2] = 90
    return result


# (metric, options of both, rows, columns): sides at the metric's smallest, odd and even, upright and lying.
CASES = [
    ("mse", {}, 11, 14),
    ("psnr", {}, 13, 9),
    *((name, {}, 13, 10) for name in ("mae", "rmse", "md", "ad", "nae", "sc", "nk")),
    ("lmse", {}, 3, 4),
    ("lmse", {"convention": "eskicioglu1995"}, 12, 9),
    ("lmse", {"convention": "del2"}, 4, 5),
    ("lmse", {"convention": "del2"}, 11, 12),
    ("ssim", {}, 11, 11),
    ("ssim", {"convention": "wang2004"}, 37, 30),
    ("ssim", {"convention": "wang2004-downsampled"}, 30, 41),
    ("ssim", {"convention": "skimage"}, 29, 24),
    ("uqi", {}, 8, 8),
    ("uqi", {}, 21, 26),
    ("gmsd", {}, 24, 31),
    ("gmsd", {}, 33, 28),
    ("vifp", {}, 41, 41),
    ("vifp", {}, 52, 47),
    ("vif", {}, 72, 72),
    ("vif", {"convention": "sheikh2006"}, 77, 85),
    ("vif", {"convention": "metrix-mux"}, 21, 33),
    ("cw_ssim", {"levels": 1, "orientations": 5}, 31, 24),
    ("cw_ssim", {"levels": 3, "orientations": 4}, 47, 61),
    ("fsim", {}, 22, 33),
    ("wsnr", {}, 19, 26),
    ("nqm", {}, 45, 38),
    ("ms_ssim", {"levels": 1}, 15, 12),
    ("ms_ssim", {"levels": 2}, 23, 22),
    ("ms_ssim", {"levels": 3, "convention": "wang2003"}, 47, 52),
    ("ms_ssim", {"levels": 3, "convention": "wang2003-sum"}, 52, 45),
]
DISTORTIONS = [noisy, dimmed, inverted]
#: Those that see the three channels of a coloured image unless told otherwise.
OF_CHANNELS = {"mse", "psnr", "mae", "rmse", "md", "ad", "nae", "sc", "nk", "lmse"}


def case_name(value):
    if callable(value):
        return value.__name__
    return "-".join(map(str, value.values())) or "default" if isinstance(value, dict) else str(value)


@functools.cache
def expected(metric, options, rows, columns, distortion, color):
    """The naive score of a case; cached, for every executor is held to it."""
    reference, distorted = pair(rows, columns, distortion, color)
    return naive.score(metric, reference, distorted, color, **dict(options))


def pair(rows, columns, distortion, color):
    reference = picture(rows, columns, seed=rows * columns, channels=None if color is None else 3)
    distorted = distortion(reference, seed=columns)
    if distortion is flat_in_part:
        reference = reference.copy()
        reference[:, : columns // 2] = 90
    return reference, distorted


def check(metric, images, value, backends, **options):
    """Every executor gives the naive value."""
    for backend in backends:
        with noting(backend, options):
            assert_close(iqametrics.metric(metric)(*images, backend=backend, **options), value, TOLERANCE)


@pytest.mark.parametrize(("metric", "options", "rows", "columns"), CASES, ids=case_name)
def test_grey(metric, options, rows, columns, backends):
    for distortion in DISTORTIONS:
        value = expected(metric, tuple(options.items()), rows, columns, distortion, None)
        images = pair(rows, columns, distortion, None)
        with noting(distortion.__name__):
            check(metric, images, value, backends, **options)
        if distortion is noisy and iqametrics.metric(metric).units == "255":
            check(metric, [image / 255 for image in images], value, backends, data_range=1.0, **options)


@pytest.mark.parametrize(
    ("metric", "options", "rows", "columns"),
    [
        ("mse", {}, 12, 17),
        ("psnr", {}, 9, 12),
        *((name, {}, 8, 11) for name in ("mae", "rmse", "md", "ad", "nae", "sc", "nk", "lmse")),
        ("ssim", {"convention": "wang2004"}, 23, 18),
        ("ssim", {"convention": "skimage"}, 16, 21),
        ("uqi", {}, 13, 17),
        ("gmsd", {}, 17, 22),
        ("vifp", {}, 43, 41),
        ("vif", {}, 72, 73),
        ("ms_ssim", {"levels": 2}, 22, 27),
    ],
    ids=case_name,
)
def test_colour(metric, options, rows, columns, backends):
    """In every mode, one of which is what the metric does unless told otherwise."""
    by_default = "channels" if metric in OF_CHANNELS else "gray"
    for color in ("gray", "luma", "ycbcr", "channels"):
        value = expected(metric, tuple(options.items()), rows, columns, noisy, color)
        check(metric, pair(rows, columns, noisy, color), value, backends, color=color, **options)
        if color == by_default:
            check(metric, pair(rows, columns, noisy, color), value, backends, **options)


@pytest.mark.parametrize(
    ("metric", "rows", "columns"), [("psnr", 9, 12), ("ssim", 23, 18), ("vifp", 43, 41), ("fsim", 22, 33)]
)
def test_tid2013_is_the_authors_recipe_on_y_of_ycbcr(metric, rows, columns, backends):
    value = expected(metric, (), rows, columns, noisy, "ycbcr")
    check(metric, pair(rows, columns, noisy, "ycbcr"), value, backends, convention="tid2013")


@pytest.mark.parametrize(("metric", "rows", "columns"), [("ssim", 23, 18), ("gmsd", 17, 22), ("vifp", 43, 41)])
def test_colour_of_floats_is_never_rounded(metric, rows, columns, backends):
    generator = np.random.default_rng(5)
    reference = generator.uniform(0, 255, (rows, columns, 3))
    distorted = 0.7 * reference + generator.uniform(0, 70, reference.shape)
    for color in ("gray", "luma", "channels"):
        value = naive.score(metric, reference, distorted, color)
        check(metric, (reference, distorted), value, backends, data_range=255, color=color)


@pytest.mark.parametrize(("metric", "rows", "columns"), [("psnr", 9, 12), ("ssim", 23, 18), ("gmsd", 17, 22)])
def test_ten_bits(metric, rows, columns, backends):
    reference, distorted = (4 * image.astype(np.uint16) + 1 for image in pair(rows, columns, noisy, None))
    scale = 255 / 1023
    check(
        metric,
        (reference, distorted),
        naive.score(metric, scale * reference, scale * distorted, None),
        backends,
        bits=10,
    )


def test_mse_stays_in_squared_data_units(backends):
    images = [image / 255 for image in pair(9, 12, noisy, None)]
    check("mse", images, naive.mse(*images), backends, data_range=1.0)


@pytest.mark.parametrize(
    ("metric", "rows", "columns"), [("ssim", 23, 30), ("gmsd", 22, 31), ("vifp", 45, 60), ("vif", 72, 90)]
)
def test_flat_in_part(metric, rows, columns, backends):
    value = expected(metric, (), rows, columns, flat_in_part, None)
    check(metric, pair(rows, columns, flat_in_part, None), value, backends)


def test_vifp_of_faint_contrast(backends):
    """Variances near the guard 1e-10, on a mean that swallows them unless it is taken off first."""
    images = [128 + 1e-6 * image for image in pair(45, 50, noisy, None)]
    check("vifp", images, naive.vifp(*images), backends, data_range=255)


@pytest.mark.parametrize("metric", ["mse", "psnr", "ssim", "gmsd", "vif", "vifp"])
def test_identical(metric, backends):
    image = picture(72, 75, seed=3)
    check(metric, (image, image.copy()), naive.score(metric, image, image, None), backends)


@pytest.mark.parametrize(
    ("rows", "columns"), [(383, 386), (385, 384), (641, 640)], ids=["f1.5to2", "f1.5to2odd", "f2.5to3"]
)
def test_ssim_downsamples_by_a_factor_rounded_half_up(rows, columns, backends):
    options = {"convention": "wang2004-downsampled"}
    value = expected("ssim", tuple(options.items()), rows, columns, noisy, None)
    check("ssim", pair(rows, columns, noisy, None), value, backends, **options)


@pytest.mark.parametrize("convention", ["wang2003", "wang2003-sum"])
def test_ms_ssim_with_all_five_scales(convention, backends):
    value = expected("ms_ssim", (("convention", convention),), 177, 176, noisy, None)
    check("ms_ssim", pair(177, 176, noisy, None), value, backends, convention=convention)
