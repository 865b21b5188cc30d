"""Scores are what they are however large or small the unit of the pixels, as far as their type can hold them."""

import numpy as np
import pytest
from skimage import data

import iqametrics
from iqametrics.kernels import ON_CPU
from tests.conformance.cases import why_not

EXECUTORS = [name for name in ON_CPU if why_not(name) is None]
X = data.camera()[200:260, 200:260].astype(float)
Y = np.clip(X + np.random.default_rng(0).normal(0, 20, X.shape), 0, 255)
SMALL = [name for name in iqametrics.metrics(task="fr") if iqametrics.metric(name).min_size <= len(X)]


@pytest.mark.parametrize("name", SMALL)
def test_doubles(name):
    metric = iqametrics.metric(name)
    expected = metric(X, Y, data_range=255)
    for unit in (1e-300, 1e-150, 1e-60, 1e60, 1e160, 1e300):
        with np.errstate(over="ignore", under="ignore"):
            truth = expected * np.float64(unit) ** metric.units
        for executor in EXECUTORS:
            score = metric(X * unit, Y * unit, data_range=255 * unit, backend=executor)
            assert score == pytest.approx(truth, rel=1e-9, abs=0), (unit, executor)


@pytest.mark.parametrize("name", SMALL)
def test_single_precision_and_its_gradients(name):
    torch = pytest.importorskip("torch")
    metric = iqametrics.metric(name)
    expected = metric(X, Y, data_range=255)
    for unit in (1e-36, 1e-20, 1e20, 1e36):
        x, y = (torch.from_numpy(image * unit).float() for image in (X, Y))
        with np.errstate(over="ignore", under="ignore"):
            truth = np.float32(np.float64(expected) * np.float64(unit) ** metric.units)
        score = metric(x, y.requires_grad_(), data_range=255 * unit)
        assert float(score.detach()) == pytest.approx(float(truth), rel=1e-4, abs=1e-44), unit
        if np.isfinite(truth) and metric.units < 2:  # slopes of squares leave single precision
            score.backward()
            assert y.grad.isfinite().all(), unit


def test_maps_and_terms_too():
    unit = 1e-200
    np.testing.assert_allclose(
        iqametrics.mae.map(X * unit, Y * unit, data_range=255 * unit), abs(X - Y) * unit, rtol=1e-12
    )
    assert iqametrics.rmse.terms(X * unit, Y * unit, data_range=255 * unit)["score"] == pytest.approx(
        iqametrics.rmse(X, Y, data_range=255) * unit, rel=1e-12, abs=0
    )
