"""Metrics on chosen maps: the option ``maps``, and the file behind it."""

import json
import pickle

import numpy as np
import pytest
import torch

from iqametrics import deep_metric, deep_ssim
from iqametrics.deep import scores_of_maps
from iqametrics.deep.backbones import Backbone
from iqametrics.deep.selection import MapName, Selection, score_matrix, select_maps
from iqametrics.errors import OptionError, WeightsError
from tests.deep.conftest import crop, noisy

MAPS = {"conv1": [8, 60, 3], "conv3": [259]}


@pytest.fixture(scope="module")
def pair():
    image = crop("astronaut")
    return image, noisy(image)


@pytest.fixture(scope="module")
def scores():
    images = [crop("astronaut"), crop("coffee"), crop("chelsea"), crop("rocket")]
    pairs = [(image, noisy(image, sigma)) for image in images for sigma in (4, 12, 30, 70)]
    return pairs, score_matrix(pairs, deep_metric("ssim", weights="surrogate", dynamic_range="joint"))


@pytest.fixture(scope="module")
def selection(scores):
    opinions = np.tile([4.0, 3.0, 2.0, 1.0], 4) + np.random.default_rng(0).normal(0, 0.1, 16)
    return select_maps(scores[1], opinions, fit="linear", n_splits=6, max_features=4, min_gain=0)


def test_the_score_is_the_mean_over_the_chosen_maps(pair):
    every = scores_of_maps(deep_ssim, *pair, weights="surrogate")
    wanted = [every[layer][number] for layer, numbers in MAPS.items() for number in numbers]
    found = deep_ssim(*pair, weights="surrogate", maps=MAPS)
    assert found == pytest.approx(np.mean(wanted), rel=1e-6)
    terms = deep_ssim.terms(*pair, weights="surrogate", maps=MAPS)
    assert terms["conv1"] == pytest.approx(np.mean(wanted[:3]), rel=1e-6)
    maps = deep_ssim.map(*pair, weights="surrogate", maps=MAPS)
    assert [float(each.mean()) for each in maps] == pytest.approx(list(terms.values()), rel=1e-6)


def test_the_network_stops_behind_the_last_map(pair, monkeypatch):
    seen = []
    stream = Backbone.stream

    def watched(self, images):
        seen.append([str(node.target) for node in self._network.graph.nodes if node.op == "call_module"])
        return stream(self, images)

    monkeypatch.setattr(Backbone, "stream", watched)
    deep_ssim(*pair, weights="surrogate", maps={"conv2": [5]})
    assert seen == [["features.0", "features.1", "features.2", "features.3"]] * 2


def test_gradients_reach_the_image(pair):
    x, y = (torch.from_numpy(each.transpose(2, 0, 1) / 255.0) for each in pair)
    y.requires_grad_()
    deep_ssim(x, y, data_range=1.0, weights="surrogate", maps=MAPS).backward()
    assert bool(y.grad.isfinite().all())
    assert float(y.grad.abs().sum()) > 0


def test_a_selection_is_a_small_file_that_metrics_load(selection, scores, tmp_path):
    path = tmp_path / "selection.json"
    selection.save(path)
    assert path.stat().st_size < 20_000
    assert Selection.load(path) == selection
    columns = [scores[1].maps.index(name) for name in selection.maps]
    for (reference, distorted), row in zip(scores[0][:3], scores[1].values, strict=False):
        for given in (path, str(path), selection):
            found = deep_ssim(reference, distorted, maps=given)
            assert found == pytest.approx(row[columns].mean(dtype=float), rel=1e-6)
    told = deep_ssim.provenance(maps=path)
    assert told["maps"] == selection.layers
    assert (told["dynamic_range"], told["weights_sha256"]) == ("joint", "surrogate-v1")
    bound = deep_ssim.with_options(maps=selection)
    assert pickle.loads(pickle.dumps(bound)).bound == bound.bound
    shape = bound.map_geometry((100, 120))
    assert len(shape) == len(selection.layers)


def test_what_a_selection_says_of_itself(selection, scores):
    assert (selection.metric, selection.options["backbone"]) == ("deep_ssim", "alexnet")
    facts = selection.chosen_by
    assert (facts["images"], facts["references"], facts["candidates"]) == (16, 4, 1152)
    assert selection.curve == tuple(sorted(selection.curve))
    assert selection.curve[-1] >= facts["all_maps"] - 0.05
    assert sum(facts["layers"].values()) == pytest.approx(1)
    assert sum(selection.nested["layers"].values()) == pytest.approx(1)
    assert selection.nested["splits"] == 6
    assert set(selection.nested["test"]) == {"plcc", "plcc_linear", "srocc"}
    frequency = selection.nested["frequency"]
    assert all(0 < share <= 1 for share in frequency.values())
    assert list(frequency.values()) == sorted(frequency.values(), reverse=True)
    assert select_maps(scores[1], np.arange(16.0), n_splits=0, fit="linear").nested is None


def test_contradictions(selection, pair, random_weights):
    with pytest.raises(OptionError, match="taps and maps"):
        deep_ssim(*pair, maps=selection, taps=["conv1"])
    with pytest.raises(OptionError, match=r"chosen for deep_ssim, not for deep_mse"):
        deep_metric("mse")(*pair, maps=selection)
    with pytest.raises(OptionError, match="backbone='alexnet', and backbone='vgg16' is given"):
        deep_ssim(*pair, maps=selection, backbone="vgg16")
    with pytest.raises(OptionError, match="dynamic_range"):
        deep_ssim(*pair, maps=selection, dynamic_range="ref")
    with pytest.raises(OptionError, match="color"):
        deep_ssim(*pair, maps=selection, color="gray")
    with pytest.raises(WeightsError, match="surrogate-v1"):
        deep_ssim(*pair, maps=selection, weights=str(random_weights))
    with pytest.raises(OptionError, match="conv1 has maps 0 to 63, there is no 64"):
        deep_ssim(*pair, weights="surrogate", maps={"conv1": [64]})
    for wrong in ({}, {"conv1": []}, {"conv1": [1, 1]}, {"conv1": [-1]}, {1: [1]}, 7, {"conv1": 3}):
        with pytest.raises(OptionError, match="maps="):
            deep_ssim(*pair, weights="surrogate", maps=wrong)


def test_files_that_are_no_selections(selection, pair, tmp_path):
    path = tmp_path / "selection.json"
    with pytest.raises(OptionError, match="iqametrics select writes one"):
        deep_ssim(*pair, maps=path)
    selection.save(path)
    document = json.loads(path.read_text())
    for key, value in (("format", "other"), ("maps", []), ("maps", [{"layer": "conv1"}]), ("options", None)):
        path.write_text(json.dumps({**document, key: value}))
        with pytest.raises(OptionError, match="selection"):
            deep_ssim(*pair, maps=path)
    path.write_text("{")
    with pytest.raises(OptionError, match="can't be read"):
        deep_ssim(*pair, maps=path)


def test_names():
    assert str(MapName("conv4", 10)) == "conv4:10"
    selection = Selection("deep_ssim", {"backbone": "alexnet"}, "", (MapName("conv4", 10), MapName("conv1", 2)))
    assert repr(selection) == "<Selection deep_ssim: 2 maps of alexnet>"
    assert selection.layers == {"conv4": (10,), "conv1": (2,)}
