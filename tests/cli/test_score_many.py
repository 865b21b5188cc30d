"""``iqametrics score`` for folders and lists of pairs."""

import csv
import json
import shutil
import sys

import numpy as np
import pytest
from PIL import Image

from iqametrics import metric, read_image
from tests.closeness import assert_close

LONG = "a photograph with a name that is much longer than any column of a terminal, taken at dawn"


@pytest.fixture
def tree(folder, tmp_path):
    """Two references in ``references``, two qualities of each in ``versions``, and a list of all pairs."""
    image = read_image(folder / "reference.png")
    (tmp_path / "references").mkdir()
    for name, picture in {"a": image, "b": image[::-1].copy()}.items():
        Image.fromarray(picture).save(tmp_path / "references" / f"{name}.png")
        for quality in (10, 90):
            path = tmp_path / "versions" / f"q{quality}" / f"{name}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path, quality=quality)
    lines = [f"references/{name}.png,versions/q{q}/{name}.jpg,{q}" for name in "ab" for q in (10, 90)]
    (tmp_path / "pairs.csv").write_text("\n".join(["reference,distorted,quality", *lines]))
    return tmp_path


@pytest.fixture
def score(run, tree):
    """Run ``score`` on the two folders."""
    return lambda *options, **env: run("score", tree / "references", tree / "versions", *options, **env)


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_pipe_gets_a_line_per_pair(score, tree):
    result = score("-m", "ssim,mse:color=luma", COLUMNS="20")
    assert result.exit_code == 0
    assert result.stderr == ""
    header, *lines = result.stdout.splitlines()
    assert header.split() == ["distorted", "ssim", "mse:color=luma"]
    assert [line.split()[0] for line in lines] == ["q10/a.jpg", "q90/a.jpg", "q10/b.jpg", "q90/b.jpg"]
    pair = tree / "references" / "b.png", tree / "versions" / "q10" / "b.jpg"
    assert lines[2].split()[1:] == [f"{metric('ssim')(*pair):.6f}", f"{metric('mse')(*pair, color='luma'):.6f}"]
    assert all(line == line.rstrip() for line in lines)


def test_terminal_gets_a_table_and_what_it_comes_to(score, tree):
    result = score(FORCE_COLOR="1", NO_COLOR="1", TERM="dumb")
    *table, _, heading, rule, psnr, ssim = result.stdout.splitlines()
    assert len(table) == 6
    assert heading.split() == ["metric", "better", "pairs", "mean", "worst", "worst", "in"]
    assert set(rule) == {"\N{BOX DRAWINGS LIGHT HORIZONTAL}"}
    values = {line.split()[0]: float(line.split()[2]) for line in table[2:]}
    name, better, pairs, mean, worst, where = ssim.split()
    assert (name, better, pairs) == ("ssim", "higher", "4")
    assert float(mean) == pytest.approx(np.mean(list(values.values())), abs=1e-4)
    assert float(worst) == min(values.values())
    assert values[where] == min(values.values())
    assert psnr.startswith("psnr")


