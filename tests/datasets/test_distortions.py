"""What every distortion must do, whatever it is."""

import dataclasses
import itertools
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from iqametrics.datasets import distortions
from iqametrics.datasets.distortions.catalogue import all_distortions
from iqametrics.errors import (
    DistortionError,
    DTypeError,
    NonFiniteError,
    OptionError,
    RangeError,
    ShapeError,
    UnknownDistortionError,
)
from tests.datasets.distorted_pictures import grey, level_psnrs, pictures

ALL = all_distortions()
CASES = [
    (each, preset)
    for each in ALL
    for preset in ("kadid", "imagenet-c", "cifar-c")
    if each.name in distortions.names(preset)
]


def name_of(value):
    return getattr(value, "name", value)


def some_parameters(each):
    """Parameters of some strength, in the units of a small picture."""
    for preset in ("kadid", "imagenet-c"):
        if each.name in distortions.names(preset):
            return distortions.levels(each.name, preset)[3]
    return {
        "spatially_correlated_noise": {"sd": 0.1},
        "chromatic_aberration": {"shift": 2.5},
        "jpeg2000_fidelity": {"fidelity": 30},
        "local_blocks": {"intensity": 0.2},
        "shift": {"distance": 1.5, "angle": 30},
        "rotation": {"angle": 3},
        "scale": {"factor": 1.1},
    }[each.name]


@pytest.mark.parametrize("each", ALL, ids=name_of)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("color", [True, False], ids=["colour", "grey"])
def test_shape_type_and_range_stay(each, dtype, color):
    picture = pictures()["face"][60:109, 50:105]
    picture = picture if color else grey(picture)
    image = (
        picture if dtype == "uint8" else (picture / 255).astype(dtype) if "f" in dtype else picture.astype(dtype) * 257
    )
    before = image.copy()
    if each.color and not color:
        with pytest.raises(DistortionError, match="grey"):
            distortions.apply(each.name, image, some_parameters(each))
        return
    found = distortions.apply(each.name, image, some_parameters(each))
    assert (found.shape, found.dtype) == (image.shape, image.dtype)
    np.testing.assert_array_equal(image, before)
    assert not np.array_equal(found, image)
    if "f" in dtype:
        assert 0 <= found.min() <= found.max() <= 1
        np.testing.assert_allclose(found * 255, np.rint(found * 255), atol=2e-5)


@pytest.mark.parametrize("each", ALL, ids=name_of)
def test_the_same_picture_in_other_numbers_is_distorted_the_same(each):
    """Floats agree with 8 bits to the level; 16 bits too, but for what codecs and their own rounding make of them."""
    picture = pictures()["cup"][60:120, 50:105]
    expected = distortions.apply(each.name, picture, some_parameters(each), seed=3)
    as_floats = distortions.apply(each.name, picture / 255, some_parameters(each), seed=3)
    np.testing.assert_array_equal(np.rint(as_floats * 255), expected)
    deep = distortions.apply(each.name, picture.astype(np.uint16) * 257, some_parameters(each), seed=3)
    np.testing.assert_allclose(deep / 257, expected, atol=0.51)


@pytest.mark.parametrize("each", [each for each in ALL if each.strength.null is not None], ids=name_of)
@pytest.mark.parametrize("color", [True, False], ids=["colour", "grey"])
def test_null_strength_leaves_the_image(each, color):
    picture = pictures()["face"]
    if each.color and not color:
        return
    image = picture if color else grey(picture)
    parameters = {each.strength.name: each.strength.null}
    np.testing.assert_array_equal(distortions.apply(each.name, image, parameters), image)
    exact = distortions.apply(each.name, image / 255, parameters, quantise=False)
    np.testing.assert_allclose(exact, image / 255, atol=1e-5)


def test_most_have_a_null_strength():
    without = {each.name for each in ALL if each.strength.null is None}
    assert without == {"shot_noise", "jpeg", "jpeg2000", "jpeg2000_fidelity", "color_quantization", "color_diffusion"}


@pytest.mark.parametrize(("each", "preset"), CASES, ids=name_of)
def test_quality_falls_with_the_level(each, preset):
    """On both pictures; where levels are said to go back and forth, on one at least it does not."""
    found = {name: level_psnrs(each.name, preset, picture) for name, picture in pictures().items()}
    falls = all(before > after for psnrs in found.values() for before, after in itertools.pairwise(psnrs))
    assert falls == each.monotone_in(preset), found


