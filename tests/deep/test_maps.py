"""The scores of maps are those of the pixel metric, one map after the other."""

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

import iqametrics
from iqametrics import deep_metric, deep_ssim, deepsim
from iqametrics.datasets import distortions
from iqametrics.deep import backbone, scores_of_maps
from iqametrics.errors import OptionError, ShapeError
from iqametrics.kernels import ON_CPU
from tests import naive
from tests.deep.conftest import crop, noisy
from tests.noting import noting

#: Feature maps have no range, and lie beyond what is taken for one.
pytestmark = pytest.mark.filterwarnings("ignore::iqametrics.errors.RangeWarning")

TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def pair():
    image = crop("astronaut", 96)
    return image, noisy(image)


def maps_of(image, **options):
    x = torch.from_numpy(image).permute(2, 0, 1)[None].float() * (1 / 255)  # to the last bit as in the package
    with torch.no_grad():
        return {tap: maps[0].double().numpy() for tap, maps in backbone(**options)(x).items()}


def ssim_of_a_map(x, y, size, peak):
    """As MATLAB's ssim: a Gaussian window of weights, maps extended by their edge, plain sums of weighted samples."""
    line = np.exp(-((np.arange(size) - size // 2) ** 2) / (2 * 1.5**2))
    window = np.outer(line, line) / line.sum() ** 2
    mode = "edge" if size == 11 else "reflect"
    x, y = (np.pad(each, size // 2, mode=mode) for each in (x, y))
    total, c1, c2 = [], (0.01 * peak) ** 2, (0.03 * peak) ** 2
    for i in range(x.shape[0] - size + 1):
        for j in range(x.shape[1] - size + 1):
            a, b = (each[i : i + size, j : j + size] for each in (x, y))
            mx, my = (window * a).sum(), (window * b).sum()
            vx, vy = (window * (a - mx) ** 2).sum(), (window * (b - my) ** 2).sum()
            cxy = (window * (a - mx) * (b - my)).sum()
            total.append((2 * mx * my + c1) * (2 * cxy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2)))
    return sum(total) / len(total)


@pytest.mark.parametrize("rule", ["fixed", "joint", "ref"])
def test_deep_ssim_is_a_loop_over_maps(pair, rule):
    """Some maps of every layer, brute force; the 5x5 maps of the deep layers have a window of 5."""
    x, y = (maps_of(image, name="alexnet", weights="surrogate") for image in pair)
    found = scores_of_maps(deep_ssim, *pair, weights="surrogate", dynamic_range=rule)
    for tap in x:
        for m in range(0, len(x[tap]), 61):
            a, b = x[tap][m], y[tap][m]
            low, high = (min(a.min(), b.min()), max(a.max(), b.max())) if rule == "joint" else (a.min(), a.max())
            size = max(side for side in (3, 5, 7, 9, 11) if side <= min(a.shape))
            expected = ssim_of_a_map(a, b, size, 1.0 if rule == "fixed" else high - low)
            assert found[tap][m] == pytest.approx(expected, abs=TOLERANCE), (tap, m)


@pytest.mark.parametrize("name", ["mse", "mae", "md", "nae", "sc", "lmse", "gmsd", "psnr"])
def test_every_metric_is_a_loop_over_maps(pair, name):
    """The pixel metric called with every single map."""
    x, y = (maps_of(image, name="alexnet", weights="surrogate", taps=("conv1", "conv4")) for image in pair)
    pixel, layers = iqametrics.metric(name), []
    for tap in x:
        peaks = np.ptp(x[tap], axis=(1, 2)) if name == "psnr" else np.ones(len(x[tap]))
        scores = [pixel(a, b, data_range=peak) for a, b, peak in zip(x[tap], y[tap], peaks, strict=True)]
        layers.append(np.mean(scores))
    for executor in ON_CPU:
        score = deep_metric(name, weights="surrogate", taps=["conv1", "conv4"])(*pair, backend=executor)
        with noting(executor):
            assert score == pytest.approx(np.mean(layers), rel=TOLERANCE)


@pytest.mark.parametrize("name", ["mse", "mae", "nae", "sc", "lmse", "md", "psnr"])
def test_against_the_naive_equations(pair, name):
    x, y = (maps_of(image, name="alexnet", weights="surrogate", taps="conv5") for image in pair)
    found = scores_of_maps(deep_metric(name), *pair, weights="surrogate", taps="conv5")["conv5"]
    for m in range(0, 256, 61):
        a, b = x["conv5"][m], y["conv5"][m]
        expected = 10 * math.log10(np.ptp(a) ** 2 / naive.mse(a, b)) if name == "psnr" else getattr(naive, name)(a, b)
        assert found[m] == pytest.approx(expected, rel=1e-5)


def test_layers_are_joined_as_the_option_says(pair):
    terms = deep_ssim.terms(*pair, weights="surrogate")
    values = list(terms.values())
    per_map = scores_of_maps(deep_ssim, *pair, weights="surrogate")
    for tap, value in terms.items():
        assert value == pytest.approx(per_map[tap].mean(), rel=1e-12)
    assert deep_ssim(*pair, weights="surrogate") == pytest.approx(math.prod(values) ** (1 / 5), rel=1e-12)
    assert deep_ssim(*pair, weights="surrogate", layer_pool="mean") == pytest.approx(np.mean(values), rel=1e-12)


def test_pooling_the_maps_gives_the_terms(pair):
    maps, terms = deep_ssim.map(*pair, weights="surrogate"), deep_ssim.terms(*pair, weights="surrogate")
    for each, value in zip(maps, terms.values(), strict=True):
        assert each.mean() == pytest.approx(value, abs=TOLERANCE)


def test_the_window_inside_the_map(pair):
    maps = deep_ssim.map(*pair, weights="surrogate", taps=["conv1", "conv2"], border="valid")
    assert [each.shape for each in maps] == [(13, 14), (1, 1)]
    places = deep_ssim.map_geometry(pair[0].shape[:2], weights="surrogate", taps=["conv1", "conv2"], border="valid")
    assert places[0] == ((3 + 4 * 5,) * 2, (4, 4))


def test_maps_that_are_constant_in_both_images_count_1(random_weights, tmp_path, pair):
    state = torch.load(random_weights, weights_only=True)
    state["features.0.weight"][3] = 0  # a dead map
    path = tmp_path / "dead.pth"
    torch.save(state, path)
    options = {"weights": path, "taps": ["conv1"]}
    assert scores_of_maps(deep_ssim, *pair, **options)["conv1"][3] == 1
    assert deep_ssim.map(*pair, **options)[0].max() <= 1


def test_maps_without_a_score_are_left_out(random_weights, tmp_path, pair):
    """A map that is 0 in the reference alone has no relative error; one that is 0 in both has none at all."""
    state = torch.load(random_weights, weights_only=True)
    state["features.0.weight"][3] = state["features.0.bias"][3] = 0
    state["features.0.weight"][5] = 1.0
    state["features.0.bias"][5] = -1e3  # after the ReLU nothing is left of either image
    path = tmp_path / "dead.pth"
    torch.save(state, path)
    black = np.zeros_like(pair[0])
    options = {"weights": path, "taps": ["relu1"]}
    scores = scores_of_maps(deep_metric("nae"), black, pair[0], **options)["relu1"]
    assert scores[3] == scores[5] == 0
    assert np.isinf(scores).any()
    finite = scores[np.isfinite(scores)]
    assert deep_metric("nae")(black, pair[0], **options) == pytest.approx(finite.mean(), rel=1e-12)


def test_decibels_are_capped(pair):
    assert deep_metric("psnr", weights="surrogate")(pair[0], pair[0]) == 100


@pytest.mark.parametrize("weights", ["surrogate", "random"])
@pytest.mark.parametrize("name", ["deep_ssim", "deep_gmsd", "deep_mse", "deep_pyramid"])
def test_worse_images_score_worse(name, weights, random_weights):
    """Levels of noise, blur and JPEG, of deep_ssim on two photographs."""
    metric = iqametrics.metric(name, weights=random_weights if weights == "random" else weights)
    for picture in ("astronaut", "coffee")[: 2 if name == "deep_ssim" else 1]:
        image = crop(picture, 128)
        against = metric.prepare(image)
        series = {
            "noise": [noisy(image, sigma) for sigma in (0, 5, 12, 30, 60)],
            "blur": [
                np.rint(gaussian_filter(image.astype(float), (s, s, 0))).astype(np.uint8) for s in (0, 0.7, 1.3, 2.5, 5)
            ],
            "jpeg": [image, *(distortions.apply("jpeg", image, params={"quality": q}) for q in (75, 20, 5))],
        }
        for kind, images in series.items():
            badness = [metric.badness(against(distorted)) for distorted in images]
            assert badness == sorted(badness), (picture, kind, badness)
            assert len(set(badness)) == len(badness)


def test_deepsim_is_ssim_of_maps_in_the_range_of_the_layer(pair):
    taps = ["conv1_2", "conv4_1"]
    x, y = (maps_of(image, name="vgg16", weights="surrogate", taps=taps) for image in pair)
    found = scores_of_maps(deepsim, *pair, weights="surrogate", taps=taps)
    for tap in taps:
        peak = max(x[tap].max(), y[tap].max()) - min(x[tap].min(), y[tap].min())
        for m in range(0, len(x[tap]), 50):
            expected = iqametrics.ssim(x[tap][m], y[tap][m], data_range=peak)
            assert found[tap][m] == pytest.approx(expected, abs=TOLERANCE)
    terms = deepsim.terms(*pair, weights="surrogate", taps=taps)
    assert list(terms) == taps
    assert deepsim(*pair, weights="surrogate", taps=taps) == pytest.approx(np.mean(list(terms.values())), rel=1e-12)
    worst = deepsim(*pair, weights="surrogate", taps=taps, spatial_pool="worst")
    assert worst < deepsim(*pair, weights="surrogate", taps=taps)


def test_all_layers_of_vgg16_have_a_name():
    """All of the paper's 37 but the image, the pooling's last neighbours and the classifier: 13 + 13 + 5."""
    assert len(backbone("vgg16", weights="surrogate", taps="all").taps) == 31


def test_refused_options(pair):
    for options, why in (
        ({"dynamic_range": "255"}, "use one of fixed, joint, ref"),
        ({"taps": []}, "must be the name of a layer"),
        ({"taps": ["conv9"]}, "alexnet has no layer 'conv9'"),
        ({"backbone": "alexnet2"}, "is no classifier"),
        ({"sha256": "12"}, "64 hexadecimal digits"),
        ({"weights": 3}, "path of a file"),
    ):
        with pytest.raises(OptionError, match=why):
            deep_ssim(*pair, **{"weights": "surrogate", **options})
    with pytest.raises(ShapeError, match="the maps of layer4"):
        deep_metric("gmsd")(
            *(image[:64, :64] for image in pair), weights="surrogate", backbone="resnet18", taps="layer4.1.conv2"
        )
