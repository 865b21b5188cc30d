"""Predictors of errors: that they are turned the right way, and that nobody is judged on what it has learned."""

import dataclasses

import numpy as np
import pytest
import torch
import torchvision

import iqametrics
from iqametrics.cnn_error import (
    Metrifier,
    Predictor,
    Worker,
    evaluate_predictors,
    leave_one_distortion_out,
    leave_one_worker_out,
    make_error_dataset,
)
from iqametrics.cnn_error.features import FeatureDistances, taps
from iqametrics.cnn_error.leave_out import frame, with_workers
from iqametrics.cnn_error.predictors import metrics_for, of_metric
from iqametrics.errors import DatasetError, OptionError
from tests.cnn_error.small import DISTORTIONS, Thirds, make, pictures, worker

MINUS = "\N{MINUS SIGN}"
SETS = ["metrifier", "evaluation"] * 6


def evaluate_predictions_of(data, metric):
    return evaluate_predictors(data, metrics=[metric], features=False, n_resamples=0)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return make(tmp_path_factory.mktemp("data") / "errors.parquet", n=60)


@pytest.fixture(scope="module")
def metrifier(data):
    return Metrifier.fit(data, epochs=1, width=4, threads=1)


def test_metrics_are_turned_so_that_more_is_worse(data, metrifier):
    found = evaluate_predictors(data, metrics=["psnr", "mse"], metrifier=metrifier, features=False, n_resamples=0)
    assert list(found.scores) == [
        f"{MINUS}psnr",
        "mse",
        "metrifier",
        "level index",
        "mean of type and level",
        "constant",
    ]
    row = found.dataset.table.iloc[3]
    versions = data.pixels.of_source(row["source"])
    image = versions.distorted[3]
    assert found.scores["mse"][3] == pytest.approx(iqametrics.mse(versions.clean, image))
    assert found.scores[f"{MINUS}psnr"][3] == pytest.approx(-iqametrics.psnr(versions.clean, image))
    assert found.scores["metrifier"][3] == pytest.approx(1 - metrifier.predict(image), abs=1e-6)
    assert found.scores["level index"].tolist() == found.dataset.table["level"].tolist()
    assert set(found.dataset.table["set"]) == {"evaluation"}


def test_a_metric_that_is_best_in_between_is_turned_by_its_distance(data):
    found = evaluate_predictions_of(data, iqametrics.nk)
    row = found.dataset.table.iloc[3]
    versions = data.pixels.of_source(row["source"])
    score = iqametrics.nk(versions.clean, versions.distorted[3])
    assert found.scores[f"|nk {MINUS} 1|"][3] == pytest.approx(abs(score - 1))


def test_metrics_of_feature_maps_are_predictors(tmp_path):
    images, labels = pictures(12, side=64)
    data = make_error_dataset(worker(), images, labels, DISTORTIONS, path=tmp_path / "e.parquet")
    metric = iqametrics.deep_metric("mse", weights="surrogate", taps=["conv1"])
    found = evaluate_predictions_of(data, metric)
    assert found.kinds["deep_mse"] == "deep"
    versions = data.pixels.of_source(found.dataset.table["source"][0])
    assert found.scores["deep_mse"][1] == pytest.approx(metric(versions.clean, versions.distorted[1]), rel=1e-5)


def test_by_default_metrics_are_those_that_the_smallest_image_allows(tmp_path):
    large, labels = pictures(12, side=40)
    some = [*large[:11], large[11][:9, :30]]
    found = make_error_dataset(worker(), some, labels, DISTORTIONS, path=tmp_path / "e.parquet", sets=SETS)
    names = {each.name for each in metrics_for(found.of_set("metrifier"))}
    assert names > {"psnr", "ssim"}
    fewer = {each.name for each in metrics_for(found.of_set("evaluation"))}
    assert fewer < names
    assert "ssim" not in fewer


def test_mean_of_type_and_level_comes_from_the_other_set(data):
    found = evaluate_predictors(data, metrics=["mse"], features=False, n_resamples=0)
    lessons = data.of_set("metrifier").table
    means = lessons.groupby(["distortion", "level"])["error"].mean()
    expected = [
        means[cell] for cell in zip(found.dataset.table["distortion"], found.dataset.table["level"], strict=True)
    ]
    assert found.scores["mean of type and level"].tolist() == expected


