"""What a pixel is worth: the type says it, or the caller does, and neither is guessed."""

import numpy as np
import pytest

from iqametrics import mse, psnr
from iqametrics.errors import IQAError, RangeError

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
        ("uint8", {"data_range": 300.5}, 300.5),
        ("int32", {"data_range": 1000}, 1000),
        ("float32", {"data_range": 255}, 255),
        ("float64", {"data_range": 1.0}, 1),
        ("float64", {"data_range": np.float32(2)}, 2),
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
    x = (X / 255 * 1.2 - 0.1).astype(dtype)
    assert np.isfinite(psnr(x, x[::-1], data_range=1))


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


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-0.5, 0.5), (-128, 127), (-3.0, -2.0)])
def test_the_guess_for_floats_below_0(low, high):
    """Twice the largest value is likely, but so are other things: the remedy is to shift the values."""
    image = np.array([[low, high]], np.float64)
    with pytest.raises(RangeError, match="shift") as caught:
        mse(image, image)
    guess = float(str(caught.value).split("data_range=")[1].split()[0].rstrip("?"))
    assert guess >= high - low


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