@pytest.mark.parametrize("metrics", ["ssim", "all", "ssim:wang2004-downsampled,ssim:skimage,psnr:tid2013,mse"])
def test_long_names_do_not_wreck_the_table(run, tree, metrics):
    for place, suffix in (("references", ".png"), ("versions/q10", ".jpg"), ("versions/q90", ".jpg")):
        (tree / place / f"a{suffix}").rename(tree / place / f"{LONG}{suffix}")
        (tree / place / f"b{suffix}").rename(tree / place / f"\u65e5\u672c{LONG}\x1b[31m\n{suffix}")
    terminal = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80"}
    result = run("score", tree / "references", tree / "versions", "-m", metrics, **terminal)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in result.stdout
    assert any(line.startswith("q10") and "\N{HORIZONTAL ELLIPSIS}" in line for line in lines)
    named = [line for line in lines if line.startswith(("q10", "q90"))]
    assert len(named) == 4
    piped = run("score", tree / "references", tree / "versions", "-m", metrics)
    assert f"q10/{LONG}.jpg" in piped.stdout
    assert len(piped.stdout.splitlines()) == 5


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl"])
def test_output_holds_every_pair_in_full_precision(score, tree, suffix):
    result = score("-m", "ssim,gmsd", "-o", tree / "new" / f"scores.{suffix}")
    assert result.exit_code == 0
    assert result.stderr.strip() == f"Wrote {tree / 'new' / 'scores'}.{suffix}"
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["metric", "ssim", "gmsd"]
    (written,) = (tree / "new").iterdir()
    if suffix == "csv":
        found = [
            (row["reference"], row["distorted"], float(row["ssim"]), float(row["gmsd"])) for row in rows_of(written)
        ]
    else:
        text = written.read_text()
        pairs = json.loads(text)["pairs"] if suffix == "json" else [json.loads(line) for line in text.splitlines()]
        found = [(pair["reference"], pair["distorted"], *(each["value"] for each in pair["scores"])) for pair in pairs]
    assert len(found) == 4
    for reference, distorted, ssim, gmsd in found:
        assert_close(ssim, metric("ssim")(reference, distorted), 1e-12)
        assert_close(gmsd, metric("gmsd")(reference, distorted), 1e-12)


def test_json_on_stdout_is_the_document(score, tree):
    document = json.loads(score("--json").stdout)
    assert [pair["distorted"] for pair in document["pairs"]][1] == str(tree / "versions" / "q90" / "a.jpg")
    score("-o", tree / "scores.json")
    assert json.loads((tree / "scores.json").read_text()) == document


def test_list_of_pairs_carries_its_columns_through(run, tree, tmp_path):
    result = run("score", tree / "pairs.csv", "-o", tree / "elsewhere" / "out.csv")
    assert result.exit_code == 0
    rows = rows_of(tree / "elsewhere" / "out.csv")
    assert list(rows[0]) == ["reference", "distorted", "quality", "psnr", "ssim", "error"]
    assert [row["quality"] for row in rows] == ["10", "90", "10", "90"]
    assert rows[0]["distorted"] == "versions/q10/a.jpg"
    pair = tree / rows[3]["reference"], tree / rows[3]["distorted"]
    assert_close(float(rows[3]["ssim"]), metric("ssim")(*pair), 1e-12)


def test_bad_files_in_the_middle(run, score, tree):
    shutil.copyfile(tree / "references" / "a.png", tree / "versions" / "whole.png")
    (tree / "versions" / "q10" / "b.jpg").write_bytes((tree / "versions" / "q10" / "b.jpg").read_bytes()[:900])
    Image.new("RGB", (50, 60)).save(tree / "versions" / "q90" / "a.jpg")
    (tree / "versions" / "whole.png").rename(tree / "versions" / "a.png")
    result = score("-o", tree / "scores.csv")
    assert result.exit_code == 1
    rows = {row["distorted"].removeprefix(f"{tree / 'versions'}/"): row for row in rows_of(tree / "scores.csv")}
    assert "damaged JPEG" in rows["q10/b.jpg"]["error"]
    assert "differ in shape" in rows["q90/a.jpg"]["error"]
    for name in ("a.png", "q10/a.jpg", "q90/b.jpg"):
        assert float(rows[name]["ssim"]) > 0.5
        assert rows[name]["error"] == ""
    note, _, *errors = result.stderr.splitlines()
    assert note.startswith(f"Note: {tree / 'scores.csv.partial'} stays: once the files are repaired")
    assert errors[0].startswith("Error: q90/a.jpg: images differ in shape")
    assert errors[1].startswith(f"Error: {tree / 'versions' / 'q10' / 'b.jpg'}: damaged JPEG")
    assert errors[2:] == ["Error: 2 of 5 pairs could not be scored"]
    piped = score()
    assert piped.exit_code == 1
    (line,) = [line for line in piped.stdout.splitlines() if line.startswith("q10/b.jpg")]
    assert line.split()[1:3] == ["-", "-"]
    assert "damaged JPEG" in line