def test_a_distortion_that_changes_nothing_has_a_finite_psnr():
    image = np.arange(64, dtype=np.uint8).reshape(8, 8)
    other = image.copy()
    other[0, 0] += 1
    same, near = of_metric(iqametrics.psnr).score(image, [image, other])
    assert np.isfinite(same)
    assert same == pytest.approx(near)  # one sample one level off


def test_ones_own_predictor_and_one_without_a_score(data):
    mean = Predictor("mean", "no-reference", lambda source, distorted: np.array([-image.mean() for image in distorted]))
    found = evaluate_predictors(data, metrics=["mse"], predictors=[mean], features=False, n_resamples=0)
    assert found.kinds["mean"] == "no-reference"
    bad = Predictor("bad", "no-reference", lambda source, distorted: np.full(len(distorted), np.nan))
    with pytest.raises(DatasetError, match=r"bad has no finite score for .*gaussian_noise/1"):
        evaluate_predictors(data, metrics=[], predictors=[bad], features=False)
    with pytest.raises(OptionError, match="same name"):
        evaluate_predictors(data, metrics=["mse", "mse"], features=False)
    with pytest.raises(OptionError, match="target='loss'"):
        evaluate_predictors(data, target="loss")


def test_nobody_is_judged_on_what_it_has_learned(data, metrifier):
    sets = data.table["set"].map({"metrifier": "evaluation", "evaluation": "metrifier"})
    swapped = dataclasses.replace(data, table=data.table.assign(set=sets))
    with pytest.raises(DatasetError, match="has learned from 30 of the sources"):
        evaluate_predictors(swapped, metrifier=metrifier, features=False)


def test_feature_distances_are_those_of_the_definition():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(inplace=True), torch.nn.Conv2d(4, 2, 3))
    distances = FeatureDistances(Worker("w", model))
    assert distances.taps == ("0", "2")
    random = np.random.default_rng(0)
    source, distorted = random.integers(0, 256, (2, 12, 12), np.uint8)
    found = distances(source, [source, distorted])
    with torch.no_grad():
        before, after = (model[0](torch.from_numpy(each)[None, None].float() / 255) for each in (source, distorted))
    relative, direction = found["0"]
    assert relative[0] == direction[0] == 0
    assert relative[1] == pytest.approx(float((after - before).norm() / before.norm()), rel=1e-6)
    unit = [each / each.norm(dim=1, keepdim=True) for each in (before, after)]
    assert direction[1] == pytest.approx(float((unit[1] - unit[0]).square().sum(1).mean()), rel=1e-5)
    assert not model[0]._forward_hooks


def test_taps_of_a_torchvision_classifier_are_spread_over_its_depth():
    model = torchvision.models.resnet18(weights=None, num_classes=3)
    found = taps(Worker("r", model))
    assert found[0] == "conv1"
    assert len(found) == 5
    assert found[-1].startswith("layer4.")
    with pytest.raises(OptionError, match="no module relu9"):
        taps(Worker("r", model, taps=("relu9",)))
    with pytest.raises(OptionError, match="no convolution"):
        taps(worker())


def test_leaving_a_distortion_out(data, metrifier):
    (found,) = leave_one_distortion_out(data, metrifier, {"noise": ["gaussian_noise"]}, threads=1)
    assert found.label == "noise"
    assert found.result.n == 30 * 2
    table = frame([found])
    assert table["difference"][0] == pytest.approx(table["unseen"][0] - table["seen"][0])
    for groups, message in (
        ({"all": ["gaussian_noise", "contrast"]}, "nothing left"),
        ({"x": ["jpeg"]}, "has no jpeg"),
    ):
        with pytest.raises(OptionError, match=message):
            leave_one_distortion_out(data, metrifier, groups)


def test_leaving_a_worker_out(tmp_path, data):
    other = Worker("other", torch.nn.Sequential(Thirds(), torch.nn.Hardtanh(-0.5, 0.5)))
    both = make(tmp_path / "both.parquet", n=60, workers=[worker(), other])
    alone = with_workers(both, ["thirds"])
    for name in ("error", "wrong", "clean_error"):
        np.testing.assert_array_equal(alone.table[name], data.table[name])
    found = leave_one_worker_out(both, threads=1, epochs=1, width=4)
    assert [each.label for each in found] == ["thirds", "other"]
    with pytest.raises(OptionError, match="one worker"):
        leave_one_worker_out(data)
