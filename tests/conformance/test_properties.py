"""Search for images that break a metric: hypothesis draws the difficult kinds and mixes them.

`pytest` tries 60 pairs per metric, the same ones every time. The long search, 10,000 new pairs per metric, is
``pytest tests/conformance/test_properties.py --hypothesis-profile=deep`` (about a quarter of an hour on two processors).
"""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqametrics.kernels import ON_CPU
from tests.closeness import assert_close
from tests.conformance.cases import ILL_POSED, is_unbounded, why_not

#: The search finds pictures that are all but black.
pytestmark = pytest.mark.filterwarnings("ignore::iqametrics.errors.RangeWarning")
SLACK = 1e-9
AGREEMENT = 1e-10
#: Wavelet-domain VIF inverts a covariance. That of an image made of next to nothing is all but singular, and what is left of
#: its digits is the same on all executors to this; on pictures they agree like the others.
SINGULAR_AGREEMENT = 1e-6
SINGLE = 1e-5
#: Metrics that are infinite where they overlook all there is: what lies beyond the last whole block, or is masked.
OVERLOOK = {"iw_psnr", "psnr_b", "psnr_hvs", "psnr_hvsm"}
#: How pixels are held: their type and their largest value.
TYPES = {"uint8": (np.uint8, 255), "uint16": (np.uint16, 65535), "float64": (np.float64, 1.0)}

seeds = st.integers(0, 2**32 - 1)
levels = st.sampled_from([0.0, 1.0, 0.5, 1 / 255, 254 / 255, 1 / 3]) | st.floats(0, 1, width=32)
#: From a thousandth of the least significant bit of 16 to all there is.
amplitudes = st.sampled_from([1e-8, 1 / 65535, 20 / 65535, 1 / 255, 0.02, 0.1, 0.5])


