import numpy as np
import pytest

from iqametrics.errors import NonFiniteError, OptionError
from iqametrics.stats import (
    benjamini_hochberg,
    compare,
    evaluate,
    f_test,
    krasula,
    meng_test,
    pitman_morgan_test,
    plcc,
    srocc,
    williams_test,
)
from iqametrics.stats.assessment import Settings
from iqametrics.stats.pair_tests import Subject, run_tests
from iqametrics.stats.rows import gather_rows

pd = pytest.importorskip("pandas")

DIRECTION = {"good": "higher", "poor": "lower", "copy": "higher"}
KINDS = {
    "f": ["residual_variance"],
    "pitman_morgan": ["residual_variance"],
    "williams": ["plcc", "srocc"],
    "meng": ["plcc", "srocc"],
    "bootstrap": ["srocc", "krocc", "plcc", "rmse"],
    "delong": ["auc_different", "auc_better", "share_correct"],
    "delong_clustered": ["auc_different", "auc_better", "share_correct"],
}


@pytest.fixture
def options(study):
    return {
        "direction": DIRECTION,
        "references": study["references"],
        "mos_std": 0.6,
        "n_ratings": 9,
        "n_resamples": 200,
    }


@pytest.fixture
def scores(study):
    return {"good": study["good"], "poor": study["poor"], "copy": 3 * study["good"] + 7}


@pytest.fixture
def result(study, scores, options):
    return compare(scores, study["mos"], **options)


def row_of(result, test, statistic, a, b):
    found = [
        row for row in result.tests if (row.test, row.statistic, row.metric_a, row.metric_b) == (test, statistic, a, b)
    ]
    assert len(found) == 1
    return found[0]


def test_every_test_of_every_pair(result):
    assert len(result.tests) == 3 * sum(len(statistics) for statistics in KINDS.values())
    for test, statistics in KINDS.items():
        for statistic in statistics:
            for a, b in (("good", "poor"), ("good", "copy"), ("poor", "copy")):
                row_of(result, test, statistic, a, b)


def test_the_better_metric_is_found_and_a_copy_is_no_better(result):
    for test, statistics in KINDS.items():
        for statistic in statistics:
            matrix = result.matrix(test, statistic)
            assert matrix.to_numpy().tolist() == [[0, 1, 0], [-1, 0, -1], [0, 1, 0]], (test, statistic)
            assert row_of(result, test, statistic, "good", "poor").better == "good"
            assert row_of(result, test, statistic, "good", "copy").p_value > 0.99
    with pytest.raises(OptionError, match="no test f/srocc: there are bootstrap/krocc"):
        result.matrix("f", "srocc")


def test_tests_are_the_plain_functions(result, study, scores):
    mos, good, poor = study["mos"], result.agreements[0].fit(study["good"]), result.agreements[1].fit(study["poor"])
    expected = {
        ("f", "residual_variance"): f_test(mos - good, mos - poor),
        ("pitman_morgan", "residual_variance"): pitman_morgan_test(mos - good, mos - poor),
    }
    for name, test in (("williams", williams_test), ("meng", meng_test)):
        expected[name, "plcc"] = test(plcc(good, mos), plcc(poor, mos), plcc(good, poor), 240)
        ranks = srocc(study["good"], mos), srocc(-study["poor"], mos), srocc(study["good"], -study["poor"])
        expected[name, "srocc"] = test(*ranks, 240)
    pairs = krasula(
        scores,
        mos,
        mos_std=0.6,
        n_ratings=9,
        direction=DIRECTION,
        references=study["references"],
    )
    for statistic in KINDS["delong"]:
        expected["delong", statistic] = pairs.test(statistic, "good", "poor", clustered=False)
        expected["delong_clustered", statistic] = pairs.test(statistic, "good", "poor")
    for (test, statistic), outcome in expected.items():
        row = row_of(result, test, statistic, "good", "poor")
        assert (row.test_value, row.p_value) == pytest.approx((outcome.statistic, outcome.p_value), rel=1e-9)


def test_agreements_are_those_of_evaluate(result, study, options):
    for name, row in zip(("good", "poor"), result.agreements, strict=False):
        alone = evaluate(
            study[name], study["mos"], direction=DIRECTION[name], references=study["references"], n_resamples=200
        )
        assert repr(row) == repr(alone.overall)  # nan is not equal to itself


def test_values_count_signs_from_the_direction(result, study):
    row = row_of(result, "bootstrap", "srocc", "good", "poor")
    assert (row.value_a, row.value_b) == (srocc(study["good"], study["mos"]), -srocc(study["poor"], study["mos"]))
    assert row.difference == row.value_a - row.value_b
    assert row.low < row.difference < row.high


def test_a_metric_of_the_wrong_sign_loses(study, options):
    wrong = options | {"direction": DIRECTION | {"good": "lower"}}
    result = compare({"good": study["good"], "poor": study["poor"]}, study["mos"], **wrong)
    for test, statistic in (("bootstrap", "srocc"), ("williams", "srocc"), ("delong_clustered", "auc_better")):
        assert row_of(result, test, statistic, "good", "poor").better == "poor"
    assert any(text.startswith("SROCC has the wrong sign for good (+0.9") for text in result.warnings)
    assert "sign AGAINST" in repr(result)


