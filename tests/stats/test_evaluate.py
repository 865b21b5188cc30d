import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from iqametrics.errors import NonFiniteError, OptionError, ShapeError
from iqametrics.stats import evaluate, fit_logistic, krocc, mean_over_datasets, outlier_ratio, plcc, srocc
from iqametrics.stats.rows import expected_sign

pd = pytest.importorskip("pandas")

STATISTICS = ("srocc", "krocc", "plcc_linear", "plcc", "rmse", "outlier_ratio")


def run(study, metric="good", direction="higher", **options):
    defaults = {"references": study["references"], "groups": study["groups"], "n_resamples": 200}
    return evaluate(study[metric], study["mos"], direction=direction, **(defaults | options))


def check_values(row, x, y, std):
    fit = fit_logistic(x, y)
    expected = (srocc(x, y), krocc(x, y), plcc(x, y), fit.plcc, fit.rmse, outlier_ratio(fit(x), y, std))
    assert [getattr(row, name).value for name in STATISTICS] == pytest.approx(expected, abs=1e-14)
    assert row.fit == fit


def test_each_scope_has_the_plain_statistics_of_its_rows(study):
    std = np.full(240, 0.3)
    result = run(study, mos_std=std)
    check_values(result.overall, study["good"], study["mos"], std)
    assert (result.overall.n, result.overall.n_references) == (240, 20)
    assert [row.label for row in result.distortions] == ["blur", "jpeg", "noise"]
    assert [row.label for row in result.references] == [str(k) for k in range(20)]
    for row, among in (
        (result.distortions[1], study["groups"] == "jpeg"),
        (result.references[13], study["references"] == 13),
    ):
        check_values(row, study["good"][among], study["mos"][among], std[among])
        assert row.n == np.count_nonzero(among)


def test_intervals_hold_their_estimates_and_the_bootstrap_minds_references(study):
    clustered, independent = run(study), run(study, references=None)
    for result in (clustered, independent):
        for name in STATISTICS[:5]:
            estimate = getattr(result.overall, name)
            assert estimate.low < estimate.value < estimate.high
    assert any("take the images for independent" in text for text in independent.warnings)
    assert not any("independent" in text for text in clustered.warnings)
    assert clustered.overall.srocc != independent.overall.srocc


def test_kinds_of_intervals(study):
    by_kind = {kind: run(study, ci=kind, groups=None) for kind in ("bootstrap", "percentile", "analytic", None)}
    assert len({result.overall.srocc.low for result in by_kind.values()}) == 4
    assert {result.overall.srocc.value for result in by_kind.values()} == {by_kind[None].overall.srocc.value}
    assert np.isnan(by_kind[None].overall.srocc.low)
    assert np.isnan(by_kind["analytic"].overall.rmse.low)
    wide, narrow = run(study, level=0.99).overall.plcc, run(study, level=0.8).overall.plcc
    assert wide.low < narrow.low < narrow.high < wide.high


def test_seed_decides_the_intervals_and_row_order_does_not(study, rng):
    pd.testing.assert_frame_equal(run(study).to_frame(), run(study).to_frame())
    assert run(study, seed=1).overall.srocc != run(study).overall.srocc
    order = rng.permutation(240)
    shuffled = run({name: values[order] for name, values in study.items()})
    for row, other in zip(run(study).distortions, shuffled.distortions, strict=True):
        for name in STATISTICS[:5]:
            one, two = getattr(row, name), getattr(other, name)
            assert dataclasses.astuple(two) == pytest.approx(dataclasses.astuple(one), rel=1e-7)


@pytest.mark.parametrize(
    ("direction", "mos_kind", "sign"),
    [(True, "mos", 1), ("lower", "mos", -1), ("higher", "dmos", -1), (np.False_, "dmos", 1)],
)
def test_signs_are_checked_not_hidden(study, direction, mos_kind, sign):
    result = run(study, direction=direction, mos_kind=mos_kind, ci=None)
    row = result.overall
    assert row.srocc.value > 0.8  # as it is, whatever was declared
    assert (row.expected_sign, row.sign_ok) == (sign, sign == 1)
    assert row.oriented("srocc") == sign * row.srocc.value
    assert row.oriented("plcc") == row.plcc.value
    assert any("check direction and mos_kind" in text for text in result.warnings) == (sign == -1)
    assert ("AGAINST the declared direction" in repr(result)) == (sign == -1)
    assert (result.to_frame()["sign_ok"] == (sign == 1)).all()


def test_unknown_directions_are_refused():
    for direction in (1, None, "up", "higher_is_better"):
        with pytest.raises(OptionError, match="does not say which scores are better"):
            expected_sign(direction, "mos")
    with pytest.raises(OptionError, match="mos_kind='DMOS' is not known"):
        expected_sign(True, "DMOS")


