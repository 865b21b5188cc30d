"""Gradients and mixes of channels as planes, against plain loops."""

import numpy as np
import pytest

from iqametrics.cache import Cache
from iqametrics.kernels import ON_CPU
from iqametrics.planes import Planes
from iqametrics.stencils import gradients, mixes
from iqametrics.stencils.gradients import gradient
from iqametrics.stencils.mixes import mix
from tests.naive import stencils as naive
from tests.stencils.test_points import assert_all_close, planes

OPERATORS = ["PREWITT", "SCHARR", "SOBEL"]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("shape", [(1, 3, 3), (2, 1, 9), (2, 8, 1), (2, 13, 10)], ids=str)
def test_gradient(backend, operator, shape):
    array = np.random.default_rng(1).integers(0, 256, shape).astype(np.float64)
    (source,) = planes(backend, [array], "uint8", 0.5)
    found = gradient(source, getattr(gradients, operator)).values
    expected = np.stack([naive.gradient(plane / 2, getattr(naive, operator)) for plane in array])
    assert_all_close(found, expected)


def test_gradient_a_strip_at_a_time():
    """Planes that are too large to be made whole."""
    array = np.random.default_rng(2).integers(0, 256, (1, 1200, 700), np.uint8)
    made = gradient(Planes(array, "numba"), gradients.SCHARR)
    whole = gradient(Planes(array, "numpy"), gradients.SCHARR).values
    assert type(made.source).__name__ == "Strips"
    np.testing.assert_allclose(made.values, whole, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("weights", [*mixes.YIQ, *mixes.LMN, *mixes.YIQ_4_DIGITS])
def test_mix(backend, weights):
    image = np.random.default_rng(3).integers(0, 256, (2, 4, 5, 3)).astype(np.float64)
    stack = image.transpose(0, 3, 1, 2).reshape(6, 4, 5)
    (source,) = planes(backend, [stack], "uint8")
    source.per_image = 3
    found = mix(source.channels(), weights).values
    assert_all_close(found, image @ np.array(weights))


def test_a_mix_of_grey_is_that_of_equal_channels(backend):
    image = np.random.default_rng(4).integers(0, 256, (2, 4, 5)).astype(np.float64)
    grey, (colour,) = planes(backend, [image], "uint8")[0], planes(backend, [image.repeat(3, 0)], "uint8")
    colour.per_image = 3
    for weights in mixes.LMN:
        found, expected = (np.asarray(mix(each.channels(), weights).values) for each in (grey, colour))
        assert (found == expected).all()


@pytest.mark.parametrize("executor", ON_CPU)
def test_kept_planes_are_derived_once(executor):
    if executor == "torch":
        pytest.importorskip("torch")
    (source,) = planes(executor, [np.random.default_rng(5).random((3, 6, 6))])
    source.cache, source.per_image = Cache(), 3
    assert mix(source.channels(), mixes.LMN[0]) is mix(source.channels(), mixes.LMN[0])
    assert gradient(source, gradients.SOBEL) is gradient(source, gradients.SOBEL)
