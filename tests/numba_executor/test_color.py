"""Planes of 8-bit colour images, which Numba makes itself: the same to the last level as everybody's."""

import numpy as np
import pytest

from iqametrics import color_modes
from iqametrics.kernels.numba_ import color

MODES = ("gray", "channels")


def as_stack(images):
    """Images (count, height, width, 3) as metrics see them, without a copy."""
    return images.transpose(0, 3, 1, 2)


@pytest.mark.parametrize("mode", MODES)
def test_every_colour_there_is(mode):
    levels = np.arange(256, dtype=np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1)
    for part in colours.reshape(16, 1, 1024, 1024, 3):
        np.testing.assert_array_equal(
            color.planes(as_stack(part), mode), color_modes.planes(as_stack(part), mode, 255.0, rounded=True)
        )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "cut", [np.s_[:], np.s_[:, 3:-2, 5:-1], np.s_[:, ::2, ::-1], np.s_[:, ::-1], np.s_[1:, :1, :1], np.s_[::-1]]
)
def test_batches_and_views(mode, cut):
    images = np.random.default_rng(0).integers(0, 256, (3, 41, 37, 3), np.uint8)[cut]
    found = color.planes(as_stack(images), mode)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, color_modes.planes(as_stack(images), mode, 255.0, rounded=True))


def test_what_goes_another_way():
    stack = as_stack(np.zeros((1, 8, 9, 3), np.uint8))
    assert color.planes(stack, "luma") is None
    assert color.planes(stack, "ycbcr") is None
    assert color.planes(stack.astype(np.uint16), "gray") is None
    assert color.planes(np.zeros((1, 3, 8, 9), np.uint8), "gray") is None  # planes already
    assert color.planes(stack[:, :1], "channels") is None