@pytest.mark.parametrize(
    ("option", "value"),
    [("fit", "spline"), ("ci", "bayes"), ("missing", "ignore"), ("outlier", "iqr"), ("level", 95), ("n_resamples", 9)],
)
def test_unknown_options_are_refused(study, option, value):
    with pytest.raises(OptionError, match=f"{option}="):
        run(study, **{option: value})


def test_perfect_and_reversed_metric(study):
    perfect = evaluate(study["mos"], study["mos"], direction=True, ci=None, mos_std=np.ones(240)).overall
    assert [perfect.srocc.value, perfect.krocc.value, perfect.plcc.value] == pytest.approx([1, 1, 1], abs=1e-14)
    assert perfect.rmse.value == pytest.approx(0, abs=1e-12)
    assert perfect.outlier_ratio.value == 0
    backwards = evaluate(-study["mos"], study["mos"], direction=True, ci=None).overall
    assert backwards.srocc.value == pytest.approx(-1, abs=1e-14)
    assert backwards.plcc.value == pytest.approx(1, abs=1e-14)
    assert backwards.sign_ok is False


def test_constant_scores_are_nan_with_a_reason(study):
    scores = study["good"].copy()
    scores[study["groups"] == "blur"] = 0.5
    blur = run(study | {"good": scores}).distortions[0]
    assert np.isnan([blur.srocc.value, blur.krocc.value, blur.plcc.value, blur.rmse.value, blur.srocc.low]).all()
    assert blur.note == "score is constant (0.5 in all 80 rows)"
    assert blur.sign_ok is None
    flat = run(study | {"good": np.ones(240)})
    assert "Fit: score is constant (1 in all 240 rows)." in flat.warnings
    assert "undefined" in repr(flat)


def test_small_groups_say_what_they_lack(study):
    groups = study["groups"].astype(object)
    groups[:1], groups[1:7] = "single", "six"
    by_label = {row.label: row for row in run(study, groups=groups, references=None).distortions}
    assert (by_label["single"].n, by_label["single"].note) == (1, "one row")
    assert by_label["six"].fit.form == "linear"
    assert "a line stands in for logistic5" in by_label["six"].note
    few = run(study, groups=None, references=study["references"] // 5)
    assert "no interval: 4 units to resample, 5 are needed" in few.overall.note
    assert any(text.startswith("4 references: below 5") for text in few.warnings)


def test_missing_scores_fail_with_the_images(study):
    images = [f"i{row:03d}.png" for row in range(240)]
    scores = study["good"].copy()
    scores[[3, 200]] = np.nan, np.inf
    with pytest.raises(NonFiniteError, match=r"2 of 240 images .* score of m: i003\.png \(nan\), i200\.png \(inf\)"):
        run(study | {"good": scores}, images=images, name="m")
    result = run(study | {"good": scores}, images=images, missing="drop")
    assert result.dropped == ("i003.png", "i200.png")
    assert result.overall.n == 238
    kept = np.isfinite(scores)
    assert result.overall.srocc.value == srocc(scores[kept], study["mos"][kept])
    assert "2 images were left out: i003.png, i200.png." in result.warnings
    with pytest.raises(NonFiniteError, match=r"opinion: 5 \(nan\)"):
        run(study | {"mos": np.where(np.arange(240) == 5, np.nan, study["mos"])})
    with pytest.raises(NonFiniteError, match=r"and 190 more\. .* fill the gaps, or leave .* missing='drop'") as caught:
        run(study | {"good": np.full(240, np.nan)}, images=images)
    assert caught.value.images == tuple(images)
    with pytest.raises(ShapeError, match="0 of 240 rows can be used"):
        run(study | {"good": np.full(240, np.nan)}, missing="drop")


def test_series_are_matched_by_index(study, rng):
    images = [f"i{row:03d}.png" for row in range(240)]
    mos = pd.Series(study["mos"], index=images)
    scores = pd.Series(study["good"], index=images, name="good").sample(frac=1, random_state=1)
    references = pd.Series(study["references"], index=images).sample(frac=1, random_state=2)
    result = evaluate(scores, mos, direction=True, references=references, n_resamples=200)
    assert result.metric == "good"
    assert repr(result.overall) == repr(run(study, groups=None).overall)  # nan is not equal to itself
    with pytest.raises(NonFiniteError, match=r"that scores of good lacks \(1\): i007\.png"):
        evaluate(scores.drop("i007.png"), mos, direction=True)
    extra = pd.concat([scores, pd.Series({"ref.png": 1.0})])
    with pytest.raises(NonFiniteError, match=r"Labels of scores of scores that mos lacks \(1\): ref\.png"):
        evaluate(extra, mos, direction=True)
    assert evaluate(extra, mos, direction=True, missing="drop", ci=None).dropped == ("ref.png",)
    twice = pd.concat([scores, scores[:1]])
    with pytest.raises(ShapeError, match=f"some images twice: {scores.index[0]}"):
        evaluate(twice, mos, direction=True)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"references": [1, 2]}, ShapeError, "references has 2 labels for 240 opinions"),
        ({"groups": np.ones((240, 1))}, ShapeError, r"groups has shape \(240, 1\)"),
        ({"groups": [None] + ["a"] * 239}, OptionError, "groups has no label in rows 0"),
        ({"images": ["a"]}, ShapeError, "images has 1 names"),
        ({"mos_std": [1.0]}, ShapeError, "mos_std has 1 values"),
        ({"mos_std": -1.0}, OptionError, "mos_std holds negative"),
        ({"mos_std": 1.0, "n_ratings": 0}, OptionError, "n_ratings holds values below 1"),
        ({"mos_std": 1.0, "outlier": "sem"}, OptionError, "needs n_ratings"),
    ],
)
def test_columns_that_do_not_fit(study, options, error, message):
    with pytest.raises(error, match=message):
        run(study, **options)
    with pytest.raises(ShapeError, match="3 scores of scores for 240 opinions"):
        evaluate([1, 2, 3], study["mos"], direction=True)


