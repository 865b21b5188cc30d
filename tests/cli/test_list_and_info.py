"""``iqametrics list`` and ``iqametrics info``."""

import json

import pytest

import iqametrics
from iqametrics import metric


def test_list_names_every_metric(run):
    result = run("list")
    assert result.exit_code == 0
    rows = result.stdout.splitlines()[1:]
    assert [row.split()[0] for row in rows] == iqametrics.metrics()
    for name, row in zip(iqametrics.metrics(), rows, strict=True):
        assert metric(name).title in row
        assert row.split()[-1] == str(metric(name).min_size)
        assert f" {metric(name).better} " in row


def test_list_fits_a_terminal(run):
    result = run("list", FORCE_COLOR="1", NO_COLOR="1", TERM="dumb")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_list_json_is_the_record(run):
    found = {each["name"]: each for each in json.loads(run("list", "--task", "fr", "--json").stdout)}
    assert list(found) == iqametrics.metrics(task="fr")
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


def test_no_reference_metrics_need_weights(run):
    result = run("list", "--task", "nr")
    assert result.exit_code == 2
    assert "needs weights; list them with --weights" in result.stderr
    (found,) = json.loads(run("list", "--task", "nr", "--weights", "--json").stdout)
    assert (found["name"], found["task"], found["range"]) == ("metrifier", "nr", [0, 1])
    assert "identity" not in found
    assert "metrifier" in run("list", "--weights").stdout


@pytest.mark.parametrize("name", iqametrics.metrics())
def test_info_tells_the_record(run, name):
    result = run("info", name)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    record, words = metric(name), " ".join(result.stdout.split())
    assert words.startswith(f"{name}: {record.title} task full-reference better {record.better}")
    assert f"range {record.range[0]:g} to {record.range[1]:g} identical {record.identity:g}" in words
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
