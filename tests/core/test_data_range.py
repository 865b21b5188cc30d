"""What a pixel is worth: the type says it, or the caller does, and neither is guessed."""

import sys

import numpy as np
import pytest

import iqametrics
from iqametrics import mse, psnr
from iqametrics.errors import IQAError, RangeError, RangeWarning

X = np.array([[0, 10, 100], [200, 255, 7]], np.uint8)
Y = np.array([[3, 10, 90], [201, 250, 0]], np.uint8)
ERROR = (9 + 0 + 100 + 1 + 25 + 49) / 6


def decibels(peak, scale=1.0):
    return 10 * np.log10(peak**2 / (ERROR * scale**2))


@pytest.mark.parametrize(
    ("dtype", "options", "peak"),
    [
        ("uint8", {}, 255),
        ("uint16", {}, 65535),
        ("uint8", {"bits": 8}, 255),
        ("uint16", {"bits": 8}, 255),
        ("uint16", {"bits": 10}, 1023),
        ("uint16", {"bits": 12}, 4095),
        ("uint16", {"bits": 16}, 65535),
        ("uint16", {"bits": np.int64(10)}, 1023),
        ("int16", {"bits": 8}, 255),
        ("int64", {"bits": 12}, 4095),
        ("uint32", {"bits": 32}, 2**32 - 1),
        ("uint8", {"data_range": 255}, 255),
        ("uint8", {"data_range": np.array(255)}, 255),
        ("uint8", {"data_range": (0, 255)}, 255),
        ("int16", {"data_range": 300.5}, 300.5),
        ("int32", {"data_range": 1000}, 1000),
        ("float32", {"data_range": 255}, 255),
        ("float64", {"data_range": 1000.0}, 1000),
        ("float64", {"data_range": np.float32(260)}, 260),
        ("float64", {"data_range": [0, 260]}, 260),
        ("float64", {"bits": 8}, 255),
        ("float16", {"data_range": 255}, 255),
    ],
)
def test_peak(dtype, options, peak):
    x, y = X.astype(dtype), Y.astype(dtype)
    assert psnr(x, y, **options) == pytest.approx(decibels(peak), rel=1e-13)
    assert mse(x, y, **options) == pytest.approx(ERROR, rel=1e-13)


@pytest.mark.parametrize(
    "dtype", ["uint8", "int16", "int32", "int64", "uint16", "uint32", "float16", "bfloat16", "float32", "float64"]
)
def test_tensors(dtype):
    torch = pytest.importorskip("torch")
    x, y = (torch.from_numpy(image).to(getattr(torch, dtype)) for image in (X, Y))
    for options in ({"data_range": 255}, {"bits": 8}):
        assert float(psnr(x, y, **options)) == pytest.approx(decibels(255), rel=1e-6)
        assert float(mse(x, y, **options)) == pytest.approx(ERROR, rel=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_may_leave_their_range(dtype):
    """Overshoot of a filter is no mistake."""
    x = (X / 255 * 1.1 - 0.04).astype(dtype)
    assert np.isfinite(psnr(x, x[::-1], data_range=1))
    x = (X / 255 * 1.8 - 0.4).astype(dtype)
    assert np.isfinite(psnr(x, x[::-1], data_range=(0, 1)))


@pytest.mark.parametrize(
    ("low", "high", "guess"),
    [
        (0, 1, "data_range=1?"),
        (0, 0.5, "data_range=1?"),
        (0, 255, "data_range=255?"),
        (0, 256, "data_range=65535?"),
        (0, 65535, "data_range=65535?"),
    ],
)
def test_the_guess_for_floats(low, high, guess):
    image = np.array([[low, high]], np.float64)
    with pytest.raises(RangeError) as caught:
        mse(image, image)
    message = str(caught.value)
    assert guess in message
    assert "float64" in message
    assert f"{high:.4g}" in message


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-0.5, 0.5), (-128, 127), (-1024.0, 3071.0), (-3.0, -2.0)])
def test_the_guess_for_floats_below_0_is_taken(low, high):
    image = np.array([[low, high]], np.float64)
    with pytest.raises(RangeError, match="range said") as caught:
        mse(image, image)
    guess = eval(str(caught.value).split("data_range=")[1].rstrip("?"))
    assert guess[0] <= low < high <= guess[1]
    assert mse(image, image, data_range=guess) == 0


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16"])
@pytest.mark.parametrize("name", ["ssim", "psnr", "mse", "nae", "vif"])
def test_a_range_that_begins_elsewhere_is_shifted(dtype, name):
    """The picture counts, not where its black is."""
    rng = np.random.default_rng(0)
    x, y = (rng.integers(0, 256, (80, 80)).astype(dtype) for _ in range(2))
    metric = iqametrics.metric(name)
    expected = metric(x, y, data_range=255)
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    shift = x.dtype.type(128)
    assert metric(x - shift, y - shift, data_range=(-128, 127)) == pytest.approx(expected, rel=tolerance)
    prepared = metric.prepare(x - shift, data_range=(-128, 127))
    assert prepared(y - shift) == pytest.approx(expected, rel=tolerance)
    assert iqametrics.score([name], x - shift, y - shift, data_range=(-128, 127))[name] == prepared(y - shift)