def test_labels_of_several_types(study):
    groups = np.where(np.arange(240) % 2, study["groups"], None)
    groups[groups == None] = 7  # noqa: E711
    assert [row.label for row in run(study, groups=groups, ci=None).distortions] == ["7", "blur", "jpeg", "noise"]


@pytest.mark.parametrize("absent", [None, float("nan"), pd.NA, pd.NaT])
def test_absent_labels_are_refused(study, absent):
    groups = study["groups"].astype(object)
    groups[[3, 5]] = absent
    for labels in (groups, pd.Series(groups), pd.Series(groups, dtype="string")):
        with pytest.raises(OptionError, match=r"groups has no label in rows 3, 5\."):
            run(study, groups=labels)


def test_inputs_are_left_alone(study):
    for values in study.values():
        values.setflags(write=False)
    run(study, mos_std=0.4)


def test_table_holds_every_row_and_figure(study):
    result = run(study, mos_std=0.4, name="good")
    frame = result.to_frame()
    assert len(frame) == 1 + 3 + 20
    assert frame["scope"].value_counts().to_dict() == {"reference": 20, "distortion": 3, "overall": 1}
    for name in STATISTICS:
        assert frame[name][0] == getattr(result.overall, name).value
        assert frame[f"{name}_high"][2] == getattr(result.distortions[1], name).high
    assert tuple(frame.loc[0, ["b1", "b2", "b3", "b4", "b5"]]) == result.overall.fit.params
    assert frame.loc[0, "metric"] == "good"


def test_text_says_what_matters(study):
    text = repr(run(study, name="good"))
    assert text.startswith("EvaluationResult: good against MOS, n=240, 3 distortion types, 20 references; intervals")
    assert f"{srocc(study['good'], study['mos']):.4f} [" in text
    assert "outlier_ratio" not in text
    assert "as declared (expected +1)" in text


def test_results_are_frozen(study):
    with pytest.raises(dataclasses.FrozenInstanceError):
        run(study).overall.n = 3


def test_mean_over_references(study):
    result = run(study, ci=None)
    values = np.array([row.srocc.value for row in result.references])
    assert result.mean_over_references() == pytest.approx(values.mean(), rel=1e-14)
    assert result.mean_over_references(fisher_z=True) == pytest.approx(np.tanh(np.arctanh(values).mean()), rel=1e-14)
    assert np.isnan(run(study, references=None, ci=None).mean_over_references())
    with pytest.raises(OptionError, match="rmse is none"):
        result.mean_over_references("rmse", fisher_z=True)
    with pytest.raises(OptionError, match="'r2' is not a statistic"):
        result.mean_over_references("r2")


def test_mean_over_datasets_counts_signs_from_the_direction(study):
    one = run(study, ci=None)
    wrong = run({name: values[:60] for name, values in study.items()}, direction="lower", ci=None)
    a, b = one.overall.srocc.value, -wrong.overall.srocc.value
    assert mean_over_datasets([one, wrong]) == pytest.approx((240 * a + 60 * b) / 300, rel=1e-14)
    assert mean_over_datasets({"a": one, "b": wrong}, weighting="direct") == pytest.approx((a + b) / 2, rel=1e-14)
    for arguments, message in ((([],), "No result"), (([one], "rmse"), "statistic='rmse'")):
        with pytest.raises(OptionError, match=message):
            mean_over_datasets(*arguments)


def test_pandas_is_imported_for_tables_only():
    code = (
        "import sys, iqametrics.stats as s\n"
        "s.evaluate([1, 2, 3, 5, 4], [1, 2, 3, 4, 5], direction=True)\n"
        "assert not {'pandas', 'torch', 'matplotlib'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_many_opinions_in_little_memory(rng):
    """As many rows as KonIQ-10k has: nothing of the size of rows squared is held."""
    import tracemalloc

    x = rng.normal(size=10_000)
    y = x + rng.normal(size=10_000)
    tracemalloc.start()
    evaluate(x, y, direction=True, n_resamples=100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6
