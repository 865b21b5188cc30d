"""``iqametrics list`` and ``iqametrics info``."""

import json
import sys

import pytest

import iqametrics
from iqametrics import metric


def test_list_names_every_metric(run):
    result = run("list")
    assert result.exit_code == 0
    rows = result.stdout.splitlines()[1:]
    names = iqametrics.metrics(weights=True)
    assert [row.split()[0] for row in rows] == names
    for name, row in zip(names, rows, strict=True):
        assert (" weights " in row) == metric(name).needs_weights
        assert metric(name).title in row
        assert row.split()[-1] == str(metric(name).min_size)
        assert f" {metric(name).better} " in row


def test_list_fits_a_terminal(run):
    result = run("list", FORCE_COLOR="1", NO_COLOR="1", TERM="dumb")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_list_json_is_the_record(run):
    found = {each["name"]: each for each in json.loads(run("list", "--task", "fr", "--json").stdout)}
    assert list(found) == iqametrics.metrics(task="fr", weights=True)
    assert {name for name, each in found.items() if not each["needs_weights"]} == set(iqametrics.metrics(task="fr"))
    assert found["psnr"]["identity"] == "Infinity"
    assert found["psnr"]["range"] == ["-Infinity", "Infinity"]
    for name, each in found.items():
        assert each["higher_is_better"] == metric(name).higher_is_better
        assert list(each["conventions"]) == list(metric(name).conventions)
    assert found["ms_ssim"]["options"]["levels"]["default"] == 5
    assert found["ssim"]["conventions"]["skimage"]["min_size"] == 7


def test_unknown_task(run):
    result = run("list", "--task", "nt")
    assert result.exit_code == 2
    assert "task='nt' is unknown; use one of fr, nr" in result.stderr


def test_list_of_no_reference_metrics(run):
    found = json.loads(run("list", "--task", "nr", "--json").stdout)
    assert [each["name"] for each in found] == iqametrics.metrics(task="nr", weights=True)
    (metrifier,) = (each for each in found if each["name"] == "metrifier")
    assert (metrifier["task"], metrifier["range"], metrifier["identity"]) == ("nr", [0, 1], None)
    assert (metrifier["color"], list(metrifier["conventions"])) == ("rgb", ["iqametrics"])


def test_list_still_takes_the_option_that_asked_for_weights(run):
    assert run("list", "--weights").stdout == run("list").stdout


def test_info_of_a_no_reference_metric(run):
    words = " ".join(run("info", "metrifier").stdout.split())
    assert words.startswith(
        f"metrifier: {metric('metrifier').title} task no-reference better higher range 0 to 1 min side"
    )
    assert "color rgb (red, green and blue together) needs weights" in words
    assert f"iqametrics {metric('metrifier').conventions['iqametrics'].recipe}" in words
    assert "identical" not in words


@pytest.mark.parametrize("name", iqametrics.metrics(task="fr"))
def test_info_tells_the_record(run, name):
    result = run("info", name)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    record, words = metric(name), " ".join(result.stdout.split())
    assert words.startswith(f"{name}: {record.title} task full-reference better {record.better}")
    identical = "depends on the image" if record.identity is None else f"{record.identity:g}"
    assert f"range {record.range[0]:g} to {record.range[1]:g} identical {identical}" in words
    assert f"min side {record.min_size} pixel" in words
    for convention, details in record.conventions.items():
        assert f"{convention} {details.recipe}" in words
    for option, details in record.options.items():
        assert f"{option}={details.default} {details.text}" in words
    assert words.endswith(record.citation.doi)


def test_info_tells_other_sizes_of_a_convention(run):
    words = " ".join(run("info", "structural-similarity").stdout.split())
    assert "scikit-image); min side 7 pixels" in words


def test_info_of_an_unknown_metric(run):
    result = run("info", "ssmi")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: no metric is called 'ssmi'; did you mean ssim")


@pytest.fixture
def own(module_of_a_user, monkeypatch, tmp_path):
    """A module with a metric, in the working folder and nowhere else."""
    module_of_a_user(
        "own_errors",
        "from iqametrics.fr.mse import mse",
        "from iqametrics.registry import register",
        "register(replace(mse, name='own_error', aliases=()))",
    )
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", str(tmp_path))])
    monkeypatch.chdir(tmp_path)
    return "own_errors"


def test_metrics_of_ones_own(run, own, folder):
    pair = folder / "reference.png", folder / "distorted.png"
    assert run("info", "own_error").exit_code == 2
    assert "own_error" in run("list", "--import", own).stdout
    assert run("info", "own_error", "--import", own).stdout.startswith("own_error: ")
    (score,) = json.loads(run("score", *pair, "-m", "own_error", "--import", own, "--json").stdout)["pairs"][0][
        "scores"
    ]
    assert score["value"] == iqametrics.mse(*pair)
    assert score["module"] == own
    assert run("explain", "own_error", *pair, "--import", own).exit_code == 0


@pytest.mark.parametrize("command", [["list"], ["info", "ssim"], ["score", "a", "b"], ["benchmark", "demo"]])
def test_module_that_cannot_be_imported(run, module_of_a_user, command):
    module_of_a_user("broken", "1 / 0")
    result = run(*command, "--import", "broken")
    assert result.exit_code == 2
    assert (
        "Error: --import broken: ZeroDivisionError: division by zero; a module is named as in Python" in result.stderr
    )
