"""The grey planes of colour images, in figures computed by hand."""

import math

import numpy as np
import pytest

from iqametrics import mse
from iqametrics.color_modes import planes as planes_of
from iqametrics.record import COLORS

# MATLAB: round([0.298936021293775 0.587043074451121 0.114020904255103] * [R G B]')
RGB2GRAY = {
    (0, 0, 0): 0,
    (255, 255, 255): 255,
    (255, 0, 0): 76,  # 76.2287
    (0, 255, 0): 150,  # 149.6960
    (0, 0, 255): 29,  # 29.0753
    (1, 1, 1): 1,
    (1, 0, 0): 0,  # 0.2989
    (0, 1, 0): 1,  # 0.5870
    (12, 34, 56): 30,  # 3.5872 + 19.9595 + 6.3852 = 29.9319
    (100, 150, 200): 141,  # 29.8936 + 88.0565 + 22.8042 = 140.7543
    (10, 20, 30): 18,  # 2.9894 + 11.7409 + 3.4206 = 18.1509
}
# MATLAB: round(16 + (65.481 R + 128.553 G + 24.966 B) / 255)
RGB2YCBCR = {
    (0, 0, 0): 16,
    (255, 255, 255): 235,
    (255, 0, 0): 81,  # 81.481
    (0, 255, 0): 145,  # 144.553
    (0, 0, 255): 41,  # 40.966
    (100, 150, 200): 137,  # 16 + 25.6788 + 75.6194 + 19.5812 = 136.8794
}
LUMA = {
    (0, 0, 0): 0.0,
    (255, 255, 255): 255.0,
    (255, 0, 0): 76.245,
    (0, 255, 0): 149.685,
    (0, 0, 255): 29.07,
    (100, 150, 200): 140.75,
}
TABLES = {"gray": RGB2GRAY, "ycbcr": RGB2YCBCR, "luma": LUMA}


def planes(stack, mode, full_range):
    """What a pair of such images is seen as: rounded if they are integers."""
    return planes_of(stack, mode, full_range, rounded="int" in str(stack.dtype))


def stack(colour, dtype):
    """One pixel as (count, channels, height, width)."""
    return np.array(colour, dtype).reshape(1, 3, 1, 1)


@pytest.mark.parametrize("mode", TABLES)
def test_integers(mode):
    for colour, value in TABLES[mode].items():
        plane = planes(stack(colour, np.uint8), mode, 255.0)
        assert plane.shape == (1, 1, 1, 1)
        assert plane.item() == pytest.approx(value, abs=0 if mode != "luma" else 1e-12), colour
        if mode != "luma":
            assert plane.dtype == np.uint8


@pytest.mark.parametrize("mode", TABLES)
@pytest.mark.parametrize("scale", [1.0, 255.0, 65535.0])
def test_floats_are_not_rounded(mode, scale):
    for colour, value in TABLES[mode].items():
        found = planes(stack(colour, np.float64) * (scale / 255), mode, scale).item() * 255 / scale
        assert abs(found - value) <= (0.5 if mode != "luma" else 1e-11)
    assert planes(stack((100, 150, 200), np.float64), "gray", 255.0).item() == pytest.approx(140.754244, abs=1e-6)
    assert planes(stack((100, 150, 200), np.float64), "ycbcr", 255.0).item() == pytest.approx(136.879412, abs=1e-6)


@pytest.mark.parametrize("mode", ["gray", "ycbcr"])
def test_sixteen_bits_are_rounded_to_sixteen_bits(mode):
    """MATLAB rounds uint16 images to whole uint16 levels, black of rgb2ycbcr at 16/255 of the range."""
    colour = np.array([12345, 54321, 33333], np.uint16)
    weights = {
        "gray": [0.298936021293775, 0.587043074451121, 0.114020904255103],
        "ycbcr": [65.481 / 255, 128.553 / 255, 24.966 / 255],
    }[mode]
    exact = float(colour @ np.array(weights)) + (16 / 255 * 65535 if mode == "ycbcr" else 0)
    plane = planes(colour.reshape(1, 3, 1, 1), mode, 65535.0)
    assert plane.dtype == np.uint16
    assert plane.item() == math.floor(exact + 0.5)


def test_no_integer_sum_overflows():
    white = np.full((1, 3, 2, 2), 65535, np.uint16)
    assert (planes(white, "gray", 65535.0) == 65535).all()


@pytest.mark.parametrize("mode", COLORS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float64"])
def test_tensors_as_arrays(mode, dtype):
    torch = pytest.importorskip("torch")
    array = np.random.default_rng(0).integers(0, 256, (2, 3, 30, 40)).astype(dtype)
    found = planes(torch.from_numpy(array), mode, 255.0)
    np.testing.assert_allclose(found.double().numpy(), planes(array, mode, 255.0), rtol=1e-15)
    assert str(found.dtype).removeprefix("torch.") == str(planes(array, mode, 255.0).dtype)


def test_grey_images_pass_through():
    grey = np.zeros((1, 1, 2, 2), np.uint8)
    for mode in COLORS:
        assert planes(grey, mode, 255.0) is grey


def test_channels_are_left_alone():
    colour = np.zeros((2, 3, 2, 2), np.uint8)
    assert planes(colour, "channels", 255.0) is colour


def test_modes_reach_the_score():
    """From the pictures to the number: (black, one colour) and its plane by hand."""
    black = np.zeros((2, 2, 3), np.uint8)
    image = np.full((2, 2, 3), (100, 150, 200), np.uint8)
    assert mse(black, image, color="gray") == 141**2
    assert mse(black, image, color="ycbcr") == (137 - 16) ** 2
    assert mse(black, image, color="luma") == pytest.approx(140.75**2, rel=1e-13)
    assert mse(black, image, color="channels") == pytest.approx((100**2 + 150**2 + 200**2) / 3, rel=1e-13)


@pytest.mark.parametrize("mode", TABLES)
@pytest.mark.parametrize("shape", [(1, 3, 301, 257), (2, 3, 130, 131), (1, 3, 3, 40_000)])
def test_large_arrays_are_weighted_block_by_block(mode, shape):
    """No seam shows: every pixel is what it is alone."""
    stack = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    found = planes(stack, mode, 255.0)
    assert found.shape == (shape[0], 1, *shape[2:])
    rows = [planes(stack[:, :, row : row + 1], mode, 255.0) for row in range(shape[2])]
    np.testing.assert_array_equal(found, np.concatenate(rows, axis=2))
