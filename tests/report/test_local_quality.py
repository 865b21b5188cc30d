"""Quality maps on the pixels of the image."""

import numpy as np
import pytest
from skimage import data

import iqametrics
from iqametrics import metric
from iqametrics.geometry import MapGeometry
from iqametrics.report.local_quality import local_quality, spread
from tests.conformance.cases import cheap


@pytest.fixture(scope="module")
def image():
    return data.astronaut()[0:192, 120:336]


@pytest.fixture(scope="module")
def harmed(image):
    """Noise in the lower right quarter only."""
    noise = np.random.default_rng(0).normal(0, 25, image.shape)
    noise[:96] = noise[:, :108] = 0
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def test_map_of_every_pixel_stays_as_it_is():
    samples = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(spread(samples, MapGeometry(), (3, 4)), samples)


def test_samples_lie_where_the_geometry_says_and_a_plane_stays_a_plane():
    def plane(row, column):
        return 3 + 2 * row - 5 * column

    geometry = MapGeometry(offset=(1.5, 0.5), step=(2.0, 4.0))
    rows, columns = 1.5 + 2.0 * np.arange(5), 0.5 + 4.0 * np.arange(4)
    found = spread(plane(rows[:, None], columns), geometry, (12, 14))
    row, column = np.mgrid[0:12, 0:14].astype(float)
    inside = plane(np.clip(row, 1.5, 9.5), np.clip(column, 0.5, 12.5))
    np.testing.assert_allclose(found, inside, atol=1e-12)


def test_single_sample_is_everywhere():
    found = spread(np.array([[7.0]]), MapGeometry(offset=(3.0, 2.0)), (8, 5))
    np.testing.assert_array_equal(found, np.full((8, 5), 7.0))


@pytest.mark.parametrize("name", iqametrics.metrics(task="fr"))
def test_harm_is_where_the_noise_is(name, image, harmed):
    """And nowhere in identical images."""
    quality = local_quality(cheap(name), image, image)
    assert quality.values.shape == quality.weights.shape == image.shape[:2]
    assert quality.best in (0, 1)
    assert quality.harm.max() < 1e-6
    quality = local_quality(cheap(name), image, harmed)
    painted = quality.harm * quality.weights
    noisy, clean = painted[110:180, 125:200].mean(), painted[10:80, 10:90].mean()
    assert noisy > 20 * clean
    assert quality.weights.min() >= 0
    assert quality.weights.max() <= 1


def test_map_of_full_size_keeps_its_mean(image, harmed):
    quality = local_quality(metric("mse"), image, harmed)
    assert quality.is_error
    assert quality.values.mean() == pytest.approx(metric("mse")(image, harmed), rel=1e-12)


def test_similarity_map_of_a_metric_that_is_better_lower_is_a_quality(image, harmed):
    quality = local_quality(metric("gmsd"), image, harmed)
    assert not quality.is_error
    assert quality.best == 1


def test_weighted_mean_over_scales_is_near_the_score(image):
    """Not equal: samples near the border stand for fewer pixels than those inside."""
    noisy = np.clip(image + np.random.default_rng(1).normal(0, 15, image.shape), 0, 255).astype(np.uint8)
    quality = local_quality(metric("vifp"), image, noisy)
    assert quality.scales == 4
    weighted = (quality.values * quality.weights).sum() / quality.weights.sum()
    assert weighted == pytest.approx(metric("vifp")(image, noisy), rel=0.1)


def test_bound_options_are_those_of_the_map(image, harmed):
    bound = metric("ssim", data_range=1.0, convention="skimage")
    quality = local_quality(bound, image / 255.0, harmed / 255.0)
    expected = bound.map(image / 255.0, harmed / 255.0)
    np.testing.assert_allclose(quality.values[3:-3, 3:-3], expected, rtol=1e-12)


def test_contrast_that_grows_is_no_harm_to_vif(image):
    stretched = np.clip(128 + 1.15 * (image.astype(float) - 128), 0, 255).astype(np.uint8)
    quality = local_quality(metric("vifp"), image, stretched)
    assert (quality.values > 1).mean() > 0.3
    assert (quality.harm[quality.values > 1] == 0).all()
