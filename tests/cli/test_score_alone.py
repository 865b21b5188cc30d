"""``iqametrics score`` for metrics of one image: files and folders alone, and beside metrics that compare."""

import csv
import json
import sys

import numpy as np
import pytest
from PIL import Image

import iqametrics
from tests import one_image

MODULE = "metrics_of_one_image"


@pytest.fixture
def photos(tmp_path):
    """A folder with three images, one of them in a subfolder."""
    random = np.random.default_rng(0)
    for name in ("a.png", "b.png", "more/c.png"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (24, 30), np.uint8)).save(path)
    return tmp_path / "photos"


@pytest.fixture
def score(run, module_of_a_user):
    """Run ``score`` with the metrics of a user's module."""
    module_of_a_user(MODULE, one_image.MIDDLE)
    yield lambda *args, **env: run("score", *args, "--import", MODULE, **env)
    sys.modules.pop(MODULE, None)


def near_grey(path):
    return one_image.near_grey(iqametrics.read_image(path)).mean()


@pytest.mark.parametrize("metrics", ["near_grey", "all"])
def test_folder(score, photos, metrics):
    result = score(photos, "-m", metrics)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    header, *lines = (line.split() for line in result.stdout.splitlines())
    assert header == ["image", "near_grey"]
    assert lines == [[name, f"{near_grey(photos / name):.6f}"] for name in ("a.png", "b.png", "more/c.png")]


def test_one_image(score, photos):
    (found,) = json.loads(score(photos / "a.png", "-m", "near_grey", "--json").stdout)["pairs"]
    assert (found["reference"], found["distorted"]) == (None, str(photos / "a.png"))
    assert found["scores"][0]["value"] == pytest.approx(near_grey(photos / "a.png"), rel=1e-12)
    terminal = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb"}
    assert "against" not in score(photos / "a.png", "-m", "near_grey", **terminal).stdout


def test_both_tasks_on_pairs(score, photos):
    result = score(photos, photos, "-m", "mse,near_grey", "--json")
    for pair in json.loads(result.stdout)["pairs"]:
        mse, grey = (each["value"] for each in pair["scores"])
        assert (pair["reference"], mse) == (pair["distorted"], 0)
        assert grey == pytest.approx(near_grey(pair["distorted"]), rel=1e-12)
    every = json.loads(score(photos, photos, "-m", "all", "--json").stdout)["pairs"][0]["scores"]
    assert [each["metric"] for each in every] == iqametrics.metrics(task="fr")


def test_files(score, photos, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for suffix in ("csv", "parquet"):
        assert score(photos, "-m", "all", "-o", tmp_path / f"out.{suffix}").exit_code == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reference"] for row in rows] == [""] * 3
    assert [float(row["near_grey"]) for row in rows] == [
        pytest.approx(near_grey(row["distorted"]), rel=1e-12) for row in rows
    ]
    table = parquet.read_table(tmp_path / "out.parquet").to_pydict()
    assert table["reference"] == [None] * 3
    assert table["near_grey"] == [float(row["near_grey"]) for row in rows]
    assert not (tmp_path / "out.csv.partial").exists()


def test_journal_and_its_words(score, photos, tmp_path):
    (photos / "b.png").write_text("no image")
    result = score(photos, "-m", "near_grey", "-o", tmp_path / "out.csv")
    assert result.exit_code == 1
    assert "1 of 3 images could not be scored" in result.stderr
    again = score(photos, "-m", "near_grey", "-o", tmp_path / "out.csv")
    assert "Resuming: 2 of 3 images already scored" in again.stderr


def test_fail_under(score, photos):
    worst = min(near_grey(path) for path in photos.rglob("*.png"))
    assert score(photos, "-m", "all", "--fail-under", f"near_grey={worst - 1e-6}").exit_code == 0
    result = score(photos, "-m", "near_grey", "--fail-under", f"near_grey={worst + 1e-6}")
    assert result.exit_code == 5
    assert "1 of 3 images are worse than --fail-under allows" in result.stderr


def test_an_image_alone_needs_metrics_and_is_told_which(score, photos):
    for path in (photos, photos / "a.png"):
        result = score(path)
        assert result.exit_code == 2
        assert "-m for metrics of one image: metrifier (needs weights), near_grey" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-m", "near_grey,ssim,mse"], "ssim, mse needs a reference, and an image alone has none"),
        (["-m", "near_grey", "--pair", "name"], "--pair is for two folders"),
        (["-m", "near_grey", "--map", "maps"], "--map draws where two images differ"),
        (["-m", "metrifier"], "weights=None must be the path of a file"),
    ],
)
def test_wrong_usage(score, photos, options, message):
    result = score(photos, *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_all_needs_a_metric_without_weights(run, photos):
    result = run("score", photos, "-m", "all")
    assert result.exit_code == 2
    assert "'all' never includes metrics that need weights; name one: metrifier (needs weights)" in result.stderr


def test_all_are_those_that_see_colour_as_it_is_asked_for(score, photos):
    found = json.loads(score(photos, photos, "-m", "all", "--color", "channels", "--json").stdout)["pairs"][0]["scores"]
    names = [name for name in iqametrics.metrics(task="fr") if "channels" in iqametrics.metric(name).sees.modes]
    assert [each["metric"] for each in found] == names
    result = score(photos, "-m", "all", "--color", "rgb")
    assert result.exit_code == 2
    assert "none of near_grey sees color='rgb'" in result.stderr
    assert "color='lumaa' is unknown" in score(photos, "-m", "all", "--color", "lumaa").stderr


@pytest.mark.parametrize("command", [["benchmark", "demo", "-m"], ["explain"]])
def test_commands_that_compare(run, command):
    result = run(*command, "metrifier")
    assert result.exit_code == 2
    assert "metrifier judges one image alone and has no use for a reference" in result.stderr


def test_metrifier(run, photos, tmp_path):
    pytest.importorskip("torch")
    from iqametrics.cnn_error import Metrifier
    from tests.cnn_error.small import make

    weights = tmp_path / "m.safetensors"
    metrifier = Metrifier.fit(make(tmp_path / "errors.parquet"), epochs=1, width=4, batch=16, threads=1)
    metrifier.save(weights)
    result = run("score", photos, photos, "-m", f"mse,metrifier:weights={weights}", "--json")
    assert result.exit_code == 0, result.stderr
    for pair in json.loads(result.stdout)["pairs"]:
        assert pair["scores"][1]["value"] == pytest.approx(metrifier.predict(pair["distorted"]), abs=1e-6)
        assert len(pair["scores"][1]["weights_sha256"]) == 64
    result = run("score", photos, "-m", f"metrifier:weights={weights}")
    assert result.exit_code == 0, result.stderr
    assert len(result.stdout.splitlines()) == 4