def test_damaged_reference_is_told_once(score, tree):
    (tree / "references" / "a.png").write_text("no image")
    result = score()
    assert result.exit_code == 1
    first, last = result.stderr.splitlines()
    assert first.endswith("(and 1 more pairs)")
    assert last == "Error: 2 of 4 pairs could not be scored"


def test_many_errors_are_cut_short(run, tree):
    lines = [f"references/a.png,none{i}.png" for i in range(50)]
    (tree / "pairs.csv").write_text("\n".join(["reference,distorted", *lines]))
    result = run("score", tree / "pairs.csv")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 22
    assert "Error: 30 more like these" in result.stderr


def test_images_without_a_partner_are_listed_and_an_error(run, score, tree):
    (tree / "versions" / "q10" / "b.jpg").rename(tree / "versions" / "q10" / "c.jpg")
    (tree / "versions" / "q90" / "b.jpg").unlink()
    shutil.copyfile(tree / "references" / "a.png", tree / "references" / "d.png")
    shutil.copyfile(tree / "references" / "a.png", tree / "references" / "d.tif")
    shutil.copyfile(tree / "references" / "a.png", tree / "versions" / "d.png")
    (tree / "versions" / "notes.txt").write_text("")
    result = score("-o", tree / "scores.csv")
    assert result.exit_code == 1
    assert result.stdout == ""
    *notes, error = result.stderr.splitlines()
    several = ", ".join(str(tree / "references" / name) for name in ("d.png", "d.tif"))
    assert notes == [
        f"Note: no images by their names, left out: {tree / 'versions' / 'notes.txt'}",
        f"Note: no reference for: {tree / 'versions' / 'q10' / 'c.jpg'}",
        f"Note: no distorted image for: {tree / 'references' / 'b.png'}",
        f"Note: more than one reference for: {tree / 'versions' / 'd.png'} ({several})",
    ]
    assert "1 without a reference, 1 without a distorted image, 1 with several references" in error
    assert "--allow-unmatched" in error
    assert not (tree / "scores.csv").exists()
    allowed = score("--allow-unmatched")
    assert allowed.exit_code == 0
    assert allowed.stderr.splitlines() == notes
    assert [line.split()[0] for line in allowed.stdout.splitlines()[1:]] == ["q10/a.jpg", "q90/a.jpg"]


def test_nothing_that_belongs_together(score, tree):
    result = score("--pair", "name", "--allow-unmatched")
    assert result.exit_code == 1
    assert "no two images of the folders belong together" in result.stderr.splitlines()[-1]


def test_way_of_pairing(score, tree):
    for quality in (10, 90):
        for name in "ab":
            version = tree / "versions" / f"q{quality}" / f"{name}.jpg"
            version.rename(tree / "versions" / f"{name}_q{quality}.jpg")
    assert score().exit_code == 1
    result = score("--pair", "prefix")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == [
        "a_q10.jpg", "a_q90.jpg", "b_q10.jpg", "b_q90.jpg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "code", "broken"),
    [
        (["ssim=0.5"], 0, 0),
        (["ssim=0.9"], 5, 2),
        (["gmsd=0.3"], 0, 0),
        (["gmsd=0.02"], 5, 2),
        (["ssim=0.5,gmsd=0.02"], 5, 2),
        (["ssim=0.5", "--fail-under", "psnr=inf"], 5, 4),
        (["ssim:skimage=0.9"], 5, 2),
    ],
)
def test_bound_in_either_direction(score, limits, code, broken):
    result = score("-m", "ssim,ssim:skimage,gmsd,psnr", "--fail-under", *limits)
    assert result.exit_code == code, result.stderr
    if code:
        assert result.stderr.splitlines()[-1] == f"Error: {broken} of 4 pairs are worse than --fail-under allows"


def test_bound_is_still_good_enough(run, folder):
    pair = folder / "reference.png", folder / "reference.png"
    result = run("score", *pair, "-m", "psnr,ssim,mse", "--fail-under", "ssim=1,mse=0,psnr=inf")
    assert result.exit_code == 0


