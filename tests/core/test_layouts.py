"""Every layout that can't be mistaken is taken as it stands; any other asks for a word."""

import re

import numpy as np
import pytest

from iqametrics import mse, ssim
from iqametrics.errors import BackendError, DTypeError, OptionError, RangeError, ShapeError
from iqametrics.inputs import LAYOUTS

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (2, 3, 14, 17), np.uint8)  # two images (reference, distorted) of three channels
ALPHA = RNG.integers(0, 256, (2, 4, 14, 17), np.uint8)


def arranged(layout, channels, count=2):
    """Reference and distorted image, of `channels` channels, in a layout; a batch repeats them in another order."""
    pairs = []
    for side in (0, 1):
        image = GREY[side, :channels]
        batch = np.stack([image, image[:, ::-1]][:count])
        axes = {"N": 0, "C": 1, "H": 2, "W": 3}
        array = batch.transpose([axes[axis] for axis in layout] + [axes[axis] for axis in "NCHW" if axis not in layout])
        for _ in range(4 - len(layout)):
            array = array[..., 0]
        pairs.append(array)
    return pairs


def expected(layout, channels):
    """Each image through the plainest way in, an array (H, W) or (H, W, 3)."""

    def plain(image):
        return image[0] if channels == 1 else np.moveaxis(image, 0, -1)

    first = ssim(*(plain(GREY[side, :channels]) for side in (0, 1)))
    second = ssim(*(plain(GREY[side, :channels, ::-1]) for side in (0, 1)))
    return [first, second] if "N" in layout else first


ACCEPTED = [
    # kind, layout, channels, whether layout= must be said
    ("array", "HW", 1, False),
    ("array", "HWC", 1, False),
    ("array", "HWC", 3, False),
    ("array", "NHWC", 1, False),
    ("array", "NHWC", 3, False),
    ("array", "CHW", 1, True),
    ("array", "CHW", 3, True),
    ("array", "NHW", 1, True),
    ("array", "NCHW", 1, True),
    ("array", "NCHW", 3, True),
    ("tensor", "HW", 1, False),
    ("tensor", "CHW", 1, False),
    ("tensor", "CHW", 3, False),
    ("tensor", "NCHW", 1, False),
    ("tensor", "NCHW", 3, False),
    ("tensor", "HWC", 1, True),
    ("tensor", "HWC", 3, True),
    ("tensor", "NHW", 1, True),
    ("tensor", "NHWC", 1, True),
    ("tensor", "NHWC", 3, True),
]


@pytest.mark.parametrize(("kind", "layout", "channels", "must_be_said"), ACCEPTED)
def test_accepted(kind, layout, channels, must_be_said):
    pair = as_kind(kind, *arranged(layout, channels))
    score = ssim(*pair, layout=layout)
    np.testing.assert_allclose(np.asarray(score), expected(layout, channels), rtol=1e-12)
    if must_be_said:
        with pytest.raises(ShapeError, match="layout="):
            ssim(*pair)
    else:
        np.testing.assert_array_equal(np.asarray(ssim(*pair)), np.asarray(score))


def test_the_table_is_complete():
    assert {(kind, layout) for kind, layout, *_ in ACCEPTED} == {(k, a) for k in ("array", "tensor") for a in LAYOUTS}


@pytest.mark.parametrize("kind", ["array", "tensor"])
@pytest.mark.parametrize(
    ("shape", "remedies"),
    [
        ((14,), ["2 to 4 axes"]),
        ((1, 1, 3, 14, 17), ["2 to 4 axes"]),
        ((14, 17, 2), ["layout="]),
        ((2, 14, 17), ["layout=", "NHW"]),
        ((5, 14, 17), ["layout=", "NHW"]),
        ((14, 17, 5), ["layout="]),
        ((2, 14, 17, 5), ["layout="]),
        ((0, 17), ["no pixels"]),
        ((14, 0), ["no pixels"]),
    ],
)
def test_refused(kind, shape, remedies):
    (image,) = as_kind(kind, np.zeros(shape, np.uint8))
    with pytest.raises(ShapeError) as caught:
        mse(image, image)
    message = str(caught.value)
    assert "reference" in message
    assert str(shape) in message
    for remedy in remedies:
        assert remedy in message


