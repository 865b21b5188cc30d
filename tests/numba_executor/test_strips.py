"""Large derived planes are made in strips: the scores are those of planes made whole."""

import numpy as np
import pytest

import iqametrics
from iqametrics.kernels.numba_ import strips
from tests.closeness import assert_close

NAMES = ("gmsd", "ms_ssim", "vif", "vifp")
SHAPE = (331, 257)


@pytest.fixture
def short_strips(monkeypatch):
    """Strips for images of any size, of few rows."""
    monkeypatch.setattr(strips, "_WHOLE", 0)
    monkeypatch.setattr(strips, "_STRIP", SHAPE[1] * 8 * 9)


def pair(*shape):
    random = np.random.default_rng(3)
    reference = random.integers(0, 256, shape, np.uint8)
    return reference, (reference.astype(int) + random.integers(-20, 21, shape)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_scores(name, short_strips):
    images = pair(*SHAPE)
    assert_close(iqametrics.metric(name)(*images), iqametrics.metric(name)(*images, backend="numpy"), 1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_several_planes_at_once(name, short_strips):
    reference, distorted = pair(2, *SHAPE, 3)
    metric = iqametrics.metric(name, color="channels")
    for score, value in zip(metric(reference, distorted), metric(reference, distorted, backend="numpy"), strict=True):
        assert_close(score, value, 1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_maps(name, short_strips):
    images, metric = pair(*SHAPE), iqametrics.metric(name)
    found, truth = metric.map(*images), metric.map(*images, backend="numpy")
    for part, value in zip(*(maps if isinstance(maps, tuple) else (maps,) for maps in (found, truth)), strict=True):
        np.testing.assert_allclose(part, value, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_prepared_references_are_kept_whole(name, short_strips):
    reference, distorted = pair(*SHAPE)
    metric = iqametrics.metric(name)
    fixed = metric.prepare(reference)
    assert_close(fixed(distorted), metric(reference, distorted), 1e-13)
    assert_close(fixed(distorted), fixed(distorted), 0)


def test_rows_in_any_order():
    """What was forgotten is made again."""
    source = np.random.default_rng(0).random((1, 40, 5))
    planes = strips.Strips(
        source,
        np.arange(40),
        1,
        1,
        source.shape,
        np.zeros(1),
        np.float64,
        lambda part, rows, out: np.copyto(out, 2 * part[:, rows]),
    )
    for first, stop in ((0, 3), (3, 30), (28, 40), (0, 2), (35, 36), (1, 40)):
        np.testing.assert_array_equal(planes.rows(first, stop), 2 * source[:, first:stop])
    np.testing.assert_array_equal(np.asarray(planes), 2 * source)