def test_bound_of_two_files_names_value_and_bound(run, folder):
    pair = folder / "reference.png", folder / "distorted.png"
    result = run("score", *pair, "--fail-under", "ssim=0.99")
    assert result.exit_code == 5
    assert result.stderr == f"Error: ssim is {metric('ssim')(*pair):.6g}, worse than ssim=0.99\n"


def test_what_has_no_score_reaches_no_bound(run, folder):
    pair = folder / "small.png", folder / "small.png"
    assert run("score", *pair, "-m", "all").exit_code == 0
    result = run("score", *pair, "-m", "all", "--fail-under", "ms_ssim=0.5,ssim=1")
    assert result.exit_code == 1
    assert "Error: ms_ssim needs" in result.stderr


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        ("ssim", "write METRIC=VALUE"),
        ("ssim=high", "write METRIC=VALUE"),
        ("ssim=nan", "write METRIC=VALUE"),
        ("gmsd=0.1", "gmsd is not scored; add -m gmsd"),
        ("ssim:skimage=0.1", "ssim:skimage is not scored"),
        ("all=0.1", "scales of their own"),
        ("sim=0.1", "did you mean ssim"),
    ],
)
def test_bound_that_makes_no_sense(score, bound, message):
    result = score("--fail-under", bound)
    assert result.exit_code == 2
    assert message in result.stderr


def test_color_of_all_metrics_is_that_of_the_bound(score):
    assert score("-m", "ssim", "--color", "luma", "--fail-under", "ssim=0.1").exit_code == 0


@pytest.mark.parametrize("metrics", ["psnr", "psnr,ssim:skimage"])
def test_maps_of_every_metric_lie_as_the_images_do(run, score, tree, metrics):
    pytest.importorskip("matplotlib")
    # Inside the distorted folder: a second call must not take maps for distorted images.
    for _ in range(2):
        result = score("-m", metrics, "--map", tree / "versions" / "maps")
        assert result.exit_code == 0, result.stderr
    found = {path.relative_to(tree / "versions" / "maps").as_posix() for path in tree.rglob("*.jpg.*.png")}
    labels = [each.replace(":", "-") for each in metrics.split(",")]
    assert found == {f"q{q}/{name}.jpg.{each}.png" for q in (10, 90) for name in "ab" for each in labels}
    for name in found:
        with Image.open(tree / "versions" / "maps" / name) as picture:
            picture.load()
            assert picture.format == "PNG"


def test_without_matplotlib_maps_are_refused_before_the_work(score, tree, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    result = score("--map", tree / "maps", "-o", tree / "scores.csv")
    assert result.exit_code == 3
    assert 'pip install "iqametrics[plot]"' in result.stderr
    assert not (tree / "maps").exists()
    assert not (tree / "scores.csv").exists()


def test_interrupt_leaves_no_file(score, tree, monkeypatch):
    def interrupted(pairs, how, **others):
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr("iqametrics.scoring.pairs.score_pairs", interrupted)
    before = set(tree.rglob("*"))
    result = score("-o", tree / "scores.jsonl")
    assert result.exit_code == 130
    assert set(tree.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["references"], 2, "Give DISTORTED too"),
        (["references/a.png"], 2, "Give DISTORTED too"),
        (["none.csv"], 1, "can't be read"),
        (["pairs.csv", "--pair", "name"], 2, "--pair is for two folders"),
        (["references/a.png", "versions/q10/a.jpg", "--allow-unmatched"], 2, "--allow-unmatched is for two folders"),
        (["references", "versions", "--pair", "order"], 2, "'stem', 'name', 'relative', 'prefix'"),
        (["references", "versions", "-o", "scores.txt"], 2, "must end in .csv, .json, .jsonl, .parquet"),
        (["references", "versions", "-o", "pairs.csv/scores.csv"], 4, "can't be written"),
        (["references", "none"], 1, "no such file"),
    ],
)
def test_what_cannot_be_compared(run, tree, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tree)
    result = run("score", *arguments)
    assert result.exit_code == code
    assert message in result.stderr.splitlines()[-1]
    assert result.stdout == ""