@pytest.mark.parametrize("value", [(0,), (1, 0), (0, 0), (0, np.inf), (0, "1"), (np.nan, 1), (0, 1, 2), (False, True)])
def test_pairs_that_are_no_range(value):
    with pytest.raises(RangeError, match="data_range"):
        psnr(X / 255, Y / 255, data_range=value)


@pytest.mark.parametrize(
    ("dtype", "options"),
    [
        ("uint8", {"bits": 10}),
        ("uint8", {"data_range": 65535}),
        ("uint8", {"data_range": (-1, 255)}),
        ("uint8", {"data_range": 255.5}),
        ("int8", {"data_range": 255}),
        ("int16", {"bits": 16}),
        ("uint16", {"bits": 17}),
    ],
)
def test_a_range_that_the_type_cannot_hold(dtype, options):
    image = np.array([[0, 1], [2, 100]], dtype)
    with pytest.raises(RangeError, match=f"{dtype}, which holds {np.iinfo(dtype).min} to {np.iinfo(dtype).max}"):
        mse(image, image, **options)


def noisy(low, high):
    return np.random.default_rng(0).uniform(low, high, (8, 8))


@pytest.mark.parametrize(
    ("low", "high", "options", "words"),
    [
        (-1, 1, {"data_range": 2}, r"data_range=\(low, high\)"),
        (-0.1, 1, {"data_range": 1}, r"data_range=\(low, high\)"),
        (0, 255, {"data_range": 1}, "far outside"),
        (0, 1023, {"bits": 8}, "far outside"),
        (-300, 1, {"data_range": (-1, 1)}, "far outside"),
        (0, 1, {"data_range": 255}, "small part"),
        (-1, -0.999, {"data_range": (-1, 1)}, "small part"),
    ],
)
def test_floats_that_their_range_cannot_be_meant_for(low, high, options, words):
    x = noisy(low, high)
    for pair in ((x, x[::-1]), (torch_or_array(x), torch_or_array(x[::-1].copy()))):
        with pytest.warns(RangeWarning, match=words) as caught:
            mse(*pair, **options)
        assert caught[0].filename == __file__


def torch_or_array(image):
    torch = sys.modules.get("torch")
    return image if torch is None else torch.from_numpy(image)


def test_a_dark_picture_of_a_bright_one_is_no_mistake():
    assert mse(noisy(0, 255), noisy(0, 0.5), data_range=255) > 0
    assert mse(np.zeros((4, 4)), np.zeros((4, 4)), data_range=255) == 0


def test_integers_below_0():
    image = X.astype(np.int16) - 128
    with pytest.raises(RangeError, match="-128"):
        mse(image, image, data_range=255)


def test_integers_above_their_depth():
    with pytest.raises(RangeError, match=r"255.*127"):
        mse(X, X, bits=7)


def test_bits_name_the_number_seen():
    for bits in (0, 33, 8.0, "8", True):
        with pytest.raises(RangeError, match=f"bits={bits!r}"):
            mse(X, Y, bits=bits)


def test_two_different_ranges():
    wide = X.astype(np.uint16)
    with pytest.raises(RangeError, match=r"uint8.*uint16"):
        psnr(X, wide)
    assert psnr(X, Y.astype(np.uint16), data_range=255) == pytest.approx(decibels(255))
    assert psnr(X, Y.astype(np.float64), data_range=255) == pytest.approx(decibels(255))


def test_errors_are_value_errors():
    with pytest.raises(ValueError, match="data_range"):
        mse(X / 255, Y / 255)
    assert issubclass(RangeError, IQAError)
