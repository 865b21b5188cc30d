"""``iqametrics cnn-error`` and ``iqametrics curate`` as a user runs them."""

import csv

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from iqametrics.cli import main
from iqametrics.cnn_error import Metrifier, curate
from iqametrics.cnn_error.curation import reason
from iqametrics.cnn_error.diagnosis import Diagnosis
from iqametrics.cnn_error.digits import DISTORTIONS, digits
from iqametrics.cnn_error.plan import Case, distort
from iqametrics.cnn_error.sources import digest
from iqametrics.errors import OptionError
from iqametrics.pooling import WeightedMap


def run(*arguments):
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Digits as they are, and after strong noise; one file that is no image."""
    root = tmp_path_factory.mktemp("images")
    images, _ = digits()
    (root / "fine").mkdir()
    (root / "noisy").mkdir()
    for place, image in enumerate(images[-24:]):
        Image.fromarray(image).save(root / "fine" / f"{place:02d}.png")
        noisy = distort(Case("gaussian_noise", 5, DISTORTIONS["gaussian_noise"][4]), image, digest(image), 0)
        Image.fromarray(noisy).save(root / "noisy" / f"{place:02d}.png")
    (root / "broken.png").write_bytes(b"no image at all")
    return root


def test_damaged_images_come_first_with_their_reason(study, folder):
    found = curate(folder, study.metrifier)
    assert found[0].verdict == "unread"
    judged = found[1:]
    assert len(judged) == 48
    errors = [each.error for each in judged]
    assert errors == sorted(errors, reverse=True)
    noisy = [each.path.parent.name == "noisy" for each in judged]
    assert sum(noisy[:24]) >= 20  # some digits can be read in any noise, and some in none
    worst = judged[0]
    assert worst.verdict == "drop"
    assert "looks like gaussian noise" in worst.reason
    assert judged[-1].verdict == "keep"
    assert "no known distortion" in judged[-1].reason


def test_command_writes_page_and_tables(study, study_folder, folder, tmp_path):
    names = ["report.html", "ranking.csv", "ranking.parquet"]
    outputs = [part for name in names for part in ("-o", tmp_path / name)]
    result = run("curate", folder, "--metrifier", study_folder / "metrifier.safetensors", *outputs)
    assert result.exit_code == 1, result.output  # a file could not be read
    assert "broken.png" in result.output
    assert "48 images" not in result.stderr
    rows = list(csv.DictReader((tmp_path / "ranking.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 49
    assert rows[0]["verdict"] == "unread"
    assert rows[1]["kind"] == "gaussian_noise"
    assert (rows[0]["height"], rows[1]["height"], rows[1]["width"]) == ("", "32", "32")
    assert float(rows[1]["quality"]) == pytest.approx(1 - float(rows[1]["expected_error"]))
    assert sum(float(rows[1][f"p_{kind}"]) for kind in study.metrifier.kinds) == pytest.approx(1)
    import pandas as pd

    table = pd.read_parquet(tmp_path / "ranking.parquet")
    assert table["image"].tolist() == [row["image"] for row in rows]
    assert "noisy/" in (tmp_path / "report.html").read_text("utf-8")


def test_bounds_decide_the_verdicts(study, folder):
    strict = curate(folder, study.metrifier, drop=0.0, look=0.0)
    assert {each.verdict for each in strict} == {"unread", "drop"}
    lax = curate(folder, study.metrifier, drop=1.0, look=1.0)
    assert {each.verdict for each in lax} == {"unread", "keep"}
    with pytest.raises(OptionError, match="must rise"):
        curate(folder, study.metrifier, drop=0.1, look=0.5)


def test_the_place_that_stands_out_is_named():
    quality, weight = np.ones((9, 9)), np.full((9, 9), 1 / 81)
    quality[:3, 6:] = 0
    local = WeightedMap(quality, weight)
    found = Diagnosis(0.89, "motion_blur", {"none": 0.1, "motion_blur": 0.9}, local)
    assert reason(found) == "expected error 0.11; looks like motion blur (90%), mostly top right"
    even = Diagnosis(0.5, "motion_blur", {"none": 0.1, "motion_blur": 0.9}, WeightedMap(quality * 0 + 0.5, weight))
    assert reason(even) == "expected error 0.50; looks like motion blur (90%)"


def test_usage_is_told(study_folder, folder, tmp_path):
    weights = study_folder / "metrifier.safetensors"
    assert run("curate", folder).exit_code == 2
    wrong = run("curate", folder, "--metrifier", weights, "-o", tmp_path / "a.xlsx")
    assert wrong.exit_code == 2
    assert ".html, .csv, .parquet" in wrong.output
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no image files" in run("curate", empty, "--metrifier", weights).output
    bad = run("curate", folder, "--metrifier", folder / "broken.png")
    assert bad.exit_code == 1
    assert "can't be read as weights" in bad.output
    alone = run("score", folder / "fine/00.png", folder / "fine/01.png", "-m", "metrifier")
    assert alone.exit_code == 2
    assert "weights=None must be the path" in alone.output
    info = run("info", "metrifier")
    assert info.exit_code == 0
    assert "no-reference" in info.output


def test_demo_command(monkeypatch, tmp_path):
    """The command end to end, at a size that takes seconds."""
    from iqametrics.cnn_error import demo

    class Small(demo.Settings):
        def __init__(self, **given):
            tiny = {
                "sizes": {"worker": 300, "metrifier": 40, "evaluation": 30},
                "epochs": 1,
                "metrics": ("psnr", "ssim"),
            }
            super().__init__(distortions=("gaussian_noise", "gaussian_blur", "contrast"), **tiny, **given)

    monkeypatch.setattr(demo, "Settings", Small)
    result = run("cnn-error", "demo", "-o", tmp_path / "out", "--leave-out", "gaussian_blur")
    assert result.exit_code == 0, result.output
    for text in ("What foretells the error", "gaussian noise", "The metrifier, which sees", "has not seen"):
        assert text in result.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"report.html", "tables.md", "predictors.csv", "errors.parquet", "metrifier.safetensors"}
    assert Metrifier.load(tmp_path / "out" / "metrifier.safetensors").kinds[0] == "none"