def test_levels_that_go_back_and_forth_are_told():
    told = {(each.name, preset) for each in ALL for preset in each.alternates}
    assert told == {("mean_shift", "kadid"), ("contrast_change", "kadid"), ("saturation_hsv", "imagenet-c")}
    assert not distortions.distortion("mean_shift").monotone
    assert distortions.distortion("mean_shift").monotone_in("tid-like")


def test_first_calls_wait_for_each_other():
    """What one imports is whole before another begins."""
    inside, most = [], []

    def slow(pixels):
        inside.append(None)
        most.append(len(inside))
        time.sleep(0.1)
        inside.pop()
        return pixels

    kinds = [dataclasses.replace(distortions.distortion("jpeg"), name=f"slow {i}", function=slow) for i in range(3)]
    with ThreadPoolExecutor(3) as pool:
        for expected in (1, 3):
            most.clear()
            list(pool.map(lambda each: each(np.zeros((4, 4, 3)), np.random.default_rng()), kinds))
            assert max(most) == expected


@pytest.mark.parametrize("each", ALL, ids=name_of)
def test_the_same_seed_gives_the_same_and_another_seed_another(each):
    picture = pictures()["cup"]
    first, again, other, elsewhere = (
        distortions.apply(each.name, picture, some_parameters(each), seed=seed, image_id=image)
        for seed, image in ((5, None), (5, None), (6, None), (5, "another"))
    )
    np.testing.assert_array_equal(first, again)
    assert np.array_equal(first, other) != each.random
    assert np.array_equal(first, elsewhere) != each.random


def test_levels_and_pictures_have_noise_of_their_own():
    flat = np.full((40, 40), 0.5)

    def noise(image, level):
        return (distortions.apply("gaussian_noise", image, level, quantise=False) - image).ravel()

    assert abs(np.corrcoef(noise(flat, 4), noise(flat, 5))[0, 1]) < 0.1
    assert abs(np.corrcoef(noise(flat, 5), noise(flat + 0.01, 5))[0, 1]) < 0.1


def test_another_process_gives_the_same(tmp_path):
    picture = pictures()["face"]
    np.save(tmp_path / "picture.npy", picture)
    program = (
        "import sys, hashlib, numpy as np\n"
        "from iqametrics.datasets import distortions\n"
        "picture = np.load(sys.argv[1])\n"
        "for name in reversed(distortions.names('kadid')):\n"
        "    print(name, hashlib.sha256(distortions.apply(name, picture, 4, 11).tobytes()).hexdigest())\n"
    )
    import hashlib

    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "picture.npy")], capture_output=True, text=True, check=True
    )
    found = dict(line.split() for line in result.stdout.splitlines())
    assert found == {
        name: hashlib.sha256(distortions.apply(name, picture, 4, 11).tobytes()).hexdigest()
        for name in distortions.names("kadid")
    }


@pytest.mark.parametrize("each", ALL, ids=name_of)
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1), (7, 5, 3), (1, 40, 3), (33, 32)], ids=str)
def test_tiny_images_work_or_are_refused_in_words(each, shape):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    if each.color and len(shape) == 2:
        with pytest.raises(DistortionError, match="grey"):
            distortions.apply(each.name, image, some_parameters(each))
    elif min(shape[:2]) < each.min_side:
        with pytest.raises(ShapeError, match=f"needs sides of {each.min_side}"):
            distortions.apply(each.name, image, some_parameters(each))
    else:
        assert distortions.apply(each.name, image, some_parameters(each)).shape == shape


@pytest.mark.parametrize("each", ALL, ids=name_of)
def test_ends_of_every_parameter_are_finite(each):
    """A strength at the end of the search, on black, white and mid-grey."""
    for value in (0, 127, 255):
        image = np.full((64, 70, 3), value, np.uint8)
        for strength in each.search:
            assert distortions.apply(each.name, image, {each.strength.name: strength}).shape == image.shape


def test_names_may_be_those_of_data_sets():
    from iqametrics.datasets import card

    for kind in card("kadid10k").counts.types:
        assert distortions.distortion(kind).name in distortions.names("kadid")
    assert distortions.distortion("Defocus-Blur").name == "lens_blur"
    assert len(set(distortions.names())) == len(ALL)


