"""Ours beside the published: agreement where there is some, a flag where there is none."""

import numpy as np
import pandas as pd
import pytest

from iqametrics import metric
from iqametrics.benchmark import Scores, Settings, Study, against_published, assess
from iqametrics.benchmark.published import TOLERANCE
from iqametrics.benchmark.tables import published_table
from iqametrics.datasets import manifest, published
from iqametrics.report.tables import ABSENT
from iqametrics.scoring import How, Pair, Result, Score

#: A metric here -> its column among the scores of others.
COLUMNS = {"mse": "MSE", "gmsd": "GMSD", "ssim": "SSIM"}
SOURCE = "lucia15"


def scores_of(study, columns):
    metrics = [metric(name) for name in columns]
    results = tuple(
        Result(Pair("r", name), scores=[Score(each, float(columns[each.name][row])) for each in metrics])
        for row, name in enumerate(study.names)
    )
    return Scores(study, How(metrics, {}), results)


@pytest.fixture(scope="module")
def theirs(reference_folder):
    """All 3,000 images of TID2013 with scores of others, who published their correlations too."""
    table = pd.read_csv(reference_folder / "data/published_scores/tid2013/data.csv")
    return scores_of(Study(manifest("tid2013")), {name: table[column].to_numpy() for name, column in COLUMNS.items()})


@pytest.fixture(scope="module")
def assessed(theirs):
    return assess(theirs, Settings(ci=None))


def test_scores_behind_published_figures_agree_with_them(assessed):
    table = assessed.published
    own = table[table["source"].str.contains(SOURCE)]
    assert len(own) == 2 * 7 * len(COLUMNS)
    assert own.groupby("metric")["subset"].nunique().eq(7).all()
    assert not own["leaves"].any()
    assert own["difference"].abs().max() < 1e-9
    assert (own["ours"] > 0).all()  # gmsd's and mse's are negative in the source
    assert set(own.loc[own["subset"] == "simple", "n"]) == {375}


def test_other_variants_are_flagged_with_their_distance_and_source(assessed):
    table = assessed.published.set_index(["metric", "subset", "statistic", "source"])
    slide = table.loc[("ssim", "full", "srocc", "slide table of peer metrics, author not recorded")]
    assert slide["leaves"]
    assert slide["difference"] == pytest.approx(0.6273 - 0.775, abs=1e-4)


def test_planted_deviation_is_flagged(theirs, assessed):
    figures = published(dataset="tid2013")
    figures = figures[figures["source"].str.contains(SOURCE) & figures["subset"].eq("full")].reset_index(drop=True)
    planted = figures["metric"].eq("gmsd") & figures["statistic"].eq("srocc")
    for shift, leaves in ((0.9 * TOLERANCE, False), (-0.9 * TOLERANCE, False), (0.02, True), (-0.02, True)):
        moved = figures.assign(value=figures["value"] - shift * planted)
        found = against_published(theirs, assessed.evaluations, figures=moved)
        flagged = found[found["leaves"]]
        assert len(flagged) == leaves
        if leaves:
            (row,) = flagged.to_dict("records")
            assert (row["metric"], row["statistic"]) == ("gmsd", "srocc")
            assert row["difference"] == pytest.approx(-shift, abs=1e-9)  # gmsd's are negative as printed
            assert SOURCE in row["source"]


def test_wrong_sign_is_far_from_any_published_figure():
    study = Study(manifest("tid2013"))
    assessed = assess(scores_of(study, {"gmsd": study.dataset.scores.to_numpy()}), Settings(ci=None))
    table = assessed.published
    assert table["leaves"].all()
    assert (table["difference"] < -1).all()


def test_absent_score_of_a_metric_is_absent_from_the_table(theirs):
    half = theirs.study.dataset.table["type"].ne("jpeg").to_numpy()
    values = np.where(half, theirs.table["gmsd"], np.nan)
    assessed = assess(scores_of(theirs.study, {"gmsd": values, "mse": np.full(3000, np.nan)}), Settings(ci=None))
    assert set(assessed.published["metric"]) == {"gmsd"}
    assert assessed.published.query("subset == 'full'")["n"].eq(2875).all()
    assert assessed.comparison is None
    assert any("mse has 0 finite scores" in text for text in assessed.warnings)


def test_constant_scores_have_no_figures_and_stop_nothing():
    study = Study(manifest("tid2013"))
    opinions = study.dataset.scores.to_numpy()
    assessed = assess(
        scores_of(study, {"ssim": opinions, "psnr": opinions**2, "gmsd": 0 * opinions}), Settings(ci=None)
    )
    assert assessed.comparison.metrics == ("ssim", "psnr")
    gmsd = assessed.published.query("metric == 'gmsd'")
    assert gmsd["leaves"].all()
    cells = published_table(assessed).rows[-1]
    assert cells[3].text == ABSENT
    assert cells[6].text == "leaves"
