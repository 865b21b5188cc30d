"""A colour mode is nothing but another plane: the metric of the planes, computed here by hand."""

import math

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.conformance.cases import small_shape
from tests.conformance.pictures import colourful, noisy
from tests.naive import colour

TOLERANCE = 1e-11
PLANES = {"gray": colour.gray, "luma": colour.luma, "ycbcr": colour.ycbcr}


def images(metric):
    reference = colourful(small_shape(metric))
    return reference, noisy(reference)


@pytest.mark.parametrize("color", PLANES)
def test_integers(metric, executor, color):
    reference, distorted = images(metric)
    planes = (PLANES[color](image) for image in (reference, distorted))
    score = metric(reference, distorted, color=color, backend=executor)
    assert_close(score, metric(*planes, data_range=255, backend=executor), TOLERANCE)


@pytest.mark.parametrize("color", ["gray", "luma", "ycbcr"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_are_not_rounded(default, executor, color, dtype):
    """The plane of a float image is computed in double, whatever its own precision."""
    reference, distorted = ((image / 255).astype(dtype) for image in images(default))

    def plane(image):
        doubled = image.astype(np.float64)
        if color == "ycbcr":
            return 16 / 255 + (doubled @ [65.481, 128.553, 24.966]) / 255
        return PLANES[color](doubled)

    score = default(reference, distorted, color=color, data_range=1, backend=executor)
    assert_close(score, default(plane(reference), plane(distorted), data_range=1, backend=executor), TOLERANCE)


def test_channels(metric, executor):
    reference, distorted = images(metric)
    scores = [metric(reference[..., i], distorted[..., i], backend=executor) for i in range(3)]
    expected = sum(scores) / 3
    if metric.name == "psnr":  # decibels of the mean error, not mean decibels
        expected = -10 * math.log10(sum(10 ** (-score / 10) for score in scores) / 3)
    elif metric.name == "rmse":
        expected = math.sqrt(sum(score**2 for score in scores) / 3)
    elif metric.name == "md":
        expected = max(scores)
    assert_close(metric(reference, distorted, color="channels", backend=executor), expected, TOLERANCE)


def test_the_default_is_that_of_the_convention(metric, executor):
    reference, distorted = images(metric)
    convention = metric.conventions[metric.bound["convention"]]
    explicit = metric(reference, distorted, color=convention.color or metric.color, backend=executor)
    assert metric(reference, distorted, backend=executor) == explicit


def test_a_colour_mode_does_not_touch_grey_images(default, executor):
    reference, distorted = (image[..., 0] for image in images(default))
    expected = default(reference, distorted, backend=executor)
    for color in (*PLANES, "channels"):
        assert default(reference, distorted, color=color, backend=executor) == expected
        assert default(reference[..., None], distorted[..., None], color=color, backend=executor) == expected


def test_equal_channels_are_grey(default, executor):
    """The weights of a plane add up to 1 (those of Y of rgb2ycbcr do not)."""
    reference, distorted = (np.repeat(image[..., :1], 3, axis=2) for image in images(default))
    expected = default(reference[..., 0], distorted[..., 0], backend=executor)
    for color in ("gray", "luma", "channels"):
        assert_close(default(reference, distorted, color=color, backend=executor), expected, 1e-10)