def test_correction_runs_over_the_pairs_of_one_test(result):
    frame = result.to_frame()
    for _, family in frame.groupby(["test", "statistic"]):
        assert len(family) == 3
        assert family["p_adjusted"].to_numpy() == pytest.approx(benjamini_hochberg(family["p_value"]))
        assert ((family["p_adjusted"] < 0.05) == (family["better"] != "")).all()


def test_bootstrap_p_values_agree_with_their_intervals(study, rng):
    mos = study["mos"]
    scores = {str(k): study["good"] + 0.02 * k * rng.normal(size=240) for k in range(7)}
    result = compare(
        scores, mos, direction=dict.fromkeys(scores, True), references=study["references"], tests=["bootstrap"]
    )
    assert {row.p_value < 0.05 for row in result.tests} == {True, False}
    for row in result.tests:
        assert (row.p_value < 0.05) == (row.low > 0 or row.high < 0)


def test_size_of_the_clustered_bootstrap_under_the_null():
    """Two metrics equally good, errors shared within references: few false findings, where others make many."""
    rng, references = np.random.default_rng(11), np.repeat(np.arange(25), 8)
    found, studies = {"bootstrap": 0, "williams": 0}, 150
    for _ in range(studies):
        mos = rng.normal(size=200)
        scores = {name: mos + 0.6 * rng.normal(size=25)[references] + 0.4 * rng.normal(size=200) for name in ("a", "b")}
        rows = gather_rows(scores, mos, references=references)
        settings = Settings("linear", "bootstrap", 0.95, 200, 0)
        subjects = [Subject.of(name, rows, 1, settings) for name in scores]
        for row in run_tests(subjects, mos, found, None, 0.05):
            found[row.test] += row.statistic == "srocc" and row.p_value < 0.05
    assert 0.02 <= found["bootstrap"] / studies <= 0.08
    assert found["williams"] / studies > 0.15


def test_what_is_run_by_default_depends_on_the_data(study, scores, options):
    lean = {name: value for name, value in options.items() if name not in ("mos_std", "n_ratings")}
    result = compare(scores, study["mos"], **lean)
    assert result.krasula is None
    assert {row.test for row in result.tests} == set(KINDS) - {"delong", "delong_clustered"}
    with pytest.raises(OptionError, match="needs mos_std and n_ratings"):
        compare(scores, study["mos"], **lean, tests=["krasula"])
    only = compare(scores, study["mos"], **lean, tests="f")
    assert {row.test for row in only.tests} == {"f"}
    assert np.isnan(only.agreements[0].srocc.low)
    alone = compare(scores, study["mos"], **(lean | {"references": None}))
    assert any("take the images for independent" in text for text in alone.warnings)


def test_too_few_references_leave_no_bootstrap(study, scores, options):
    few = compare(scores, study["mos"], **(options | {"references": study["references"] // 5}))
    assert "bootstrap" not in {row.test for row in few.tests}
    assert any(text.startswith("No bootstrap: ") for text in few.warnings)


def test_heavy_residuals_are_named(study, scores, options, rng):
    mos = study["mos"] + (rng.uniform(size=240) < 0.02) * 20
    result = compare(scores, mos, **options, tests=["f"])
    assert any("kurtosis outside 2 to 4" in text and "good (" in text for text in result.warnings)


def test_a_table_of_scores(study, scores, options, result):
    table = compare(pd.DataFrame(scores), study["mos"], **options)
    pd.testing.assert_frame_equal(table.to_frame(), result.to_frame())
    assert len(result.to_frame()) == len(result.tests)
    assert result.agreement_frame()["metric"].tolist() == ["good", "poor", "copy"]
    assert "bootstrap/srocc" in repr(result)
    assert "2 of 3 pairs differ" in repr(result)


def test_errors_say_what_to_do(study, scores, options):
    mos = study["mos"]
    with pytest.raises(OptionError, match="at least two"):
        compare({"good": study["good"]}, mos, **options)
    with pytest.raises(OptionError, match="which scores are better for copy"):
        compare(scores, mos, **(options | {"direction": {"good": True, "poor": False}}))
    with pytest.raises(OptionError, match="give a mapping"):
        compare(scores, mos, **(options | {"direction": True}))
    with pytest.raises(OptionError, match="tests='t' is not known"):
        compare(scores, mos, **options, tests=["t"])
    with pytest.raises(OptionError, match="alpha=5"):
        compare(scores, mos, **options, alpha=5)
    with pytest.raises(OptionError, match="nothing to compare: poor"):
        compare(scores | {"poor": np.ones(240)}, mos, **options)
    gap = scores | {"poor": np.where(np.arange(240) == 9, np.nan, study["poor"])}
    with pytest.raises(NonFiniteError, match=r"score of poor: 9 \(nan\)"):
        compare(gap, mos, **options)
    dropped = compare(gap, mos, **options, missing="drop", tests="f")
    assert dropped.dropped == ("9",)
    assert {row.n for row in dropped.agreements} == {239}
