"""A metrifier: its scores, its maps, its file, and what becomes of it in the registry."""

import dataclasses
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import iqametrics
from iqametrics.cnn_error import Metrifier
from iqametrics.cnn_error.reliability import reliability
from iqametrics.errors import DatasetError, NonFiniteError, OptionError, RangeError, WeightsError
from iqametrics.front import NoReference
from tests.cnn_error.small import make, pictures


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return make(tmp_path_factory.mktemp("data") / "errors.parquet")


@pytest.fixture(scope="module")
def metrifier(data):
    return Metrifier.fit(data, epochs=2, width=4, batch=16, threads=1)


@pytest.fixture(scope="module")
def weights(metrifier, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "m.safetensors"
    metrifier.save(path)
    return path


def images(shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_seed_decides_the_network(data, metrifier):
    again = Metrifier.fit(data, epochs=2, width=4, batch=16, threads=1)
    other = Metrifier.fit(data, epochs=2, width=4, batch=16, threads=1, seed=1)
    image = images((20, 30))
    assert again.predict(image) == metrifier.predict(image) != other.predict(image)
    assert again.reliability == metrifier.reliability
    for name, tensor in again.network.state_dict().items():
        assert torch.equal(tensor, metrifier.network.state_dict()[name])


def test_training_leaves_torch_as_it_was(data):
    torch.manual_seed(5)
    before = torch.rand(3), torch.get_num_threads()
    torch.manual_seed(5)
    Metrifier.fit(data, epochs=1, width=4, threads=1)
    assert torch.equal(torch.rand(3), before[0])
    assert torch.get_num_threads() == before[1]


@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (16, 16), (37, 61), (200, 120), (33, 40, 3)])
def test_any_size_has_a_score_and_a_map_that_pools_to_it(metrifier, shape):
    image = images(shape)
    score = metrifier.predict(image)
    assert isinstance(score, float)
    assert 0 <= score <= 1
    local = metrifier.map(image)
    assert local.quality.shape == local.weight.shape == (-(-shape[0] // 8), -(-shape[1] // 8))
    assert local.weight.sum() == pytest.approx(1, abs=1e-5)
    assert (local.quality * local.weight).sum() == pytest.approx(score, abs=1e-6)
    geometry = metrifier.map_geometry()
    assert (geometry.offset, geometry.step) == ((3.5, 3.5), (8.0, 8.0))


def test_forms_of_an_image_have_one_score(metrifier):
    grey = images((24, 32))
    score = metrifier.predict(grey)
    colour = np.repeat(grey[..., None], 3, 2)
    assert metrifier.predict(grey[..., None]) == score
    assert metrifier.predict(colour) == pytest.approx(score, abs=1e-6)
    assert metrifier.predict(grey / 255, data_range=1.0) == pytest.approx(score, abs=1e-6)
    assert metrifier.predict(grey.astype(np.uint16) * 257) == pytest.approx(score, abs=1e-6)
    assert metrifier.predict(torch.from_numpy(grey)) == score
    batch = metrifier.predict(images((5, 24, 32, 3)))
    singles = [metrifier.predict(each) for each in images((5, 24, 32, 3))]
    np.testing.assert_allclose(batch, singles, atol=1e-6)
    assert metrifier.predict([grey, images((9, 70))]).shape == (2,)


def test_a_diagnosis_is_score_kind_and_map(metrifier):
    found = metrifier.diagnose(images((24, 32)))
    assert found.quality == metrifier.predict(images((24, 32)))
    assert tuple(found.probabilities) == metrifier.kinds == ("none", "gaussian_noise", "contrast")
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.kind == max(found.probabilities, key=found.probabilities.get)


def test_what_is_no_image(metrifier):
    with pytest.raises(RangeError, match="data_range"):
        metrifier.predict(images((8, 8)) / 255)
    with pytest.raises(NonFiniteError, match="NaN"):
        metrifier.predict(np.full((8, 8), np.nan), data_range=1.0)


def test_file_gives_the_same_metrifier(metrifier, weights):
    again = Metrifier.load(weights)
    assert again.predict(images((24, 32))) == metrifier.predict(images((24, 32)))
    for name in ("kinds", "training", "reliability", "sources"):
        assert getattr(again, name) == getattr(metrifier, name)
    assert again.sha256 == metrifier.save(weights)


def test_damaged_and_foreign_files_are_refused(weights, tmp_path):
    content = weights.read_bytes()
    flipped = bytearray(content)
    flipped[-3] ^= 1
    hostile = pickle.dumps({"weights": 1})
    cases = {
        "flipped": (bytes(flipped), "does not have the checksum"),
        "short": (content[:-100], "can't be read"),
        "empty": (b"", "can't be read"),
        "pickle": (hostile, "can't be read"),
    }
    for name, (data, message) in cases.items():
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(data)
        with pytest.raises(WeightsError, match=message):
            Metrifier.load(path)
    with pytest.raises(WeightsError, match="can't be read"):
        Metrifier.load(tmp_path / "absent.safetensors")
    save_file(load_file(weights), tmp_path / "plain.safetensors")
    with pytest.raises(WeightsError, match="not of a metrifier"):
        Metrifier.load(tmp_path / "plain.safetensors")


def test_weights_of_another_shape_are_refused(metrifier, tmp_path):
    wide = dataclasses.replace(metrifier, training=dataclasses.replace(metrifier.training, width=8))
    wide.save(tmp_path / "wide.safetensors")
    with pytest.raises(WeightsError, match="does not hold what a metrifier needs"):
        Metrifier.load(tmp_path / "wide.safetensors")


def test_registry_has_it_once_its_weights_are_named(metrifier, weights):
    assert iqametrics.metrics(task="nr") == []
    assert iqametrics.metrics(task="nr", weights=True) == ["metrifier"]
    assert "metrifier" not in iqametrics.metrics()
    metric = iqametrics.metric("metrifier", weights=weights)
    assert isinstance(metric, NoReference)
    assert (metric.task, metric.higher_is_better, metric.range) == ("nr", True, (0.0, 1.0))
    image = images((24, 32))
    assert metric(image) == metrifier.predict(image)
    assert metric(image / 255, data_range=1.0) == pytest.approx(metric(image), abs=1e-6)
    np.testing.assert_array_equal(metric.map(image).quality, metrifier.map(image).quality)
    again = pickle.loads(pickle.dumps(metric))
    assert again(image) == metric(image)
    assert repr(metric).startswith("<metric metrifier, weights=")


def test_registry_refuses_what_it_does_not_know(weights):
    with pytest.raises(OptionError, match="weights=None must be the path"):
        iqametrics.metric("metrifier")(images((8, 8)))
    with pytest.raises(OptionError, match=r"no option wieghts; it has data_range, .*, weights"):
        iqametrics.metric("metrifier", wieghts=weights)
    with pytest.raises(WeightsError, match="can't be read"):
        iqametrics.metric("metrifier", weights="absent.safetensors")(images((8, 8)))
    with pytest.raises(OptionError, match="one image is given, and two are compared by mse"):
        iqametrics.score(["mse", iqametrics.metric("metrifier", weights=weights)], images((8, 8)))


def test_it_judges_the_distorted_image_among_metrics_that_compare(weights):
    metric = iqametrics.metric("metrifier", weights=weights)
    x, y = images((2, 24, 32))
    found = iqametrics.score(["mse", metric], x, y)
    assert list(found.values()) == [iqametrics.mse(x, y), metric(y)]
    assert list(iqametrics.score(metric, y).values()) == [metric(y)]


def test_new_weights_under_an_old_name_are_read(metrifier, data, tmp_path):
    path = tmp_path / "m.safetensors"
    metrifier.save(path)
    metric, image = iqametrics.metric("metrifier", weights=path), images((24, 32))
    first = metric(image)
    other = Metrifier.fit(data, epochs=1, width=4, seed=3, threads=1)
    other.save(path)
    assert metric(image) == other.predict(image) != first


def test_larger_images_are_cropped_while_it_learns(tmp_path):
    from iqametrics.cnn_error import make_error_dataset
    from tests.cnn_error.small import DISTORTIONS, worker

    large, labels = pictures(12, side=40)
    some = list(large[:6]) + [each[:30, :38] for each in large[6:]]
    data = make_error_dataset(worker(), some, labels, DISTORTIONS, path=tmp_path / "e.parquet")
    found = Metrifier.fit(data, epochs=1, width=4, crop=24, batch=8, threads=1)
    assert 0 <= found.predict(large[0]) <= 1


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_workers_and_metrifiers_on_a_gpu(tmp_path):
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 3, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    there, here = (
        make(tmp_path / "gpu.parquet", workers=model.cuda()),
        make(tmp_path / "cpu.parquet", workers=model.cpu()),
    )
    np.testing.assert_allclose(there.table["error"], here.table["error"], atol=1e-5)
    found = Metrifier.fit(there, epochs=1, width=4, device="cuda")
    assert next(found.network.parameters()).device.type == "cpu"
    assert 0 <= found.predict(images((20, 30))) <= 1


def test_unknown_settings(data):
    with pytest.raises(OptionError, match="no setting is called epoch"):
        Metrifier.fit(data, epoch=3)
    with pytest.raises(OptionError, match="target='cross_entropy' is not in"):
        Metrifier.fit(data, target="cross_entropy")
    with pytest.raises(OptionError, match="epochs=0"):
        Metrifier.fit(data, epochs=0)


def test_a_table_without_images_teaches_nothing(data):
    with pytest.raises(DatasetError, match="read without its images"):
        Metrifier.fit(dataclasses.replace(data, pixels=None))


def test_reliability_of_a_perfect_and_of_a_constant_forecast():
    actual = np.linspace(0, 1, 100)
    perfect = reliability(actual, actual)
    assert perfect.error == pytest.approx(0)
    assert perfect.counts == (10,) * 10
    shifted = reliability(np.clip(actual + 0.2, 0, 1.2), actual)
    assert shifted.error == pytest.approx(0.2)
