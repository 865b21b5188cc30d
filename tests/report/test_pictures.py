"""Small pictures: their size, their brightness, and that they show what the overlay shows."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from skimage import data

from iqametrics import metric
from iqametrics.report.pictures import data_uri, map_picture, small


def decoded(uri):
    kind, _, text = uri.partition(",")
    assert kind == "data:image/webp;base64"
    return np.asarray(Image.open(BytesIO(b64decode(text))))


@pytest.mark.parametrize(("shape", "expected"), [((400, 600), (64, 96)), ((30, 20), (30, 20)), ((500, 5), (96, 1))])
def test_longer_side_is_bounded_and_nothing_grows(shape, expected):
    image = np.zeros((*shape, 3), np.uint8)
    assert small(image, 96).shape == (*expected, 3)


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (np.full((40, 40), 51, np.uint8), {}),
        (np.full((40, 40, 1), 51 * 257, np.uint16), {}),
        (np.full((40, 40, 3), 1023 // 5, np.uint16), {"bits": 10}),
        (np.full((40, 40, 3), 20, np.uint8), {"data_range": 100.0}),
    ],
)
def test_brightness_is_that_of_the_data_range(image, options):
    assert abs(small(image, 20, **options).astype(int) - 51).max() <= 1


def test_picture_survives_as_text():
    picture = small(data.astronaut(), 128)
    back = decoded(data_uri(picture, quality=90))
    assert back.shape == picture.shape
    assert np.abs(back.astype(int) - picture).mean() < 4
    assert len(data_uri(picture)) < 8000


@pytest.mark.parametrize("name", ["mse", "ssim", "gmsd", "vif"])
def test_map_is_coloured_where_there_is_harm(name):
    reference = data.astronaut()[:256, :256]
    distorted = reference.copy()
    distorted[:, 128:] = np.clip(
        distorted[:, 128:] + np.random.default_rng(0).normal(0, 40, (256, 128, 3)), 0, 255
    ).astype(np.uint8)
    picture, meaning = map_picture(metric(name), reference, distorted, 128)
    assert picture.shape == (128, 128, 3)
    colour = np.ptp(picture.astype(int), axis=-1)
    assert colour[:, :50].mean() < 2
    assert colour[:, 78:].mean() > 20
    assert "dark red" in meaning
