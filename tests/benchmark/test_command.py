"""``iqametrics benchmark`` from files to figures: on TID2013's own layout, again from the cache, and with damage."""

import json
import os
import platform
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import iqametrics
from iqametrics import metric, metrics
from iqametrics.benchmark import demo_set
from iqametrics.cli import main
from iqametrics.datasets import load
from iqametrics.front import FullReference
from iqametrics.report.environment import processor
from iqametrics.stats import compare, evaluate
from tests.benchmark.conftest import benchmark
from tests.benchmark.trees import write_evil_set

FILES = {"report.html", "scores.csv", "agreement.csv", "tests.csv", "published.csv", "tables.md", "tables.tex"}


def test_runs_from_end_to_end_on_tid2013s_own_layout(tid):
    assert tid.result.exit_code == 0, tid.result.output
    assert {path.name for path in tid.folder.iterdir()} == FILES
    printed = tid.result.stdout
    for name in metrics(task="fr"):
        assert f"\n{name} " in printed
    assert "Agreement: tid2013, against MOS" in printed
    assert "Published figures are of 3000 images, ours of 6" in printed


def test_scores_are_those_of_the_metrics_beside_the_opinions(tid):
    dataset = load(tid.arguments[0], tid.arguments[2])
    table = pd.read_csv(tid.folder / "scores.csv")
    assert table["distorted"].tolist() == dataset.table["distorted"].tolist()
    assert table["mos"].tolist() == dataset.scores.tolist()
    assert table["type"].tolist() == dataset.table["type"].tolist()
    for name in ("mse", "gmsd", "vif"):
        expected = [metric(name)(*pair) for pair in dataset.pairs()]
        np.testing.assert_allclose(table[name], expected, rtol=1e-9)
    assert table["error"].isna().all()


def test_figures_are_those_of_stats_called_directly(tid):
    dataset = load(tid.arguments[0], tid.arguments[2])
    table = pd.read_csv(tid.folder / "scores.csv")
    found = pd.read_csv(tid.folder / "agreement.csv")
    opinions = {"mos_kind": "mos", "references": dataset.table["reference"]}
    for name in ("mse", "ssim", "vifp"):
        expected = evaluate(
            table[name],
            dataset.scores,
            direction=metric(name).higher_is_better,
            groups=dataset.table["type"],
            mos_std=dataset.table["std"],
            name=name,
            **opinions,
        ).to_frame()
        ours = found[found["metric"] == name].reset_index(drop=True)
        assert ours["label"].tolist() == expected["label"].tolist()
        numbers = expected.select_dtypes("number").columns
        np.testing.assert_allclose(ours[numbers], expected[numbers], rtol=1e-12)
    names = list(metrics(task="fr"))
    nearest = {name: metric(name).identity for name in names if metric(name).higher_is_better is None}
    expected = compare(
        table[names].assign(**{name: abs(table[name] - value) for name, value in nearest.items()}),
        dataset.scores,
        direction={name: bool(metric(name).higher_is_better) for name in names},
        missing="drop",
        **opinions,
    ).to_frame()
    tests = pd.read_csv(tid.folder / "tests.csv", keep_default_na=False, na_values=["nan", ""])
    np.testing.assert_allclose(tests["p_adjusted"], expected["p_adjusted"], rtol=1e-9)


def test_second_run_computes_nothing(tid, monkeypatch):
    (journal,) = tid.cache.glob("*.jsonl")
    before = journal.read_bytes()

    def refuse(*_, **__):
        raise AssertionError("a score was computed again")

    monkeypatch.setattr(FullReference, "prepare", refuse)
    monkeypatch.setattr(FullReference, "__call__", refuse)
    again = benchmark(*tid.arguments)
    assert again.exit_code == 0, again.output
    assert "6 of 6 images were scored already" in again.stderr
    assert again.stdout == tid.result.stdout
    assert journal.read_bytes() == before


