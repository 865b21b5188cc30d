"""Moments about a pixel nearby, window by window, where a constant for the whole image would lose their digits."""

import numpy as np
import pytest

from iqametrics.kernels.numba_.local_moments import BLOCK, MANY
from iqametrics.planes import Planes
from iqametrics.stencils.moments import MomentField, Window, gaussian, uniform

WINDOWS = {
    "5": gaussian(5, 1.0),
    "8": uniform(8, unbiased=True),
    "17": gaussian(17, 3.4),
    "19": gaussian(MANY + 2, 4.0),
}


def variances(mx, my, vx, vy, cxy):
    """Equation under test."""
    return vx, vy


def means_and_covariance(mx, my, vx, vy, cxy):
    """Equation under test."""
    return mx + 2 * my, cxy


def plateaus(spread):
    """Even ground of several heights and next to no noise; every height lies far from the middle of some block."""
    random = np.random.default_rng(3)
    image = random.choice([10.0, 90.0, 250.0], (3, 8)).repeat(30, 0).repeat(90, 1)[:, : 2 * BLOCK + 77]
    return image + spread * random.standard_normal(image.shape)


def maps(executor, pair, window, formula):
    return MomentField(*(Planes(image[None], executor) for image in pair), window, formula).maps()


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("spread", [1e-6, 1e-3, 1.0])
def test_small_variances_beside_edges(window, spread):
    pair = plateaus(spread), plateaus(2 * spread) / 2
    for truth, found in zip(*(maps(name, pair, window, variances) for name in ("numpy", "numba")), strict=True):
        assert truth.min() < 20 * spread**2
        assert (np.abs(found - truth) <= 1e-9 * truth).all()


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_even_ground_has_no_variance_at_all(window):
    image = plateaus(0.0)
    truth, found = (maps(name, (image, image), window, variances)[0] for name in ("numpy", "numba"))
    assert (truth == 0).any()
    assert ((found == 0) == (truth == 0)).all()


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_means_and_covariances(window):
    pair = plateaus(1e-3), plateaus(5.0)
    for truth, found in zip(
        *(maps(name, pair, window, means_and_covariance) for name in ("numpy", "numba")), strict=True
    ):
        assert (np.abs(found - truth) <= 1e-11 * np.abs(truth).max()).all()


@pytest.mark.parametrize("window", [Window((0.5, 0.0, 0.5)), Window((1.0, 0.0, 0.0))], ids=["hollow", "lopsided"])
def test_a_window_that_does_not_weigh_its_centre_ends(window):
    image = plateaus(1e-7)
    truth, found = (maps(name, (image, image), window, variances)[0] for name in ("numpy", "numba"))
    assert (np.abs(found - truth) <= 1e-9 * 250**2).all()
