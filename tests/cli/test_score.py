"""``iqametrics score``."""

import json

import numpy as np
import pytest

import iqametrics
from iqametrics import metric, read_image
from iqametrics.record import COLORS
from tests.closeness import assert_close


def strict(text):
    """Parse JSON, without the constants that the standard does not know."""

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def pair(folder):
    return folder / "reference.png", folder / "distorted.png"


@pytest.fixture
def scores(run, pair):
    """Values by metric of the JSON that some options give."""

    def call(*options):
        result = run("score", *pair, "--json", *options)
        assert result.exit_code == 0, result.output
        return strict(result.stdout)["pairs"][0]["scores"]

    return call


def test_default_is_psnr_and_ssim(run, pair):
    result = run("score", *pair)
    assert result.exit_code == 0
    assert result.stderr == ""
    header, *rows = (line.split() for line in result.stdout.splitlines())
    assert header == ["metric", "score", "better", "convention", "color"]
    psnr, ssim = (f"{metric(name)(*pair):.6f}" for name in ("psnr", "ssim"))
    assert rows == [["psnr", psnr, "higher", "standard", "channels"], ["ssim", ssim, "higher", "wang2004", "gray"]]


def test_pipe_gets_plain_text_that_is_never_folded(run, pair):
    result = run("score", *pair, "-m", "all", COLUMNS="20")
    assert "\x1b" not in result.stdout
    assert len(result.stdout.splitlines()) == 1 + len(iqametrics.metrics(task="fr"))


def test_terminal_gets_a_table_that_fits(run, pair):
    result = run("score", *pair, "-m", "all", FORCE_COLOR="1", NO_COLOR="1", TERM="dumb", COLUMNS="80")
    assert "distorted.png against" in result.stdout
    assert "208 pixels wide, 192 high, colour, uint8" in result.stdout
    assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" in result.stdout


def test_json_says_what_was_computed_in_full_precision(run, pair):
    result = run("score", *pair, "-m", "ssim,ms_ssim:levels=3", "--json")
    document = strict(result.stdout)
    assert document["iqametrics"] == iqametrics.__version__
    (found,) = document["pairs"]
    assert (found["reference"], found["distorted"]) == tuple(map(str, pair))
    assert found["image"] == {"height": 192, "width": 208, "channels": 3, "dtype": "uint8"}
    assert found["error"] is None
    ssim, ms_ssim = found["scores"]
    assert {key: ssim[key] for key in ("metric", "convention", "color", "options", "error")} == {
        "metric": "ssim",
        "convention": "wang2004",
        "color": "gray",
        "options": {},
        "error": None,
    }
    assert_close(ssim["value"], metric("ssim")(*pair), 1e-12)
    assert ms_ssim["options"] == {"levels": 3}
    assert_close(ms_ssim["value"], metric("ms_ssim")(*pair, levels=3), 1e-12)


def test_infinity_is_a_string_that_is_read_as_a_number(run, pair):
    result = run("score", pair[0], pair[0], "-m", "psnr", "--json")
    value = strict(result.stdout)["pairs"][0]["scores"][0]["value"]
    assert value == "Infinity"
    assert float(value) == np.inf


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("ssim:wang2004-downsampled", "ssim", {"convention": "wang2004-downsampled"}),
        ("SSIM:convention=skimage", "ssim", {"convention": "skimage"}),
        ("ms-ssim:wang2003-sum:levels=2", "ms_ssim", {"convention": "wang2003-sum", "levels": 2}),
        ("psnr:color=ycbcr", "psnr", {"color": "ycbcr"}),
        ("structural_similarity", "ssim", {}),
    ],
)
def test_metric_as_it_is_written(scores, pair, text, name, options):
    (found,) = scores("-m", text)
    assert found["metric"] == name
    assert_close(found["value"], metric(name)(*pair, **options), 1e-12)
    for key in ("convention", "color"):
        assert found[key] == options.get(key, found[key])


def test_metrics_keep_the_order_they_are_asked_in(scores):
    assert [each["metric"] for each in scores("-m", "vifp, gmsd", "-m", "mse")] == ["vifp", "gmsd", "mse"]


def test_metric_asked_for_twice_is_scored_once(scores):
    assert [each["metric"] for each in scores("-m", "mse,ssim", "-m", "all,mse")] == [
        "mse",
        "ssim",
        *(name for name in iqametrics.metrics(task="fr") if name not in ("mse", "ssim")),
    ]


def test_color_is_for_all_metrics_but_those_told_otherwise(scores, pair):
    ssim, mse = scores("-m", "ssim,mse:color=channels", "--color", "luma")
    assert (ssim["color"], mse["color"]) == ("luma", "channels")
    assert_close(ssim["value"], metric("ssim")(*pair, color="luma"), 1e-12)
    assert_close(mse["value"], metric("mse")(*pair), 1e-12)