@st.composite
def grounds(draw, shape):
    """An image from 0 to 1."""
    rows, columns = np.indices(shape)
    random = np.random.default_rng(draw(seeds))
    kind = draw(
        st.sampled_from(
            ["flat", "noise on a level", "offset", "random", "saturated", "checkerboard", "one pixel", "ramp", "stripes",
             "waves", "half", "few levels", "low pass"]
        )
    )  # fmt: skip
    level = draw(levels)
    if kind == "flat":
        return np.full(shape, level)
    if kind == "noise on a level":
        return level + draw(amplitudes) * random.standard_normal(shape)
    if kind == "offset":
        return (60000 + random.integers(-20, 21, shape)) / 65535
    if kind == "random":
        return random.random(shape)
    if kind == "saturated":
        return random.standard_normal(shape) * draw(st.sampled_from([0.5, 3, 100])) + 0.5
    if kind == "checkerboard":
        period = draw(st.integers(1, 9))
        return ((rows // period + columns // period) % 2) * (1 - level) + level * 0.5
    if kind == "one pixel":
        image = np.full(shape, level)
        image[random.integers(shape[0]), random.integers(shape[1])] = 1 - level
        return image
    if kind == "ramp":
        slopes = random.uniform(-1, 1, 2) * draw(st.sampled_from([0, 1e-4, 1, 3]))
        return level + slopes[0] * rows / shape[0] + slopes[1] * columns / shape[1]
    if kind == "stripes":
        line = random.random(max(shape))
        return line[rows] if draw(st.booleans()) else line[columns]
    if kind == "waves":
        return 0.5 + 0.5 * np.sin(rows / random.uniform(0.3, 30)) * np.cos(columns / random.uniform(0.3, 30))
    if kind == "half":
        return np.where(columns < shape[1] // 2, level, random.random(shape))
    if kind == "few levels":
        return random.choice([0, 1e-3, level, 1], shape)
    coarse = random.random((shape[0] // 8 + 1, shape[1] // 8 + 1))
    return coarse.repeat(8, 0).repeat(8, 1)[: shape[0], : shape[1]]


@st.composite
def distortions(draw, image):
    random = np.random.default_rng(draw(seeds))
    kind = draw(
        st.sampled_from(
            ["nothing", "noise", "other", "inverted", "level", "contrast", "blur", "one pixel", "flat", "posterised",
             "shifted"]
        )
    )  # fmt: skip
    if kind == "nothing":
        return image.copy()
    if kind == "noise":
        return image + draw(amplitudes) * random.standard_normal(image.shape)
    if kind == "other":
        return draw(grounds(image.shape))
    if kind == "inverted":
        return 1 - image
    if kind == "level":
        return image + draw(st.floats(-1, 1, width=32))
    if kind == "contrast":
        return (image - image.mean()) * draw(st.sampled_from([-1, 1e-6, 0.1, 0.9, 1.1, 5])) + image.mean()
    if kind == "blur":
        return (image + np.roll(image, 1, 0) + np.roll(image, 1, 1) + np.roll(image, (1, 1), (0, 1))) / 4
    if kind == "one pixel":
        image = image.copy()
        image[random.integers(image.shape[0]), random.integers(image.shape[1])] = draw(levels)
        return image
    if kind == "flat":
        return np.full(image.shape, draw(levels))
    if kind == "posterised":
        return np.round(image * 4) / 4
    return np.roll(image, draw(st.integers(-3, 3)), draw(st.integers(0, 1)))


@st.composite
def pairs(draw, least):
    """Reference, distorted image and the range of their pixels."""
    shape = least + draw(st.integers(0, 5)), least + draw(st.integers(0, 5))
    reference = draw(grounds(shape))
    distorted = draw(distortions(reference))
    dtype, peak = TYPES[draw(st.sampled_from(list(TYPES)))]

    def held(image):
        image = np.clip(image, 0, 1) * peak
        return (image if dtype is np.float64 else np.rint(image)).astype(dtype)

    return held(reference), held(distorted), peak


def search(share=1):
    """So many of the profile's examples; how slow a metric is, is measured elsewhere."""
    examples = settings.default.max_examples // share
    return settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def is_next_to_unbounded(metric, reference, distorted, peak):
    """Whether a quotient has nothing to divide by, or so little that single precision may see it or not."""
    return any(
        is_unbounded(metric, *(np.where(np.abs(image) < least * peak, 0, image) for image in (reference, distorted)))
        for least in (0, 1e-5)
    )


@search()
@given(data=st.data())
def test_scores_are_sound_and_executors_agree(default, data):
    reference, distorted, peak = data.draw(pairs(max(default.min_size, 4)))
    options = {"data_range": peak}
    truth = default(reference, distorted, backend="numpy", **options)
    low, high = default.range
    assert low - SLACK <= truth <= high + SLACK
    unbounded = is_next_to_unbounded(default, reference, distorted, peak) or default.name in OVERLOOK
    assert math.isfinite(truth) or (truth == default.identity and (reference == distorted).all()) or unbounded
    if default.name in ILL_POSED:
        return
    same = (reference == distorted).all() and default.identity is not None
    if same and math.isinf(default.identity):
        assert truth == default.identity
    elif same:
        assert abs(truth - default.identity) <= SLACK
    for executor in ON_CPU[1:]:
        if not why_not(executor):
            agreement = SINGULAR_AGREEMENT if default.name == "vif" else AGREEMENT
            assert_close(default(reference, distorted, backend=executor, **options), truth, agreement)


@search(share=2)
@given(data=st.data())
def test_single_precision_and_its_gradients(default, data):
    """float32 pixels are exact here; the work on them may round, but no more than that."""
    torch = pytest.importorskip("torch")
    reference, distorted, peak = data.draw(pairs(max(default.min_size, 4)))
    reference, distorted = reference.astype(np.float32), distorted.astype(np.float32)
    x, y = (torch.from_numpy(image).requires_grad_(True) for image in (reference, distorted))
    score = default(x, y, data_range=peak)
    score.backward()
    assert x.grad.isfinite().all()
    assert y.grad.isfinite().all()
    if default.name in ILL_POSED:
        return
    assert_close(
        score.item(), default(*(i.astype(np.float64) for i in (reference, distorted)), data_range=peak), SINGLE
    )