def test_ways_to_give_a_strength():
    picture = pictures()["face"]
    expected = distortions.apply("jpeg", picture, level=2)
    for found in (
        distortions.apply("jpeg", picture, 2),
        distortions.apply("jpeg", picture, 36.0),
        distortions.apply("jpeg", picture, {"quality": 36}),
        distortions.apply("jpeg", picture, params=36),
        distortions.apply("jpeg", picture, level=np.int64(2), preset="kadid"),
    ):
        np.testing.assert_array_equal(found, expected)
    same = [distortions.apply("gaussian_noise", picture, params=each) for each in ({"sd": 0.1}, {"variance": 0.1**2})]
    np.testing.assert_array_equal(*same)
    path = distortions.apply("contrast", picture[..., :1], 0.5)
    assert path.shape == (*picture.shape[:2], 1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("gausian_blur", 1), UnknownDistortionError, "did you mean gaussian_blur"),
        (("jpeg", 6), OptionError, "level=6 must be 1 to 5; a strength is given as params=6"),
        (("jpeg", 0.0), OptionError, "quality=0.0 must be a whole number from 1 to 95"),
        (("jpeg", 3.5), OptionError, "whole number"),
        (("jpeg", {"qality": 3}), OptionError, "quality is missing"),
        (("jpeg", {"quality": 3, "speed": 1}), OptionError, "no parameter 'speed'; it has quality"),
        (("jpeg", {"quality": True}), OptionError, "quality=True"),
        (("jpeg", {"quality": "high"}), OptionError, "quality='high'"),
        (("gaussian_noise", {"sd": 0.1, "variance": 0.01}), OptionError, "the same parameter"),
        (("gaussian_noise", {"variance": float("nan")}), OptionError, "variance=nan"),
        (("pixelate", {"scale": 0.5, "shrink": "cubic"}), OptionError, "use one of box, nearest"),
        (("jpeg", {"psnr": 0}), OptionError, "decibels"),
        (("gaussian_noise", {"psnr": 30, "sd": 0.1}), OptionError, "psnr stands for sd"),
        (("jpeg",), OptionError, "give a level, or params"),
        (("jpeg", 1, 0.5), OptionError, "seed=0.5 must be a whole number"),
    ],
)
def test_wrong_words_are_refused(arguments, error, message):
    name, *rest = arguments
    with pytest.raises(error, match=message):
        distortions.apply(name, pictures()["face"], *rest)


def test_presets_that_are_not_there():
    with pytest.raises(OptionError, match="use one of kadid, imagenet-c, cifar-c, tid-like"):
        distortions.apply("jpeg", pictures()["face"], 1, preset="live")
    with pytest.raises(OptionError, match="has no levels in the preset 'kadid'; it has in tid-like"):
        distortions.levels("rotation", "kadid")
    with pytest.raises(OptionError, match="preset='x'"):
        distortions.names("x")
    with pytest.raises(OptionError, match="only one"):
        distortions.apply("jpeg", pictures()["face"], 1, level=1)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.full((8, 8), 0.5) * 3, RangeError, "scale them to 0..1"),
        (np.full((8, 8), np.nan), NonFiniteError, "NaN"),
        (np.zeros((8, 8), np.int32), DTypeError, "convert it to uint8"),
        (np.zeros((8, 8), bool), DTypeError, "boolean"),
        (np.zeros((8, 8, 4), np.uint8), ShapeError, "alpha"),
        (np.zeros((2, 8, 8, 3), np.uint8), ShapeError, "one image at a time"),
        (np.zeros((0, 8), np.uint8), ShapeError, "no pixels"),
    ],
)
def test_images_that_are_none(image, error, message):
    with pytest.raises(error, match=message):
        distortions.apply("contrast", image, 0.5)


def test_rounding_of_floats_can_be_left_out():
    image = pictures()["face"] / 255
    exact = distortions.apply("gaussian_blur", image, 1.0, quantise=False)
    rounded = distortions.apply("gaussian_blur", image, 1.0)
    assert 0 < np.abs(exact - rounded).max() <= 0.5 / 255 + 1e-12
    with pytest.raises(OptionError, match="quantise=False is for floats"):
        distortions.apply("gaussian_blur", pictures()["face"], 1.0, quantise=False)


def test_importing_and_listing_is_light():
    program = (
        "import sys\nfrom iqametrics.datasets import distortions\ndistortions.names(); distortions.levels('jpeg')\n"
        "heavy = {'torch', 'numba', 'scipy', 'skimage', 'matplotlib', 'pandas', 'PIL', 'click', 'imagecodecs'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
