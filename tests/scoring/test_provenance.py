"""What decides a score beside the images decides whether a journal's score counts, and is told with it."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pytest

import iqametrics
from iqametrics import metric
from iqametrics.errors import OptionError, WeightsError, WorkerError
from iqametrics.report.strict_json import plain
from iqametrics.scoring import Settings, score_pairs, tasks

CONV1 = {"weight": (64, 3, 11, 11), "bias": (64,)}
HEADS = [64, 192, 384, 256, 256]


@pytest.fixture
def written(tmp_path):
    """Writes arrays of random numbers where they were before, as long and as old as they were: times tell nothing."""
    pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    path = tmp_path / "weights.npz"

    def write(shapes, seed):
        random = np.random.default_rng(seed)
        np.savez(path, **{name: random.random(shape, np.float32) for name, shape in shapes.items()})
        os.utime(path, (0, 0))
        return path

    return write


def first_layer(written, seed):
    path = written({f"features.0.{name}": shape for name, shape in CONV1.items()}, seed)
    return metric("deep_mse", weights=path, taps=["conv1"])


def heads(written, seed):
    path = written({f"lin{i}.model.1.weight": (1, count, 1, 1) for i, count in enumerate(HEADS)}, seed)
    return metric("lpips", weights="surrogate", heads=str(path))


def selection(written, seed):
    from iqametrics.deep.selection import MapName, Selection

    path = written({}, seed).with_suffix(".json")
    options = {"backbone": "alexnet", "weights": "surrogate"}
    Selection("deep_mse", options, "surrogate-v1", (MapName("conv1", seed),)).save(path)
    return metric("deep_mse", weights="surrogate", maps=str(path))


@pytest.mark.parametrize("kind", [first_layer, heads, selection])
def test_files_that_have_changed_are_scored_with_anew(kind, written, pairs_of, tmp_path):
    pairs, journal = pairs_of("r0.png v0.png"), tmp_path / "scores.partial"

    def run(seed, journal):
        settings = Settings([kind(written, seed)], {})
        (result,) = score_pairs(pairs, settings, journal=journal)
        return result.scores[0].value, result.resumed

    first, second = (run(seed, None)[0] for seed in (0, 1))
    assert first != second
    found = [run(seed, journal) for seed in (0, 0, 1, 0)]
    assert found == [(first, False), (first, True), (second, False), (first, True)]


def test_weights_that_change_while_a_run_lasts(written, pairs_of, tmp_path):
    journal = tmp_path / "scores.partial"
    many = pairs_of(*(f"r{i}.png v{j}.png" for i in range(3) for j in range(4)))
    settings = Settings([first_layer(written, 0)], {})
    expected = [result.scores[0].value for result in score_pairs(many, settings)]
    with ThreadPoolExecutor(1) as executor:
        results = score_pairs(many, settings, executor=executor, journal=journal)
        next(results)
        first_layer(written, 1)
        with pytest.raises(
            WorkerError, match=r"deep_mse is computed with weights_sha256 \w+, and the run began with \w+"
        ):
            list(results)
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert 0 < len(lines) < len(many)
    assert [line["scores"][0]["value"] for line in lines] == expected[: len(lines)]


def test_every_score_tells_what_decided_it(pairs_of):
    settings = Settings([metric("ms_ssim", levels=2, bits=9)], {"data_range": 255.0}, alpha=(1, 2, 3))
    (result,) = score_pairs(pairs_of("r0.png v0.png"), settings)
    assert result.as_json()["scores"] == [
        {
            "metric": "ms_ssim",
            "convention": "wang2003",
            "color": "gray",
            "options": {"levels": 2},
            "iqametrics": iqametrics.__version__,
            "data_range": 255.0,
            "bits": None,
            "backend": None,
            "alpha": [1, 2, 3],
            "value": result.scores[0].value,
            "error": None,
        }
    ]


def test_weights_of_metrics_without_a_reference(tmp_path):
    path = tmp_path / "metrifier.safetensors"
    found = []
    for content in (b"one", b"two"):
        path.write_bytes(content)
        os.utime(path, (0, 0))
        found.append(metric("metrifier", weights=path).provenance(bits=8))
        assert found[-1]["weights_sha256"] == sha256(content).hexdigest()
    assert found[0] | {"weights_sha256": ""} == found[1] | {"weights_sha256": ""}
    assert (found[0]["metric"], found[0]["bits"], found[0]["weights"]) == ("metrifier", 8, path)
    with pytest.raises(WeightsError, match="there is no such file"):
        metric("metrifier").provenance(weights=tmp_path / "none")


def test_values_that_json_does_not_know(tmp_path):
    assert plain([np.float64(1.5), np.int8(2), np.bool_(True), np.arange(2)]) == [1.5, 2, True, [0, 1]]
    assert plain({"path": tmp_path, 1: (2, {"b", "a"})}) == {"path": str(tmp_path), "1": [2, ["a", "b"]]}
    assert plain(range(3)) == plain(range(3)) != plain(range(4))
    with pytest.raises(OptionError, match=r"<lambda>.*pass a value that can be pickled"):
        plain(lambda: 1)


def test_worker_with_other_files_is_refused(pairs_of):
    """Another machine may have another file under the same path."""
    settings = Settings([metric("psnr")], {})
    there = [{**each, "weights_sha256": "abc"} for each in settings.provenance()]
    ((_, task),) = tasks.cut(pairs_of("r0.png v0.png"), settings, there, [None], 1, 1, False)
    with pytest.raises(WorkerError, match=r"psnr is computed with weights_sha256 None, and the run began with abc"):
        tasks.score_task(task)
