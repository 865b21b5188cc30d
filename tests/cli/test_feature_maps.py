"""``iqametrics select``, ``explain-maps`` and ``propagation``, from a rated folder to figures."""

import csv
import json

import numpy as np
import pytest
from PIL import Image
from skimage import data

from iqametrics.datasets import distortions

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    """Five pictures at four levels of two distortions, with opinions that fall with the level."""
    here = tmp_path_factory.mktemp("rated")
    pictures = {
        "a": data.astronaut(),
        "b": data.coffee(),
        "c": data.chelsea(),
        "d": data.rocket(),
        "e": data.astronaut()[250:],
    }
    rows = []
    for name, picture in pictures.items():
        original = picture[60:132, 100:180]
        Image.fromarray(original).save(here / f"{name}.png")
        for kind in ("gaussian_blur", "gaussian_noise"):
            for level in (2, 3, 4, 5):
                file = f"{name}-{kind}-{level}.png"
                Image.fromarray(distortions.apply(kind, original, level=level)).save(here / file)
                rows.append([f"{name}.png", file, 5 - level + 0.01 * len(rows) % 0.3])
    with (here / "rated.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["ref", "dist", "mos"], *rows])
    return here


@pytest.fixture(scope="module")
def selected(rated):
    from click.testing import CliRunner

    from iqametrics.cli import main

    arguments = [
        "select", "--manifest", rated / "rated.csv", "--root", rated, "--direction", "quality", "--weights", "surrogate",
        "--taps", "conv1,conv2", "--splits", "5", "--max-features", "4", "--min-gain", "0.0005",
        "--cache", rated / "cache", "-o", rated / "selection.json",
    ]  # fmt: skip
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, [str(each) for each in arguments])


def test_select_prints_and_writes(selected, rated):
    assert selected.exit_code == 0, selected.stderr
    lines = selected.stdout.splitlines()
    assert lines[0].split() == ["step", "layer", "map", "PLCC", "in", "sample", "splits"]
    document = json.loads((rated / "selection.json").read_text())
    assert document["options"]["weights"] == "surrogate"
    first = document["maps"][0]
    assert lines[1].split()[:4] == ["1", first["layer"], str(first["map"]), f"{first['plcc']:.4f}"]
    for word in ("all maps", "in sample", "held out", "PLCC after a logistic4 fit", "Share of the chosen maps"):
        assert word in selected.stdout
    assert document["nested"]["splits"] == 5
    assert document["chosen_by"]["references"] == 5


def test_the_selection_scores(run, selected, rated):
    from iqametrics import deep_ssim

    pair = rated / "a.png", rated / "a-gaussian_blur-5.png"
    result = run("score", *pair, "-m", f"deep_ssim:maps={rated / 'selection.json'}", "--json")
    assert result.exit_code == 0, result.stderr
    (score,) = json.loads(result.stdout)["pairs"][0]["scores"]
    assert score["value"] == pytest.approx(deep_ssim(*pair, maps=rated / "selection.json"))


def test_select_again_scores_nothing(run, selected, rated, monkeypatch):
    from iqametrics.deep.backbones import Backbone

    monkeypatch.setattr(Backbone, "stream", lambda self, images: pytest.fail("scored again"))
    result = run(
        "select", "--manifest", rated / "rated.csv", "--root", rated, "--direction", "quality", "--weights", "surrogate",
        "--taps", "conv1,conv2", "--splits", 0, "--fit", "linear", "--max-features", 2, "--cache", rated / "cache",
        "-o", rated / "other.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "held out" not in result.stdout
    assert json.loads((rated / "other.json").read_text())["nested"] is None


def test_explain_maps(run, selected, rated, tmp_path):
    few = ("--crop", 64, "--stride", 16, "--samples", 2, "--steps", 4, "--image", rated / "a.png")
    result = run("explain-maps", rated / "selection.json", "--most", 2, *few, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    document = json.loads((rated / "selection.json").read_text())
    with (tmp_path / "out" / "maps.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["layer"], int(row["map"])) for row in rows] == [
        (row["layer"], row["map"]) for row in document["maps"][:2]
    ]
    with Image.open(tmp_path / "out" / "maps.png") as sheet:
        assert np.asarray(sheet).std() > 10
    result = run("explain-maps", "conv1:0,conv1:8", "--weights", "surrogate", *few, "-o", tmp_path / "list")
    assert "stripes 0 deg" in result.stdout
    assert "stripes 90 deg" in result.stdout
    assert run("explain-maps", "conv1", "--weights", "surrogate").exit_code == 2
    assert run("explain-maps", tmp_path / "none.json").exit_code == 2


def test_propagation(run, rated, tmp_path):
    result = run(
        "propagation", rated / "a.png", "--weights", "surrogate", "--taps", "conv1,conv2", "--distortions", "jpeg",
        "-o", tmp_path,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    with (tmp_path / "propagation.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["layer"] for row in rows] == ["conv1", "conv2"] * 5
    assert result.stdout.splitlines()[1].split() == [
        "jpeg",
        "1",
        *(f"{float(row['relative']):.3f}" for row in rows[:2]),
    ]
    assert (tmp_path / "propagation.png").stat().st_size > 10_000
    assert run("propagation", "--weights", "surrogate", "--distortions", "nosuch", "-o", tmp_path).exit_code == 2


def test_faults(run, rated, tmp_path):
    arguments = ("--weights", "surrogate", "-o", tmp_path / "x.json")
    missing = run("select", "--manifest", rated / "rated.csv", "--root", tmp_path, "--direction", "quality", *arguments)
    assert missing.exit_code == 1
    assert "a.png" in missing.stderr
    assert run("select", "--manifest", "nosuch", "--root", rated, *arguments).exit_code == 2
    wrong = run(
        "select",
        "--manifest",
        rated / "rated.csv",
        "--root",
        rated,
        "--direction",
        "quality",
        "--metric",
        "vif",
        *arguments,
    )
    assert wrong.exit_code == 2
    assert "deep_metric('vif')" in wrong.stderr
    assert not (tmp_path / "x.json").exists()
