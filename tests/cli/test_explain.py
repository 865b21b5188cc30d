"""``iqametrics explain``."""

import json

import pytest

import iqametrics
from iqametrics import metric
from iqametrics.naming import label
from iqametrics.record import COLORS
from tests.closeness import assert_close
from tests.conformance.cases import cheap


@pytest.fixture
def pair(folder):
    return folder / "reference.png", folder / "distorted.png"


@pytest.mark.parametrize("name", iqametrics.metrics(task="fr"))
def test_value_under_every_convention_and_colour(run, pair, name):
    record = cheap(name)
    result = run("explain", label(record), *pair)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    header, *lines = result.stdout.splitlines()
    modes = record.sees.modes
    assert header.split() == ["convention", *modes]
    for convention, line in zip(record.conventions, lines, strict=False):
        first, *values = line.split()
        assert first == convention
        for color, text in zip(modes, values, strict=True):
            assert text.rstrip("*") == f"{record(*pair, convention=convention, color=color):.6f}"
            assert text.endswith("*") == (color == record.recipe(convention=convention).color)
    words = " ".join(result.stdout.split())
    assert all(convention.recipe in words for convention in record.conventions.values())
    assert all((f" {mode} {meaning}" in words) == (mode in modes) for mode, meaning in COLORS.items())


def test_json_has_the_value_and_the_recipe_of_each(run, pair):
    found = json.loads(run("explain", "ms_ssim:levels=3", *pair, "--json").stdout)
    record = metric("ms_ssim")
    assert len(found) == len(record.conventions) * len(record.sees.modes)
    for each in found:
        options = {"convention": each["convention"], "color": each["color"], "levels": 3}
        assert_close(each["value"], record(*pair, **options), 1e-12)
        assert each["options"] == {"levels": 3}
        assert each["recipe"] == record.conventions[each["convention"]].recipe
    (default,) = [each for each in found if each["default"]]
    assert (default["convention"], default["color"]) == ("wang2003", "gray")


def test_without_images_it_tells_the_differences(run):
    result = run("explain", "ssim")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["skimage", "gray", "7"] in lines
    assert ["tid2013", "ycbcr", "11"] in lines
    assert all(each["value"] is None for each in json.loads(run("explain", "ssim", "--json").stdout))


def test_range_of_deep_images(run, folder):
    pair = folder / "deep.tif", folder / "deep_distorted.tif"
    result = run("explain", "psnr", *pair, "--bits", 10, "--json")
    assert_close(json.loads(result.stdout)[0]["value"], metric("psnr")(*pair, bits=10, color="gray"), 1e-12)


def test_convention_that_needs_a_larger_image(run, tmp_path):
    from PIL import Image

    Image.new("L", (9, 9)).save(tmp_path / "tiny.png")
    result = run("explain", "ssim", tmp_path / "tiny.png", tmp_path / "tiny.png")
    assert result.exit_code == 0
    assert "Note: ssim needs images of at least 11x11 pixels" in result.stderr
    values = {line.split()[0]: line.split()[1] for line in result.stdout.splitlines()[1:5]}
    assert values == {"wang2004": "-*", "wang2004-downsampled": "-*", "skimage": "1.000000*", "tid2013": "-"}
    failed = run("explain", "ms_ssim", tmp_path / "tiny.png", tmp_path / "tiny.png")
    assert failed.exit_code == 1
    assert "Error: ms_ssim needs" in failed.stderr


@pytest.mark.parametrize("as_json", [False, True])
def test_image_that_cannot_be_read(run, folder, as_json):
    result = run("explain", "ssim", folder / "reference.png", folder / "damaged.png", *["--json"] * as_json)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "damaged PNG" in line
    if as_json:
        assert all("damaged PNG" in each["error"] for each in json.loads(result.stdout))
    else:
        assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ssmi"], "did you mean ssim"),
        (["all"], "one metric at a time"),
        (["ssim,psnr"], "one metric at a time"),
        (["ssim:skimage"], "every convention is explained; leave it out"),
        (["ssim:color=luma"], "every color is explained"),
        (["ssim", "a.png"], "Give DISTORTED too"),
        (["ssim", "a.png", "b.png", "--bits", "99"], "bits=99"),
    ],
)
def test_wrong_usage(run, arguments, message):
    result = run("explain", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
