"""The published figures are those of their sources."""

import re

import numpy as np
import pandas as pd
import pytest

from iqametrics.datasets import names, published


def test_every_row_is_whole():
    table = published()
    assert len(table) == 362
    assert set(table["statistic"]) == {"srocc", "krocc", "plcc"}
    assert table["value"].abs().between(0.1, 1).all()
    assert (table["source"].str.len() > 10).all()
    assert set(table["dataset"]) <= {*names(), "cidgd"}
    assert (table["fit"].eq("") == table["statistic"].ne("plcc")).all()
    assert set(table["fit"]) == {"", "linear", "nonlinear", "unstated"}
    key = ["metric", "variant", "dataset", "subset", "statistic", "source"]
    assert not table.duplicated(key).any()


def test_tid2013_tables_are_the_published_ones(reference_folder):
    folder = reference_folder / "data/published_scores/tid2013"
    ours = published(dataset="tid2013").query("source.str.contains('lucia15')")
    assert len(ours) == 168
    for statistic, name in (("srocc", "Spearman"), ("krocc", "Kendall")):
        theirs = pd.read_csv(folder / f"{name}-correlation.csv", index_col=0)
        theirs.columns = theirs.columns.str.lower()
        theirs.index = theirs.index.str.lower().where(theirs.index != "MSSIM", "ms_ssim")
        wide = ours[ours["statistic"] == statistic].pivot(index="metric", columns="subset", values="value")
        assert np.array_equal(wide.loc[theirs.index, theirs.columns], theirs)


def test_peer_table_is_that_of_the_specification(reference_folder):
    text = (reference_folder / "specs/deep_features.md").read_text()
    lines = text[text.index("| metric | CSIQ | LIVE |") :].split("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "/" in line]
    rows = [value for line in cells for group in line[1:] for value in re.findall(r"\.\d+", group)][: 8 * 12]
    ours = published().query("source.str.endswith('FR_benchmark_results.csv')")["value"]
    assert ours.tolist() == [float(value) for value in rows]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("psnr", (0.873, 0.809, 0.687)),
        ("ssim", (0.910, 0.837, 0.627)),
        ("ms_ssim", (0.951, 0.913, 0.786)),
        ("fsimc", (0.965, 0.931, 0.851)),
        ("vif", (0.964, 0.919, 0.677)),
    ],
)
def test_srocc_to_expect_on_full_sets(metric, expected):
    table = published(metric).query("source.str.contains('IQA-PyTorch') and statistic == 'srocc'")
    values = table.set_index("dataset")["value"]
    assert tuple(values[["live", "csiq", "tid2013"]]) == expected
