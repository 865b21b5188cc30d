"""Strengths are what they say: published values, variances, means, sizes, decibels."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from iqametrics.datasets import distortions
from iqametrics.datasets.distortions.application import distorted
from iqametrics.datasets.distortions.catalogue import all_distortions
from iqametrics.errors import DependencyError, DistortionError
from tests.datasets.distorted_pictures import grey, pictures, psnr

#: KADID-10k's generator, in the order of its types: name here, parameter, levels.
KADID = """
gaussian_blur sigma .1 .5 1 2 5
lens_blur radius 1 2 4 6 8
motion_blur length 1 2 4 6 10
color_diffusion amount 1 3 6 8 12
color_shift amount 1 3 6 8 12
color_quantization colors 64 48 32 16 8
saturation_hsv factor .4 .2 .1 0 -.4
saturation_lab factor 1 2 3 6 9
jpeg2000 ratio 16 32 45 120 400
jpeg quality 43 36 24 7 4
gaussian_noise variance .001 .002 .003 .005 .01
gaussian_noise_ycbcr variance .0001 .0005 .001 .002 .003
impulse_noise density .001 .005 .01 .02 .03
multiplicative_noise variance .001 .005 .01 .02 .05
denoise variance .01 .03 .05 .1 .15
brighten amount .1 .2 .4 .7 1.1
darken amount .05 .1 .2 .4 .8
mean_shift offset .15 .08 0 -.08 -.15
jitter amount .05 .1 .2 .5 1
non_eccentricity_patch count 20 40 60 80 100
pixelate strength .01 .05 .1 .2 .5
quantization levels 20 16 13 10 7
color_block count 2 4 6 8 10
high_sharpen amount 1 2 3 6 12
contrast_change amount .3 .15 0 -.4 -.6
"""
#: Hendrycks and Dietterich's ImageNet-C.
IMAGENET_C = """
gaussian_noise sd .08 .12 .18 .26 .38
shot_noise rate 60 25 12 5 3
impulse_noise density .03 .06 .09 .17 .27
speckle_noise sd .15 .2 .35 .45 .6
gaussian_blur sigma 1 2 3 4 6
lens_blur radius 3 4 6 8 10
lens_blur alias .1 .5 .5 .5 .5
motion_blur radius 10 15 15 15 20
motion_blur sigma 3 5 8 12 15
zoom_blur zoom 1.11 1.16 1.21 1.26 1.31
contrast factor .4 .3 .2 .1 .05
brightness amount .1 .2 .3 .4 .5
saturation_hsv factor .3 .1 2 5 20
saturation_hsv offset 0 0 0 .1 .2
jpeg quality 25 18 15 10 7
pixelate scale .6 .5 .4 .3 .25
"""
CIFAR_C = """
gaussian_noise sd .04 .06 .08 .09 .10
shot_noise rate 500 250 100 75 50
impulse_noise density .01 .02 .03 .05 .07
gaussian_blur sigma .4 .6 .7 .8 1
contrast factor .75 .5 .4 .3 .15
brightness amount .05 .1 .15 .2 .3
jpeg quality 80 65 58 50 40
pixelate scale .95 .9 .85 .75 .65
"""


@pytest.mark.parametrize(
    ("preset", "table"),
    [("kadid", KADID), ("imagenet-c", IMAGENET_C), ("cifar-c", CIFAR_C)],
    ids=lambda each: each[:10],
)
def test_published_levels(preset, table):
    lines = [line.split() for line in table.split("\n") if line]
    for name, parameter, *values in lines:
        assert [level[parameter] for level in distortions.levels(name, preset)] == [float(value) for value in values]
    assert set(distortions.names(preset)) == {name for name, *_ in lines}


def test_tid_like_levels_are_decibels():
    assert distortions.levels("jpeg", "tid-like") == [{"psnr": value} for value in (33, 30, 27, 24, 21)]
    assert distortions.names("tid-like") == distortions.names()


def error_of(name, image, **parameters):
    return distortions.apply(name, image, params=parameters, quantise=False) - image


@pytest.mark.parametrize("variance", [0.0005, 0.003, 0.01])
@pytest.mark.parametrize(
    "name", ["gaussian_noise", "spatially_correlated_noise", "speckle_noise", "multiplicative_noise"]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_variance_of_noise(name, variance, channels):
    """Within 5 percent, on mid-grey, where nothing is clipped; noise that multiplies is a quarter of its variance there."""
    image = np.full((256, 300, channels), 0.5)
    asked = variance / 4 if name in ("speckle_noise", "multiplicative_noise") else variance
    error = error_of(name, image, variance=variance)
    np.testing.assert_allclose(error.var((0, 1)), asked, rtol=0.05)
    assert abs(error.mean()) < 5 * np.sqrt(asked / error.size) * (20 if "correlated" in name else 1)
    if channels == 3:
        assert abs(np.corrcoef(error[..., 0].ravel(), error[..., 1].ravel())[0, 1]) < 0.05


def test_shape_of_multiplicative_noise():
    image = np.full((200, 200), 0.5)
    uniform = error_of("multiplicative_noise", image, variance=0.03)
    assert np.abs(uniform).max() <= 0.5 * np.sqrt(0.09)
    gaussian = error_of("speckle_noise", image, variance=0.03)
    assert np.abs(gaussian).max() > 0.5 * np.sqrt(0.09)


def test_noise_in_ycbcr_has_its_variance_there():
    from skimage.color import rgb2ycbcr

    image = np.full((256, 256, 3), 0.5)
    noisy = distortions.apply("gaussian_noise_ycbcr", image, {"variance": 0.001}, quantise=False)
    np.testing.assert_allclose((rgb2ycbcr(noisy) / 255).var((0, 1)), 0.001, rtol=0.05)


def test_correlated_noise_correlates_neighbours():
    error = error_of("spatially_correlated_noise", np.full((256, 256), 0.5), variance=0.002, grain=1.5)
    neighbours = np.corrcoef(error[:, 1:].ravel(), error[:, :-1].ravel())[0, 1]
    assert neighbours == pytest.approx(np.exp(-1 / (4 * 1.5**2)), abs=0.03)  # of white noise behind a Gaussian
    white = error_of("gaussian_noise", np.full((256, 256), 0.5), variance=0.002)
    assert abs(np.corrcoef(white[:, 1:].ravel(), white[:, :-1].ravel())[0, 1]) < 0.02


def test_shot_noise_is_the_poisson_law():
    image = np.tile([0.1, 0.4], (300, 150))
    noisy = distortions.apply("shot_noise", image, {"rate": 200}, quantise=False)
    for column, value in enumerate((0.1, 0.4)):
        assert noisy[:, column::2].var() == pytest.approx(value / 200, rel=0.05)
    np.testing.assert_allclose(noisy * 200, np.rint(noisy * 200), atol=1e-9)


def test_impulses_are_as_many_as_asked_half_black_half_white():
    image = np.full((300, 300, 3), 0.5)
    noisy = distortions.apply("impulse_noise", image, {"density": 0.04}, quantise=False)
    assert (noisy == 0).mean() == pytest.approx(0.02, rel=0.05)
    assert (noisy == 1).mean() == pytest.approx(0.02, rel=0.05)
    assert ((noisy == 0.5) | (noisy == 0) | (noisy == 1)).all()


@pytest.mark.parametrize(
    ("name", "parameters", "tolerance"),
    [
        ("gaussian_blur", {"sigma": 4}, 1e-12),
        ("gaussian_blur", {"sigma": 4, "truncate": 2}, 1e-12),
        ("lens_blur", {"radius": 5}, 1e-12),
        ("lens_blur", {"radius": 5, "alias": 0.5}, 1e-12),
        ("motion_blur", {"length": 9}, 2e-4),  # a slanted line has no mirror image of itself to meet at the border
        ("motion_blur", {"radius": 10, "sigma": 5}, 2e-2),
        ("jitter", {"amount": 1}, 2e-3),
    ],
)
def test_blur_keeps_the_mean(name, parameters, tolerance):
    image = pictures()["cup"] / 255
    blurred = distortions.apply(name, image, params=parameters, quantise=False)
    np.testing.assert_allclose(blurred.mean((0, 1)), image.mean((0, 1)), rtol=tolerance)
    assert blurred.var() < image.var()


def test_gaussian_blur_is_scipys():
    image = pictures()["cup"][..., 0] / 255
    found = distortions.apply("gaussian_blur", image, {"sigma": 1.5}, quantise=False)
    np.testing.assert_allclose(found, ndimage.gaussian_filter(image, 1.5, truncate=4), atol=1e-14)


def point(name, parameters, side=41):
    """What a white point on black becomes."""
    image = np.zeros((side, side))
    image[side // 2, side // 2] = 1
    return distortions.apply(name, image, params=parameters, quantise=False)


def test_a_point_becomes_a_disk():
    disk = point("lens_blur", {"radius": 6})
    rows, columns = np.indices(disk.shape) - 20
    distance = np.hypot(rows, columns)
    area = np.pi * 36
    np.testing.assert_allclose(disk[distance < 5.2], 1 / area, rtol=0.01)
    assert disk[distance > 6.8].max() < 1e-15
    np.testing.assert_allclose(disk, disk.T, atol=1e-12)


def test_a_point_becomes_a_line():
    line = point("motion_blur", {"length": 11})
    rows, columns = np.indices(line.shape) - 20
    spread = np.cov(np.vstack([rows.ravel(), columns.ravel()]), aweights=line.ravel(), ddof=0)
    across, along = np.sqrt(np.linalg.eigvalsh(spread))
    assert along == pytest.approx(10 / np.sqrt(12), rel=0.05)  # of an even path of 10 pixels
    assert across < 0.6
    assert abs((rows * line).sum()) < 1e-9


def test_jpeg_is_that_of_pillow():
    image = pictures()["face"]
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=24, subsampling=2)
    np.testing.assert_array_equal(distortions.apply("jpeg", image, 3), np.asarray(Image.open(file)))


@pytest.mark.parametrize("ratio", [16, 45, 120])
@pytest.mark.parametrize("color", [True, False])
def test_jpeg2000_streams_have_their_ratio(ratio, color, monkeypatch):
    sizes = []
    save = Image.Image.save

    def measured(self, file, *args, **kwargs):
        save(self, file, *args, **kwargs)
        sizes.append(file.getbuffer().nbytes)

    monkeypatch.setattr(Image.Image, "save", measured)
    image = pictures()["cup"] if color else grey(pictures()["cup"])
    distortions.apply("jpeg2000", image, params=ratio)
    assert image.size / sizes[0] == pytest.approx(ratio, rel=0.1)


def test_jpeg2000_without_the_codec(monkeypatch):
    monkeypatch.setattr("PIL.features.check", lambda feature: False)
    with pytest.raises(DependencyError, match="without its codec for JPEG2000"):
        distortions.apply("jpeg2000", pictures()["face"], 1)


@pytest.mark.parametrize("dither", ["yes", "no"])
@pytest.mark.parametrize("colors", [8, 64])
def test_colours_are_as_many_as_asked(dither, colors):
    found = distortions.apply("color_quantization", pictures()["cup"], {"colors": colors, "dither": dither})
    assert colors / 2 < len(np.unique(found.reshape(-1, 3), axis=0)) <= colors


def test_levels_are_as_many_as_asked():
    ramp = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
    assert np.unique(distortions.apply("quantization", ramp, params=7)).tolist() == [0, 42, 85, 128, 170, 212, 255]


def test_tone_curves_go_through_their_points():
    ramp = np.linspace(0, 1, 101)[None]

    def curve(name, amount):
        return distortions.apply(name, ramp, {"amount": amount}, quantise=False)[0]

    np.testing.assert_allclose(curve("brighten", 0.4)[[0, 50, 100]], [0, 0.7, 1], atol=1e-12)
    np.testing.assert_allclose(curve("darken", 0.4)[[0, 50, 100]], [0, 0.3, 1], atol=1e-12)
    np.testing.assert_allclose(
        curve("contrast_change", 0.3)[[0, 30, 50, 70, 100]], [0, 0.175, 0.5, 0.825, 1], atol=1e-12
    )
    assert (np.diff(curve("brighten", 0.4)) > 0).all()


def test_contrast_brightness_and_mean():
    image = np.clip(pictures()["face"] / 255, 0.3, 0.6)
    more = distortions.apply("contrast", image, 1.3, quantise=False)
    np.testing.assert_allclose(more.std((0, 1)), 1.3 * image.std((0, 1)))
    np.testing.assert_allclose(more.mean((0, 1)), image.mean((0, 1)))
    np.testing.assert_allclose(distortions.apply("mean_shift", image, -0.15, quantise=False), image - 0.15)
    brighter = distortions.apply("brightness", image, 0.25, quantise=False)
    np.testing.assert_allclose(brighter.max(-1), image.max(-1) + 0.25)
    hue = (image[..., 0] - image[..., 2]) / image.max(-1)
    np.testing.assert_allclose((brighter[..., 0] - brighter[..., 2]) / brighter.max(-1), hue, atol=1e-9)


def test_colour_is_changed_and_the_light_kept():
    from skimage.color import rgb2lab

    image = 0.4 + pictures()["cup"] / 255 * 0.2  # far from any end of the colours
    before = rgb2lab(image)
    stronger = rgb2lab(distortions.apply("saturation_lab", image, 2.0, quantise=False))
    np.testing.assert_allclose(stronger[..., 0], before[..., 0], atol=1e-4)
    np.testing.assert_allclose(stronger[..., 1:], 2 * before[..., 1:], atol=1e-3)
    diffused = rgb2lab(distortions.apply("color_diffusion", image, 1.0, quantise=False))
    np.testing.assert_allclose(diffused[..., 0], before[..., 0], atol=1e-4)
    for plane in (1, 2):
        blurred = ndimage.gaussian_filter(before[..., plane], 1.5 * 1 + 2, radius=7)
        np.testing.assert_allclose(diffused[..., plane], blurred, atol=1e-3)
    dull = distortions.apply("saturation_hsv", image, {"factor": 0}, quantise=False)
    np.testing.assert_allclose(dull, np.broadcast_to(image.max(-1, keepdims=True), image.shape), atol=1e-12)


def test_channels_move_apart():
    image = pictures()["cup"]
    shifted = distortions.apply("color_shift", image, {"amount": 6})
    np.testing.assert_array_equal(shifted[..., ::2], image[..., ::2])
    assert not np.array_equal(shifted[..., 1], image[..., 1])
    aberrant = distortions.apply("chromatic_aberration", image, {"shift": 6})
    np.testing.assert_array_equal(aberrant[..., 1], image[..., 1])
    middle = np.s_[95:106, 100:111]
    assert np.abs(aberrant[middle].astype(int) - image[middle]).mean() < 3  # nothing moves in the centre


def moments(image):
    rows, columns = np.indices(image.shape)
    return (rows * image).sum() / image.sum(), (columns * image).sum() / image.sum()


def test_pictures_move_as_told():
    spot = np.zeros((61, 81))
    spot[20, 50] = 1
    spot = ndimage.gaussian_filter(spot, 2)

    def moved(name, **parameters):
        return moments(distortions.apply(name, spot, params=parameters, quantise=False))

    np.testing.assert_allclose(moved("shift", distance=2.5), (20, 52.5), atol=0.05)
    np.testing.assert_allclose(moved("shift", distance=4, angle=90), (24, 50), atol=0.05)
    np.testing.assert_allclose(moved("rotation", angle=90), (20, 30), atol=0.05)  # (row, column) about (30, 40)
    np.testing.assert_allclose(moved("scale", factor=1.5), (15, 55), atol=0.05)


def test_blocks_and_patches():
    image = np.full((128, 160, 3), 128, np.uint8)
    blocks = (distortions.apply("color_block", image, {"count": 1}) != image).any(-1)
    assert blocks.sum() == 32 * 32
    rows, columns = np.nonzero(blocks)
    assert (np.ptp(rows), np.ptp(columns)) == (31, 31)
    local = (
        distortions.apply("local_blocks", image / 255, {"intensity": 0.25, "share": 0.5}, quantise=False) - 128 / 255
    )
    assert np.abs(local).max() == pytest.approx(0.25)
    assert (local != 0).mean() == pytest.approx(0.5)
    ramp = np.indices((128, 160)).sum(0).astype(np.uint8)
    patches = distortions.apply("non_eccentricity_patch", ramp, {"count": 1}).astype(int) - ramp
    moved = patches[patches != 0]
    assert moved.size in (0, 256)
    assert np.abs(moved).max(initial=0) <= 16


def test_pixelate_makes_flat_cells():
    image = pictures()["cup"][:192, :192]
    box = distortions.apply("pixelate", image, {"scale": 0.25})
    cells = box.reshape(48, 4, 48, 4, 3)
    np.testing.assert_array_equal(cells, np.broadcast_to(cells[:, :1, :, :1], cells.shape))
    means = image.reshape(48, 4, 48, 4, 3).mean((1, 3))
    np.testing.assert_allclose(box[::4, ::4], means, atol=0.51)
    nearest = distortions.apply("pixelate", image, {"scale": 0.25, "shrink": "nearest"})
    assert set(map(tuple, nearest.reshape(-1, 3))) <= set(map(tuple, image.reshape(-1, 3)))


#: What comes in whole numbers, or in steps because one value is added everywhere and rounded to 8 bits.
COARSE = {each.name for each in all_distortions() if each.strength.whole} | {
    *("mean_shift", "brightness", "local_blocks", "pixelate")
}
#: What a picture of 200 pixels can't have: one block, or the least diffusion, is too much, the longest shift too little.
OUT_OF_REACH = {("color_block", 33), ("color_block", 24), ("color_diffusion", 33), ("color_shift", 24)}


@pytest.mark.parametrize("each", all_distortions(), ids=lambda each: each.name)
@pytest.mark.parametrize("target", [33, 24])
def test_psnr_is_met(each, target):
    """Within 0.1 dB where the strength is continuous, otherwise by the nearest strength, at most 1 dB away."""
    image = pictures()["cup"]
    if (each.name, target) in OUT_OF_REACH:
        with pytest.raises(DistortionError, match=r"weakest|jumps"):
            distorted(each, image, {"psnr": target}, seed=2)
        return
    found, parameters = distorted(each, image, {"psnr": target}, seed=2)
    assert psnr(image, found) == pytest.approx(target, abs=1.0 if each.name in COARSE else 0.1)
    assert set(parameters) == {parameter.name for parameter in each.parameters}
    if not each.random:
        np.testing.assert_array_equal(found, distortions.apply(each.name, image, parameters))


def test_psnr_with_another_parameter_given():
    image = pictures()["cup"]
    found, parameters = distorted(distortions.distortion("gaussian_blur"), image, {"psnr": 28, "truncate": 2})
    assert parameters["truncate"] == 2
    assert psnr(image, found) == pytest.approx(28, abs=0.1)
    np.testing.assert_array_equal(distortions.apply("gaussian_blur", image, parameters), found)


def test_psnr_of_floats_and_16_bits():
    image = pictures()["cup"]
    deep = distortions.apply("gaussian_blur", image.astype(np.uint16) * 257, 4, preset="tid-like")
    assert psnr(image.astype(np.uint16) * 257, deep) == pytest.approx(24, abs=0.1)
    floats = distortions.apply("gaussian_blur", image / 255, 4, preset="tid-like", quantise=False)
    assert 10 * np.log10(1 / np.mean((floats - image / 255) ** 2)) == pytest.approx(24, abs=0.1)


def test_psnr_out_of_reach():
    flat = np.full((64, 64, 3), 90, np.uint8)
    with pytest.raises(
        DistortionError, match=r"gaussian_blur can't give this image a PSNR of 30 dB: its weakest .* inf"
    ):
        distortions.apply("gaussian_blur", flat, 2, preset="tid-like")
    with pytest.raises(DistortionError, match="jumps from inf"):
        distortions.apply("color_block", pictures()["face"], 1, preset="tid-like")
