"""Scores as files."""

import csv
import json
import math

import pytest

import iqametrics
from iqametrics import metric
from iqametrics.errors import DependencyError, OptionError
from iqametrics.naming import label
from iqametrics.report.score_files import check_score_file, document, write_scores
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.results import Result, Score

METRICS = [metric("psnr"), metric("ssim", convention="skimage", color="luma")]
IMAGE = {"height": 8, "width": 9, "channels": 3, "dtype": "uint8"}


@pytest.fixture
def results():
    """A pair of identical images, one that a metric can't take, and one that can't be read."""
    psnr, ssim = METRICS
    return [
        Result(
            Pair("a.png", "q,1/a.jpg", extra={"mos": "4.5"}), IMAGE, [Score(psnr, math.inf), Score(ssim, 0.1 + 0.2)]
        ),
        Result(Pair("b.png", "b.jpg", extra={"mos": "3"}), IMAGE, [Score(psnr, 30.0), Score(ssim, error="too small")]),
        Result(Pair("c.png", "c.jpg", extra={"mos": ""}), error="damaged"),
    ]


def write(path, results):
    write_scores(path, results, METRICS, ["mos"])


def test_label_is_what_the_command_line_takes():
    assert [label(each) for each in METRICS] == ["psnr", "ssim:skimage:color=luma"]


def test_csv(tmp_path, results):
    write(tmp_path / "new" / "scores.csv", results)
    with (tmp_path / "new" / "scores.csv").open(newline="", encoding="utf-8") as file:
        first, second, third = csv.DictReader(file)
    assert list(first) == ["reference", "distorted", "mos", "psnr", "ssim:skimage:color=luma", "error"]
    assert list(first.values()) == ["a.png", "q,1/a.jpg", "4.5", "inf", "0.30000000000000004", ""]
    assert list(second.values()) == ["b.png", "b.jpg", "3", "30.0", "", "too small"]
    assert list(third.values()) == ["c.png", "c.jpg", "", "", "", "damaged"]


def test_json(tmp_path, results):
    write(tmp_path / "scores.json", results)
    found = json.loads((tmp_path / "scores.json").read_text())
    assert found == json.loads(json.dumps(document(results)).replace("Infinity", '"Infinity"'))
    assert found["iqametrics"] == iqametrics.__version__
    first = found["pairs"][0]
    assert first["scores"][0]["value"] == "Infinity"
    assert first["extra"] == {"mos": "4.5"}
    assert first["scores"][1] == {
        "metric": "ssim",
        "convention": "skimage",
        "color": "luma",
        "options": {},
        "iqametrics": iqametrics.__version__,
        "data_range": None,
        "bits": None,
        "backend": None,
        "value": 0.1 + 0.2,
        "error": None,
    }
    assert [pair["error"] for pair in found["pairs"]] == [None, None, "damaged"]


def test_json_lines_are_the_pairs_of_the_document(tmp_path, results):
    write(tmp_path / "scores.JSONL", results)
    write(tmp_path / "scores.json", results)
    lines = (tmp_path / "scores.JSONL").read_text().splitlines()
    assert [json.loads(line) for line in lines] == json.loads((tmp_path / "scores.json").read_text())["pairs"]


def test_parquet(tmp_path, results):
    parquet = pytest.importorskip("pyarrow.parquet")
    results.append(Result(Pair("d.png", "\udce9.jpg", extra={"mos": "x"}), error="damaged"))
    write(tmp_path / "scores.parquet", results)
    table = parquet.read_table(tmp_path / "scores.parquet")
    assert table.column_names == ["reference", "distorted", "mos", "psnr", "ssim:skimage:color=luma", "error"]
    assert [str(kind) for kind in table.schema.types] == ["string", "string", "string", "double", "double", "string"]
    first, second, third, fourth = table.to_pylist()
    assert list(first.values()) == ["a.png", "q,1/a.jpg", "4.5", math.inf, 0.1 + 0.2, None]
    assert list(second.values()) == ["b.png", "b.jpg", "3", 30.0, None, "too small"]
    assert list(third.values()) == ["c.png", "c.jpg", "", None, None, "damaged"]
    assert fourth["distorted"] == "\\udce9.jpg"
    facts = json.loads(table.schema.metadata[b"iqametrics"])
    assert facts["version"] == iqametrics.__version__
    assert facts["scores"]["ssim:skimage:color=luma"]["convention"] == "skimage"


def test_numbers_that_are_carried_along_stay_numbers(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [(4.25, 1, "blur", 2), (None, 2, None, 2.5)]
    names = ["mos", "level", "type", "mixed"]
    results = [Result(Pair("a", "b", extra=dict(zip(names, row, strict=True))), error="damaged") for row in rows]
    for suffix in ("csv", "json", "parquet"):
        write_scores(tmp_path / f"scores.{suffix}", results, METRICS, names)
    table = parquet.read_table(tmp_path / "scores.parquet").select(names)
    assert [str(kind) for kind in table.schema.types] == ["double", "int64", "string", "double"]
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    with (tmp_path / "scores.csv").open(newline="") as file:
        assert [row[2:6] for row in csv.reader(file)][1:] == [["4.25", "1", "blur", "2"], ["", "2", "", "2.5"]]
    pairs = json.loads((tmp_path / "scores.json").read_text())["pairs"]
    assert pairs[1]["extra"] == {"mos": None, "level": 2, "type": None, "mixed": 2.5}


def test_parquet_without_pyarrow_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("iqametrics.report.score_files.find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r'pip install "iqametrics\[parquet\]"'):
        check_score_file(tmp_path / "scores.parquet", METRICS)


@pytest.mark.parametrize("name", ["scores.csv", "scores.json", "scores.jsonl", "scores.parquet"])
def test_failure_leaves_what_was_there(tmp_path, results, name):
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")

    def fail():
        yield results[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(tmp_path / name, fail())
    assert list(tmp_path.iterdir()) == []
    (tmp_path / name).write_text("before")
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / name, fail())
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_unknown_suffix(tmp_path, results):
    with pytest.raises(OptionError, match=r"scores.txt: the name of the output must end in .csv, .json, .jsonl"):
        write(tmp_path / "scores.txt", results)


@pytest.mark.parametrize("name", ["psnr", "error"])
def test_column_that_would_be_taken_for_a_score(tmp_path, name):
    with pytest.raises(OptionError, match=f"a column '{name}'"):
        check_score_file(tmp_path / "x.csv", METRICS, [name])
    assert list(tmp_path.iterdir()) == []
    check_score_file(tmp_path / "x.json", METRICS, [name])
