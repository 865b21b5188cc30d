"""Wavelets, cosine transform, pyramids and other sizes, against plain loops."""

import numpy as np
import pytest

from iqametrics.stencils.dct import coefficient
from iqametrics.stencils.haar import haar, local_mean
from iqametrics.stencils.imresize import doubled, imresize
from iqametrics.stencils.laplacian_pyramid import pyramid
from iqametrics.stencils.moments import Window
from iqametrics.stencils.wavelet97 import HIGH, LOW, wavelet97
from tests.naive import stencils as naive
from tests.stencils.test_points import assert_all_close, planes


def image(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.float64)


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("shape", [(9, 12), (3, 5)], ids=str)
def test_haar(backend, scale, shape):
    array = image(shape)
    (source,) = planes(backend, [array[None]], "uint8", 0.5)
    for found, expected in zip(haar(source, scale), naive.haar(array / 2, scale), strict=True):
        # the sign of a coefficient is a matter of taste
        assert_all_close(np.abs(np.asarray(found.values[0])), np.abs(expected), 1e-11)


def test_local_mean(backend):
    array = image((5, 6))
    expected = naive.correlate_same(array, np.full((2, 2), 0.25), None)
    assert_all_close(local_mean(planes(backend, [array[None]])[0], 2).values[0], expected)


def test_dct(backend):
    array = image((19, 26))
    (source,) = planes(backend, [array[None]], "uint8")
    found = np.array([[np.asarray(coefficient(source, k, m).values[0]) for m in range(8)] for k in range(8)])
    for row, column in np.ndindex(2, 3):
        block = array[8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
        assert_all_close(found[:, :, row, column], naive.dct(block), 1e-12)


@pytest.mark.parametrize("border", ["symmetric", "reflect"])
@pytest.mark.parametrize("shape", [(16, 12), (13, 11), (10, 17)], ids=str)
def test_laplacian_pyramid(backend, border, shape):
    array, taps = image(shape), (0.05, 0.25, 0.4, 0.25, 0.05)
    (source,) = planes(backend, [array[None]], "uint8")
    found = pyramid(source, Window(taps), 3, border, 4.0 if border == "symmetric" else 1.0)
    for band, expected in zip(found, naive.laplacian_pyramid(array, taps, 3, border), strict=True):
        assert_all_close(band.values[0], expected, 1e-11)


@pytest.mark.parametrize("kernel", ["bicubic", "bilinear"])
@pytest.mark.parametrize(
    ("shape", "size"),
    [((9, 7), (9, 7)), ((11, 8), (4, 5)), ((6, 7), (13, 20)), ((5, 16), (9, 3)), ((3, 2), (1, 1))],
    ids=str,
)
def test_imresize(backend, kernel, shape, size):
    array = image(shape)
    (source,) = planes(backend, [array[None]])
    assert_all_close(imresize(source, size, kernel).values[0], naive.imresize(array, size, kernel), 1e-11)


@pytest.mark.parametrize(("shape", "size"), [((5, 4), (10, 8)), ((6, 3), (11, 5))], ids=str)
def test_doubled(backend, shape, size):
    """Interpolated to four times as many samples, framed by a line's continuation, every second one."""
    array = image(shape)
    inner = naive.imresize(array, [4 * side - 3 for side in shape], "bilinear")
    frame = np.zeros([side + 2 for side in inner.shape])
    frame[1:-1, 1:-1] = inner
    frame[0], frame[-1] = 2 * frame[1] - frame[2], 2 * frame[-2] - frame[-3]
    frame[:, 0], frame[:, -1] = 2 * frame[:, 1] - frame[:, 2], 2 * frame[:, -2] - frame[:, -3]
    expected = frame[::2, ::2][: size[0], : size[1]]
    assert_all_close(doubled(planes(backend, [array[None]])[0], size).values[0], expected, 1e-11)


def test_wavelet97(backend):
    array = image((12, 18))
    found = wavelet97(planes(backend, [array[None]])[0])
    for band, expected in zip(found, naive.wavelet(array, LOW, HIGH), strict=True):
        assert_all_close(band.values[0], expected, 1e-11)