def test_stopped_run_goes_on_where_it_was(evil, tmp_path):
    (journal,) = evil.cache.glob("*.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == 18
    (tmp_path / journal.name).write_bytes(b"".join(lines[:7]) + lines[7][:40])
    resumed = benchmark(*evil.arguments, "--cache", tmp_path)
    assert resumed.exit_code == 0
    assert "7 of 18 images were scored already" in resumed.stderr
    assert resumed.stdout == evil.result.stdout


def test_damaged_images_are_told_and_left_out(tmp_path):
    name = write_evil_set(tmp_path)
    first, second = load(name, tmp_path, direction="quality").images()[:2]
    first.write_bytes(first.read_bytes()[:200])
    second.write_bytes(b"no image")
    result = benchmark(
        name, "--root", tmp_path, "--direction", "quality", "-m", "psnr,mse", "--cache", tmp_path, "-o", tmp_path / "o"
    )
    assert result.exit_code == 1
    assert "2 of 18 pairs could not be scored" in result.stderr
    table = pd.read_csv(tmp_path / "o" / "scores.csv", keep_default_na=False, na_values=[""])
    assert table["error"].notna().tolist() == [True, True] + 16 * [False]
    assert table["psnr"].isna().tolist() == [True, True] + 16 * [False]
    agreement = pd.read_csv(tmp_path / "o" / "agreement.csv")
    assert set(agreement.loc[agreement["scope"] == "overall", "n"]) == {16}
    assert "Images without a score" in (tmp_path / "o" / "report.html").read_text("utf-8")


def test_metrics_that_images_are_too_small_for_are_left_out_of_all(tmp_path):
    name = write_evil_set(tmp_path)
    common = (name, "--root", tmp_path, "--direction", "quality", "--cache", tmp_path)
    result = benchmark(*common, "-m", "all", "-o", tmp_path / "o")
    assert result.exit_code == 0, result.output
    assert "ms_ssim has 0 finite scores of 18: no figures." in result.stderr
    assert "\nms_ssim " not in result.stdout
    assert benchmark(*common, "-m", "ms_ssim,psnr").exit_code == 1


def test_demo_says_everywhere_that_nobody_rated_anything(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_set, "DISTORTIONS", ("gaussian_noise", "jpeg"))
    result = benchmark("demo", "-m", "psnr,mse", "--cache", tmp_path, "-o", tmp_path / "o", "--maps", "4")
    assert result.exit_code == 0, result.output
    caveat = demo_set.CAVEAT
    tables = result.stdout.split("\n\n")
    assert len(tables) == 3
    assert all(caveat in table and demo_set.OPINION in table for table in tables)
    for name in FILES - {"published.csv", "report.html"}:
        text = (tmp_path / "o" / name).read_text("utf-8")
        assert caveat in text.replace("\\-", "-"), name
    page = (tmp_path / "o" / "report.html").read_text("utf-8")
    assert page.count(f">{demo_set.OPINION}</text>") == 2  # the axes of both plots
    sections = page.split("<section")[1:]
    assert all(caveat in section for section in sections)


def test_footer_names_the_manifest_that_the_command_writes(tid, tmp_path):
    written = CliRunner().invoke(main, ["manifest", "build", *tid.arguments[:3], "-o", str(tmp_path)])
    assert written.exit_code == 0, written.output
    digest = sha256((tmp_path / "tid2013.csv").read_bytes()).hexdigest()
    page = (tid.folder / "report.html").read_text("utf-8")
    assert f"sha256 {digest}, of 6 images" in page
    for fact in (iqametrics.__version__, platform.python_version(), processor(), f"numpy {np.__version__}"):
        assert fact in page


@pytest.mark.parametrize("images", [2, 3, 4, 7])
def test_few_images_have_figures_as_far_as_there_are_any(tmp_path, images):
    name = write_evil_set(tmp_path)
    lines = name.read_text("utf-8").splitlines()
    name.write_text("\n".join(lines[: images + 1]), "utf-8")
    common = (
        "--root",
        tmp_path,
        "--direction",
        "quality",
        "-m",
        "psnr,ssim",
        "--cache",
        tmp_path,
        "-o",
        tmp_path / "o",
    )
    result = benchmark(name, *common)
    assert result.exit_code == 0, result.output
    agreement = pd.read_csv(tmp_path / "o" / "agreement.csv")
    assert agreement.loc[agreement["scope"] == "overall", "n"].tolist() == [images, images]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tid2013"], "needs --root"),
        (["demo", "--root", "."], "demo takes no --root"),
        (["tid2012", "--root", "."], "did you mean"),
        (["live_challenge", "--root", ".", "-m", "sim"], "ssim"),
    ],
)
def test_wrong_usage(arguments, message):
    result = benchmark(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_incomplete_copy_is_refused_with_all_that_is_missing(tmp_path):
    result = benchmark("tid2013", "--root", tmp_path)
    assert result.exit_code == 1
    assert "mos_with_names.txt" in result.stderr


def test_script_does_the_same(tid):
    root = Path(iqametrics.__file__).parents[1]
    name, *others = tid.arguments
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "benchmarks/datasets.py", "--dataset", name, *others],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == tid.result.stdout


def test_copies_share_their_scores(evil, tmp_path):
    root = Path(evil.arguments[2])
    shutil.copytree(root, tmp_path / "copy", ignore=shutil.ignore_patterns("report"))
    copy = [str(tmp_path / "copy" / "evil.csv"), "--root", str(tmp_path / "copy"), *evil.arguments[3:]]
    result = benchmark(*copy)
    assert result.exit_code == 0
    assert "18 of 18 images were scored already" in result.stderr


def test_journal_names_what_decided_every_score(evil):
    (journal,) = evil.cache.glob("*.jsonl")
    line = json.loads(journal.read_text("utf-8").splitlines()[0])
    assert line["iqametrics"] == iqametrics.__version__
    assert [score["metric"] for score in line["scores"]] == ["psnr", "ssim"]
