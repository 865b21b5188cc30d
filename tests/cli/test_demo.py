"""``iqametrics demo``, on less than it does."""

import csv
import sys
from collections import Counter

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from skimage import data

import iqametrics
from iqametrics import metric
from iqametrics.cli import main
from iqametrics.demo import plots
from iqametrics.demo.distortions import DISTORTIONS, LEVELS
from iqametrics.demo.pictures import pictures
from iqametrics.demo.scoring import Row, mean_over_pictures

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def crops():
    return {"face": data.astronaut()[0:256, 130:390], "cup": data.coffee()[100:356, 200:460]}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, crops):
    """The command after a run on small pictures and two levels, and the folder it wrote."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("iqametrics.demo.pictures.pictures", lambda: crops)
        patch.setattr("iqametrics.demo.distortions.LEVELS", (2, 4))
        patch.setattr("iqametrics.cli.demo.print_headline", lambda: print("and a classifier"))
        result = CliRunner(env={"COLUMNS": "80"}).invoke(main, ["demo", "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return result, folder


@pytest.fixture
def written(finished):
    return finished[1]


def test_pictures_are_real_colour_photographs_from_the_wheel(monkeypatch):
    monkeypatch.setattr("skimage.data._fetchers._image_fetcher", None)  # nothing can be downloaded
    found = pictures()
    assert len(found) >= 3
    for picture in found.values():
        assert picture.dtype == np.uint8
        assert picture.shape[2] == 3
        assert min(picture.shape[:2]) >= 256


@pytest.mark.parametrize("name", DISTORTIONS)
def test_distortion_grows_with_its_level_and_repeats(name, crops):
    picture = crops["face"]
    before = picture.copy()
    versions = [DISTORTIONS[name](picture, level) for level in LEVELS]
    errors = [metric("mse", backend="numpy")(picture, version) for version in versions]
    assert 0 < errors[0] < 100
    assert errors == sorted(set(errors))
    np.testing.assert_array_equal(DISTORTIONS[name](picture, 3), versions[2])
    np.testing.assert_array_equal(picture, before)
    assert {(version.dtype, version.shape) for version in versions} == {(picture.dtype, picture.shape)}


def test_noise_and_contrast_are_what_they_say():
    grey = np.full((200, 200, 3), 128, np.uint8)
    assert DISTORTIONS["noise"](grey, 3).std() == pytest.approx(16, rel=0.02)
    ramp = np.broadcast_to(np.arange(0, 250, 10, dtype=np.uint8)[:, None, None], (25, 8, 3))
    np.testing.assert_allclose(DISTORTIONS["contrast"](ramp, 3).std(), 0.6 * ramp.std(), rtol=0.01)


def test_csv_holds_every_score(written, crops):
    with (written / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    metrics = iqametrics.metrics(task="fr")
    assert Counter(row["metric"] for row in rows) == dict.fromkeys(metrics, len(crops) * len(DISTORTIONS) * 2)
    for row in rows[::7]:
        x = crops[row["picture"]]
        y = DISTORTIONS[row["distortion"]](x, int(row["level"]))
        assert float(row["score"]) == pytest.approx(metric(row["metric"])(x, y), rel=1e-12)


def test_folder_holds_whole_pictures_and_nothing_else(written):
    maps = {f"maps/face-{name}.png" for name in DISTORTIONS}
    found = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    assert found == maps | {"scores.csv", "levels.png"}
    for name in found - {"scores.csv"}:
        with Image.open(written / name) as picture:
            picture.load()
            assert min(picture.size) > 400


def test_means_keep_levels_in_order():
    rows = [
        Row("b", "blur", 2, "mse", 8.0),
        Row("a", "blur", 1, "mse", 1.0),
        Row("a", "blur", 2, "mse", 4.0),
        Row("b", "blur", 1, "mse", 3.0),
    ]
    assert mean_over_pictures(rows) == {"mse": {"blur": [2.0, 6.0]}}


def test_plot_has_a_panel_per_metric_with_its_direction():
    metrics = [metric(name) for name in ("mse", "psnr", "ssim")]
    means = {each.name: {name: [0.9, 0.8, 0.7] for name in DISTORTIONS} for each in metrics}
    figure = plots.plot_levels(means, metrics, (1, 2, 3))
    mse, psnr, ssim = figure.axes[:3]
    assert mse.get_title() == "mse  (\N{DOWNWARDS ARROW} lower is better)"
    assert ssim.get_title() == "ssim  (\N{UPWARDS ARROW} higher is better)"
    assert ssim.lines[0].get_xydata().tolist() == [[0, 1], [1, 0.9], [2, 0.8], [3, 0.7]]
    assert psnr.lines[0].get_xdata().tolist() == [1, 2, 3]  # infinite for the undistorted picture
    (legend,) = [axes.get_legend() for axes in figure.axes if axes.get_legend()]
    assert [text.get_text() for text in legend.get_texts()] == list(DISTORTIONS)


def test_table_holds_the_means_and_the_folder_is_named(finished, crops):
    result, folder = finished
    lines = result.stdout.splitlines()
    *table, headline, last = lines
    assert headline == "and a classifier"
    assert last == f"Wrote scores.csv, levels.png and maps/ in {folder}"
    assert max(map(len, table)) <= 80
    assert len(table) == 1 + len(DISTORTIONS) * len(iqametrics.metrics(task="fr"))
    (row,) = [line.split() for line in table if line.startswith("ssim")]
    means = [
        np.mean([metric("ssim")(crop, DISTORTIONS["noise"](crop, level)) for crop in crops.values()])
        for level in (2, 4)
    ]
    assert row == ["ssim", "higher", "noise", *(f"{value:.4f}" for value in means)]


def test_without_matplotlib_it_says_so_before_the_work(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    result = run("demo", "-o", tmp_path / "demo")
    assert result.exit_code == 3
    assert 'pip install "iqametrics[plot]"' in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "demo").exists()


def test_folder_that_cannot_be_made(run, tmp_path):
    (tmp_path / "file").write_text("")
    result = run("demo", "-o", tmp_path / "file" / "demo")
    assert result.exit_code == 4
    assert f"{tmp_path / 'file' / 'demo'}: can't be written" in result.stderr
