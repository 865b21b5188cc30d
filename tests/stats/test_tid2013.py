"""The published correlations of TID2013, from the per-image scores published with them."""

import csv

import numpy as np
import pytest

from iqametrics.stats import evaluate, krocc, srocc

SUBSETS = ("Noise", "Actual", "Simple", "Exotic", "New", "Color", "Full")


def read_columns(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.fixture(scope="module")
def folder(reference_folder):
    return reference_folder / "data" / "published_scores" / "tid2013"


@pytest.fixture(scope="module")
def scores(folder):
    files = {"Full": folder / "data.csv"} | {name: folder / "by_group" / f"{name}.csv" for name in SUBSETS[:-1]}
    return {name: read_columns(path) for name, path in files.items()}


@pytest.mark.parametrize(("table", "correlation"), [("Spearman", srocc), ("Kendall", krocc)])
@pytest.mark.parametrize("subset", SUBSETS)
def test_published_correlations(folder, scores, table, correlation, subset):
    published = read_columns(folder / f"{table}-correlation.csv")
    columns = scores[subset]
    mos = np.array(columns["MOS"], dtype=float)
    assert len(published[""]) == 12
    for metric, value in zip(published[""], published[subset], strict=True):
        assert correlation(np.array(columns[metric], dtype=float), mos) == pytest.approx(float(value), abs=1e-9)


def test_evaluation_of_the_whole_set(scores):
    columns = scores["Full"]
    result = evaluate(
        np.array(columns["GMSD"], dtype=float),
        np.array(columns["MOS"], dtype=float),
        direction="lower",
        groups=np.array(columns["distortion"], dtype=float).astype(int),
        references=columns["image"],
        images=columns["name"],
    )
    assert result.overall.srocc.value == pytest.approx(-0.8043796249, abs=1e-9)
    assert result.overall.srocc.low < -0.8043796249 < result.overall.srocc.high < -0.75
    assert (len(result.distortions), len(result.references)) == (24, 25)
    assert {row.n for row in result.distortions} == {125}
    assert {row.n for row in result.references} == {120}
    # Colour saturation: a metric blind to colour ranks it the wrong way round, and must not look good for it.
    wrong = [row for row in result.distortions if row.sign_ok is False]
    assert [row.label for row in wrong] == ["18"]
    assert wrong[0].srocc.value > 0
    assert any("wrong sign for 1 of 24 distortion types: 18 (+0.296)" in text for text in result.warnings)