@pytest.mark.parametrize("option", [{"bits": 10}, {"data_range": 1023.0}])
def test_range_of_deep_images(run, folder, option):
    pair = folder / "deep.tif", folder / "deep_distorted.tif"
    ((name, value),) = option.items()
    result = run("score", *pair, "-m", "psnr", f"--{name.replace('_', '-')}", value, "--json")
    found = strict(result.stdout)["pairs"][0]["scores"][0]["value"]
    assert_close(found, metric("psnr")(*pair, **option), 1e-12)
    assert found < metric("psnr")(*pair) - 30


@pytest.mark.parametrize("alpha", ["white", "10,20,30"])
def test_alpha_lays_transparent_images_over_a_colour(run, folder, pair, alpha):
    background = alpha if alpha == "white" else (10, 20, 30)
    result = run("score", pair[0], folder / "transparent.png", "-m", "mse", "--json", "--alpha", alpha)
    expected = metric("mse")(read_image(pair[0]), read_image(folder / "transparent.png", alpha=background))
    assert_close(strict(result.stdout)["pairs"][0]["scores"][0]["value"], expected, 1e-12)


def test_large_images_get_the_same_scores(run, tmp_path, folder):
    """They go to another executor."""
    from PIL import Image

    pair = [np.tile(read_image(folder / name), (4, 4, 1)) for name in ("reference.png", "distorted.png")]
    files = [tmp_path / "x.png", tmp_path / "y.png"]
    for file, image in zip(files, pair, strict=True):
        Image.fromarray(image).save(file)
    result = run("score", *files, "-m", "ssim,gmsd", "--json")
    for found in strict(result.stdout)["pairs"][0]["scores"]:
        assert_close(found["value"], metric(found["metric"])(*pair, backend="numpy"), 1e-9)


def test_all_leaves_out_what_the_size_does_not_allow(run, folder):
    result = run("score", folder / "small.png", folder / "small.png", "-m", "all")
    assert result.exit_code == 0
    assert "Note: ms_ssim needs images of at least 176x176 pixels" in result.stderr
    values = {line.split()[0]: line.split()[1] for line in result.stdout.splitlines()[1:]}
    assert values["ms_ssim"] == "-"
    assert values["ssim"] == "1.000000"
    assert values["psnr"] == "inf"


def test_named_metric_that_the_size_does_not_allow_is_a_failure(run, folder):
    result = run("score", folder / "small.png", folder / "small.png", "-m", "ms_ssim,psnr", "--json")
    assert result.exit_code == 1
    assert "Error: ms_ssim needs images of at least 176x176" in result.stderr
    ms_ssim, psnr = strict(result.stdout)["pairs"][0]["scores"]
    assert ms_ssim["value"] is None
    assert "176x176" in ms_ssim["error"]
    assert psnr["value"] == "Infinity"


@pytest.mark.parametrize(
    ("distorted", "message"),
    [
        ("none.png", "none.png': no such file"),
        ("damaged.png", "damaged PNG file"),
        ("text.png", "begins with"),
        ("smaller.png", "differ in shape"),
        ("transparent.png", "alpha"),
        ("deep.tif", "differ in shape"),
        (".", "this is a folder"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_image_that_cannot_be_scored(run, folder, distorted, message, as_json):
    result = run("score", folder / "reference.png", folder / distorted, *["--json"] * as_json)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert message in line
    if as_json:
        (found,) = strict(result.stdout)["pairs"]
        assert message in found["error"]
        assert found["scores"] == []
    else:
        assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-m", "sim"], "no metric is called 'sim'; did you mean ssim"),
        (["-m", "ssim,,psnr"], "a metric's name is missing"),
        (["-m", "all:skimage"], "belong to one metric"),
        (["-m", "ssim:wang"], "ssim has no convention 'wang'; use one of wang2004"),
        (["-m", "ms_ssim:level=3"], "ms_ssim has no option 'level'; did you mean levels?"),
        (["-m", "ssim:levels=3"], "ssim has no option 'levels'; it has convention, color"),
        (["-m", "ms_ssim:levels=9"], "levels=9 must be"),
        (["-m", "ms_ssim:levels=2:levels=3"], "two values of levels: 2 and 3"),
        (["--color", "grey"], "color='grey' is unknown; use one of gray, luma"),
        (["--bits", "99"], "bits=99 must be"),
        (["--data-range", "nan"], "data_range=nan must be"),
        (["--bits", "8", "--data-range", "255"], "both given"),
        (["--alpha", "red"], "alpha is 'red'"),
        (["--jso"], "--json"),
    ],
)
def test_wrong_usage(run, pair, options, message):
    result = run("score", *pair, *options)
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert result.stdout == ""


def test_help_names_every_way_to_see_colour(run):
    words = run("score", "--help").stdout
    assert all(f" {mode}" in words for mode in COLORS)