@pytest.mark.parametrize("kind", ["array", "tensor"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_of_another_number_of_axes(kind, layout):
    shape = (3,) * (len(layout) + 1) if len(layout) < 4 else (3, 3)
    (image,) = as_kind(kind, np.zeros(shape, np.uint8))
    with pytest.raises(ShapeError, match=re.escape(f"layout='{layout}' has {len(layout)} axes")):
        mse(image, image, layout=layout)


@pytest.mark.parametrize(
    ("kind", "shape"), [("array", (0, 14, 17, 3)), ("array", (0, 14, 17, 1)), ("tensor", (0, 3, 14, 17))]
)
def test_an_empty_batch(kind, shape):
    (image,) = as_kind(kind, np.zeros(shape, np.uint8))
    with pytest.raises(ShapeError, match="no pixels"):
        mse(image, image)


@pytest.mark.parametrize(
    ("kind", "layout", "axis"),
    [("array", None, -1), ("tensor", None, 0), ("array", "HWC", -1), ("tensor", "CHW", 0), ("array", "CHW", 0)],
)
def test_alpha(kind, layout, axis):
    (image,) = as_kind(kind, np.moveaxis(ALPHA[0], 0, axis))
    with pytest.raises(ShapeError, match="alpha") as caught:
        mse(image, image, layout=layout)
    # the remedy must be one that works on this layout
    assert ("[..., :3]" if axis == -1 else "[:3]") in str(caught.value)


def test_gray_with_alpha():
    """Two channels are most likely grey and alpha."""
    image = np.zeros((14, 17, 2), np.uint8)
    with pytest.raises(ShapeError, match="2 channels"):
        mse(image, image)


@pytest.mark.parametrize("layout", ["hwc", "NHCW", "HWCN", "", "C", 3])
def test_unknown_layouts(layout):
    image = np.zeros((14, 17), np.uint8)
    with pytest.raises(OptionError, match="HWC"):
        mse(image, image, layout=layout)


def test_three_pixels_wide_and_three_channels():
    """A shape that two layouts fit follows the rule for its kind: channels last for arrays, first for tensors."""
    torch = pytest.importorskip("torch")
    x, y = RNG.integers(0, 256, (2, 3, 9, 3), np.uint8)
    for color in ("gray", "channels"):
        channels_last = mse(x, y, layout="HWC", color=color)
        channels_first = mse(x, y, layout="CHW", color=color)
        assert mse(x, y, color=color) == channels_last
        assert mse(torch.from_numpy(x), torch.from_numpy(y), color=color) == channels_first
    assert mse(x, y, layout="HWC", color="gray") != mse(x, y, layout="CHW", color="gray")


def test_lists():
    colour = np.moveaxis(GREY, 1, -1)
    score = ssim(colour[0], colour[1])
    assert ssim([colour[0]], [colour[1]]).tolist() == [score]
    assert ssim((GREY[0],), (GREY[1],), layout="CHW").tolist() == [score]
    with pytest.raises(ShapeError, match=re.escape("reference[1] is a batch")):
        ssim([colour[0], colour], [colour[0], colour])
    with pytest.raises(DTypeError, match=re.escape("reference[1] is a list")):
        ssim([colour[0], [colour[0]]], [colour[0], [colour[0]]])
    with pytest.raises(ShapeError, match=re.escape("distorted[0]")):
        ssim([colour[0]], [colour[1][..., :2]])


def test_a_list_may_mix_types_where_one_range_is_given():
    images, others = ([side[0], side[0].astype(np.float64)] for side in GREY)
    score = ssim(GREY[0, 0], GREY[1, 0])
    np.testing.assert_allclose(ssim(images, others, data_range=255), [score, score], rtol=1e-12)


@pytest.mark.parametrize("order", [1, -1])
def test_a_list_of_types_with_different_ranges(order):
    """Either each image is worth what its own type says, or the list is refused; never the range of another image."""
    pairs = [(side[0], side[0].astype(np.uint16) * 257)[::order] for side in GREY]
    score = ssim(GREY[0, 0], GREY[1, 0])
    try:
        found = ssim(*map(list, pairs))
    except RangeError:
        return
    np.testing.assert_allclose(found, [score, score], rtol=1e-10)


@pytest.mark.parametrize("order", [1, -1])
def test_a_float_in_a_list_of_integers_has_no_range(order):
    pairs = [(side[0], side[0] / 255)[::order] for side in GREY]
    with pytest.raises(RangeError, match="float64"):
        ssim(*map(list, pairs))


@pytest.mark.parametrize("order", [1, -1])
def test_every_integer_image_of_a_list_must_keep_its_range(order):
    images = [GREY[0, 0] / 255, GREY[0, 0].astype(np.int32)][::order]
    with pytest.raises(RangeError, match="beyond"):
        ssim(images, images, data_range=1)


def test_pillow_images_are_arrays():
    image = pytest.importorskip("PIL.Image")
    arrays = np.moveaxis(GREY, 1, -1)
    colour = [image.fromarray(np.ascontiguousarray(array)) for array in arrays]
    assert ssim(*colour) == ssim(*arrays)
    grey = [image.fromarray(side[0]) for side in GREY]
    assert ssim(*grey) == ssim(GREY[0, 0], GREY[1, 0])
    assert ssim(colour, colour).tolist() == [1.0, 1.0]
    for mode in ("P", "1", "RGBA", "LA", "CMYK", "YCbCr"):
        with pytest.raises(DTypeError, match=f"mode {mode}.*convert"):
            ssim(colour[0].convert(mode) if mode != "LA" else grey[0].convert(mode), colour[1])


def as_kind(kind, *arrays):
    if kind == "array":
        return arrays
    torch = pytest.importorskip("torch")
    return tuple(torch.from_numpy(np.ascontiguousarray(array)) for array in arrays)


def test_images_on_two_devices():
    torch = pytest.importorskip("torch")
    here = torch.zeros(14, 17)
    with pytest.raises(BackendError, match="reference is on cpu and distorted on meta; move one"):
        mse(here, here.to("meta"), data_range=1.0)
