"""A colour mode is nothing but another plane: the metric of the planes, computed here by hand."""

import math

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.conformance.cases import small_shape
from tests.conformance.pictures import colourful, noisy
from tests.naive import colour
from tests.noting import noting

TOLERANCE = 1e-11
PLANES = {"gray": colour.gray, "luma": colour.luma, "ycbcr": colour.ycbcr}


def images(metric):
    reference = colourful(small_shape(metric))
    return reference, noisy(reference)


@pytest.mark.parametrize("color", PLANES)
def test_integers(representative, executor, color):
    reference, distorted = images(representative)
    planes = (PLANES[color](image) for image in (reference, distorted))
    score = representative(reference, distorted, color=color, backend=executor)
    assert_close(score, representative(*planes, data_range=255, backend=executor), TOLERANCE)


@pytest.mark.parametrize("color", ["gray", "luma", "ycbcr"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_are_not_rounded(representative, executor, color, dtype):
    """The plane of a float image is computed in double, whatever its own precision."""
    reference, distorted = ((image / 255).astype(dtype) for image in images(representative))

    def plane(image):
        doubled = image.astype(np.float64)
        if color == "ycbcr":
            return 16 / 255 + (doubled @ [65.481, 128.553, 24.966]) / 255
        return PLANES[color](doubled)

    score = representative(reference, distorted, color=color, data_range=1, backend=executor)
    assert_close(score, representative(plane(reference), plane(distorted), data_range=1, backend=executor), TOLERANCE)


def test_of_every_metric(metric, executors):
    """Grey, channels and the convention's own mode; how the scores of channels are pooled is the metric's."""
    reference, distorted = images(metric)
    default_mode = metric.conventions[metric.recipe().convention].color or metric.color
    for executor in executors:
        with noting(executor):
            planes = (colour.gray(image) for image in (reference, distorted))
            expected = metric(*planes, data_range=255, backend=executor)
            assert_close(metric(reference, distorted, color="gray", backend=executor), expected, TOLERANCE)
            if "channels" in metric.sees.modes:
                scores = [metric(reference[..., i], distorted[..., i], backend=executor) for i in range(3)]
                expected = of_channels(metric, scores)
                assert_close(metric(reference, distorted, color="channels", backend=executor), expected, TOLERANCE)
            explicit = metric(reference, distorted, color=default_mode, backend=executor)
            assert metric(reference, distorted, backend=executor) == explicit


def of_channels(metric, scores):
    if metric.name in ("psnr", "psnr_hvs", "psnr_hvsm"):  # decibels of the mean error, not mean decibels
        return -10 * math.log10(sum(10 ** (-score / 10) for score in scores) / 3)
    if metric.name == "rmse":
        return math.sqrt(sum(score**2 for score in scores) / 3)
    return max(scores) if metric.name == "md" else sum(scores) / 3


def test_a_colour_mode_does_not_touch_grey_images(representative, executor):
    reference, distorted = (image[..., 0] for image in images(representative))
    expected = representative(reference, distorted, backend=executor)
    for color in (*PLANES, "channels"):
        assert representative(reference, distorted, color=color, backend=executor) == expected
        assert representative(reference[..., None], distorted[..., None], color=color, backend=executor) == expected


def test_equal_channels_are_grey(representative, executor):
    """The weights of a plane add up to 1 (those of Y of rgb2ycbcr do not)."""
    reference, distorted = (np.repeat(image[..., :1], 3, axis=2) for image in images(representative))
    expected = representative(reference[..., 0], distorted[..., 0], backend=executor)
    for color in ("gray", "luma", "channels"):
        assert_close(representative(reference, distorted, color=color, backend=executor), expected, 1e-10)
