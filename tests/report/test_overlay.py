"""Heat maps over an image."""

import io
import sys

import numpy as np
import pytest
from PIL import Image
from skimage import data

import iqametrics
from iqametrics import metric
from iqametrics.errors import DependencyError
from iqametrics.report.figures import new_figure, save_figure
from iqametrics.report.overlay import overlay
from tests.conformance.cases import cheap

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def image():
    return data.astronaut()[0:192, 120:336]


@pytest.fixture(scope="module")
def harmed(image):
    """Blocks of noise in the lower half."""
    noise = np.random.default_rng(0).normal(0, 25, image.shape)
    noise[:96] = 0
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def drawn(figure):
    """Levels 0 to 1 of the picture in a figure, without title and scale bar."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    box = figure.axes[0].get_window_extent()
    levels = np.asarray(Image.open(file).convert("RGB")) / 255
    height = len(levels)
    return levels[height - int(box.y1) : height - int(box.y0), int(box.x0) : int(box.x1)]


@pytest.mark.parametrize("name", iqametrics.metrics(task="fr"))
def test_bad_places_are_coloured_and_good_ones_grey(name, image, harmed):
    levels = drawn(overlay(cheap(name), image, harmed))
    colour = levels.max(-1) - levels.min(-1)
    third = len(levels) // 3
    assert colour[-third:].mean() > 5 * colour[:third].mean()
    reddish = levels[-third:, :, 0] - levels[-third:, :, 2]
    assert reddish.mean() > 0.05


def test_title_and_scale_bar_have_numbers(image, harmed):
    figure = overlay(metric("ssim"), image, harmed)
    picture, bar = figure.axes
    assert picture.get_title() == f"ssim = {metric('ssim')(image, harmed):.4f} (higher is better)"
    assert bar.get_ylabel() == "local quality"
    assert bar.get_ylim()[1] == 1
    assert 0 < bar.get_ylim()[0] < 0.9
    figure.canvas.draw()
    assert len([label for label in bar.get_yticklabels() if label.get_text()]) >= 4


def test_scale_of_errors_starts_at_zero(image, harmed):
    bar = overlay(metric("psnr"), image, harmed).axes[1]
    assert bar.get_ylabel() == "local error"
    assert bar.get_ylim()[0] == 0


@pytest.mark.parametrize("name", ["mse", "ssim"])
def test_scale_fits_any_data_range(name, image, harmed):
    bound = metric(name, data_range=1.0, color="channels")
    levels = drawn(overlay(bound, image / 255, harmed / 255))
    expected = drawn(overlay(metric(name, color="channels"), image, harmed))
    colour, wanted = ((each.max(-1) - each.min(-1)).mean() for each in (levels, expected))
    assert wanted > 0.05
    assert colour == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize("name", ["mse", "ssim"])
def test_small_damage_is_seen(name, image):
    """On less than the pixels that the scale leaves out."""
    damaged = image.copy()
    damaged[100:104, 100:104] ^= 64
    levels = drawn(overlay(metric(name), image, damaged))
    assert (levels[..., 0] - levels[..., 2]).max() > 0.4


@pytest.mark.parametrize("name", ["mse", "ssim", "vif"])
def test_identical_images_stay_grey(name, image):
    levels = drawn(overlay(metric(name), image, image))
    assert (levels.max(-1) - levels.min(-1)).max() < 0.02


@pytest.mark.parametrize(
    "prepared",
    [lambda x: x[..., 0], lambda x: x[..., :1], lambda x: x.astype(np.uint16) * 257, lambda x: x[:20, :200]],
    ids=["grey", "one channel", "16 bits", "wide"],
)
def test_kinds_of_images(prepared, image, harmed):
    x, y = prepared(image), prepared(harmed)
    levels = drawn(overlay(metric("ssim"), x, y))
    assert levels.shape[0] / levels.shape[1] == pytest.approx(x.shape[0] / x.shape[1], rel=0.05)


def test_figure_is_written(tmp_path, image, harmed):
    save_figure(overlay(metric("gmsd"), image, harmed), tmp_path / "maps" / "gmsd.png")
    with Image.open(tmp_path / "maps" / "gmsd.png") as written:
        assert written.format == "PNG"
        assert min(written.size) > 400


def test_pyplot_is_not_needed(image, harmed, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    overlay(metric("ssim"), image, harmed).canvas.draw()


def test_missing_matplotlib_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(DependencyError, match=r'pip install "iqametrics\[plot\]"'):
        new_figure(1, 1)
