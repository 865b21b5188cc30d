"""Views of how well scores foretell a loss: by brute force, on real resamples, and where a view is not defined."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from iqametrics.errors import NonFiniteError, OptionError, ShapeError
from iqametrics.stats import delong, evaluate_predictions, fit_logistic, plcc, risk_coverage
from iqametrics.stats.resampling import draw_resamples, resampled_auc, resampled_spearman
from iqametrics.stats.risk_coverage import resampled_area
from iqametrics.stats.rows import label_codes


def study(n_sources=40, seed=0, ties=False):
    """Versions of sources under two types at three levels: the loss knows level and source."""
    random = np.random.default_rng(seed)
    source, kind, level = (each.ravel() for each in np.meshgrid(range(n_sources), range(2), range(3), indexing="ij"))
    hard = random.normal(size=n_sources)[source]
    loss = 1 / (1 + np.exp(-(level - 1 + hard + 0.3 * random.normal(size=source.size))))
    knowing = level + hard + 0.5 * random.normal(size=source.size)
    blind = level + 0.5 * random.normal(size=source.size)
    scores = {"knowing": knowing, "blind": blind, "level": level.astype(float)}
    if ties:
        scores = {name: np.round(values) for name, values in scores.items()}
    order = random.permutation(source.size)
    columns = {"errors": loss > 0.5, "types": kind, "levels": level, "sources": source}
    return (
        {name: values[order] for name, values in scores.items()},
        loss[order],
        {name: values[order] for name, values in columns.items()},
    )


def brute(score, loss, errors, types, levels, sources):
    """Every view with loops and SciPy."""

    def mean_within(labels):
        found = []
        for label in sorted(set(labels)):
            inside = np.array([each == label for each in labels])
            if len(set(score[inside])) > 1 and len(set(loss[inside])) > 1:
                found.append(spearmanr(score[inside], loss[inside]).statistic)
        return np.mean(found) if found else np.nan

    cells = list(zip(types.tolist(), levels.tolist(), strict=True))
    means = [
        [values[[each == cell for each in cells]].mean() for cell in sorted(set(cells))] for values in (score, loss)
    ]
    bad, good = score[errors], score[~errors]
    return {
        "srocc": spearmanr(score, loss).statistic,
        "auc": np.mean([(b > g) + 0.5 * (b == g) for b in bad for g in good]),
        "within_type": mean_within(types.tolist()),
        "within_source": mean_within(sources.tolist()),
        "within_cell": mean_within(cells),
        "cell_means": spearmanr(*means).statistic,
        "plcc": plcc(fit_logistic(score, loss)(score), loss),
        "aurc": naive_area(score, errors),
    }


def naive_area(score, errors):
    """Mean risk over all coverages, ties counting the mean loss of their group."""
    losses = [float(np.mean(errors[score == value])) for value in np.sort(score)]
    return np.mean([np.mean(losses[: k + 1]) for k in range(len(losses))])


@pytest.mark.parametrize("ties", [False, True])
def test_views_equal_brute_force(ties):
    scores, loss, columns = study(ties=ties)
    result = evaluate_predictions(scores, loss, n_resamples=0, **columns)
    for name, values in scores.items():
        expected = brute(values, loss, **columns)
        for statistic, value in expected.items():
            assert getattr(result[name], statistic).value == pytest.approx(value, abs=1e-12, nan_ok=True), (
                name,
                statistic,
            )


def test_a_resample_is_what_its_rows_say():
    """Statistics from counts per source equal those of rows really drawn."""
    scores, loss, columns = study(ties=True)
    score = scores["knowing"]
    labels = label_codes(columns["sources"], "sources")
    counts = draw_resamples(len(labels), 20, seed=3).counts[1:6]
    ranked = resampled_spearman(score, loss, labels.codes, counts)
    auc = resampled_auc(score, columns["errors"], labels.codes, counts)
    for place, weights in enumerate(counts):
        rows = np.repeat(np.arange(score.size), weights[labels.codes].astype(int))
        assert ranked[place] == pytest.approx(spearmanr(score[rows], loss[rows]).statistic, abs=1e-12)
        bad = columns["errors"][rows]
        assert auc[place] == pytest.approx(delong(score[rows][bad], score[rows][~bad]).auc[0], abs=1e-12)


def test_area_of_a_resample_counts_a_row_as_often_as_it_is_drawn():
    score, loss = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 1.0])
    codes = np.arange(3)
    whole, twice = resampled_area(score, loss, codes, np.array([[1.0, 1, 1], [2.0, 0, 1]]))
    assert whole == pytest.approx(risk_coverage(score, loss).area)
    assert twice == pytest.approx((0 + 0 + 1 / 3) / 3)


def test_oracle_and_its_reverse():
    _, loss, columns = study()
    result = evaluate_predictions({"oracle": loss, "contrary": -loss}, loss, **columns)
    for statistic in ("srocc", "within_type", "within_source", "within_cell", "cell_means"):
        assert getattr(result["oracle"], statistic).value == pytest.approx(1)
        assert getattr(result["contrary"], statistic).value == pytest.approx(-1)
    assert (result["oracle"].auc.value, result["contrary"].auc.value) == (1, 0)
    assert result["oracle"].aurc.value < result["contrary"].aurc.value
    # No order has less risk than that of the losses themselves.
    ordered = np.sort(columns["errors"].astype(float))
    assert result["oracle"].aurc.value == pytest.approx(np.mean(np.cumsum(ordered) / np.arange(1, ordered.size + 1)))


def test_damage_alone_does_not_know_which_image_fails():
    scores, loss, columns = study(n_sources=120)
    result = evaluate_predictions(scores, loss, **columns)
    assert abs(result["blind"].within_cell.value) < 0.15 < 0.5 < result["knowing"].within_cell.value
    assert result["blind"].cell_means.value > 0.75  # of six cells, two to a level
    assert np.isnan(result["level"].within_cell.value)
    test, gap = result.difference("knowing", "blind", "within_cell")
    assert gap.low > 0
    assert test.p_value < 0.01
    test, gap = result.difference("blind", "knowing", "within_cell")
    assert gap.high < 0


def test_intervals_hold_the_estimate_and_the_seed_decides_them():
    scores, loss, columns = study()
    first, again, other = (evaluate_predictions(scores, loss, seed=seed, **columns).to_frame() for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)
    for name in ("srocc", "auc", "within_cell", "aurc"):
        defined = first[name].notna()
        assert (first[f"{name}_low"] < first[name])[defined].all()
        assert (first[name] < first[f"{name}_high"])[defined].all()


def test_clustered_intervals_of_repeated_rows_do_not_shrink():
    """Copies of every row under the same source bring no knowledge."""
    scores, loss, columns = study()
    once = evaluate_predictions({"blind": scores["blind"]}, loss, **columns)["blind"].srocc
    often = evaluate_predictions(
        {"blind": np.tile(scores["blind"], 4)},
        np.tile(loss, 4),
        **{name: np.tile(values, 4) for name, values in columns.items()},
    )["blind"].srocc
    assert often.value == pytest.approx(once.value)
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=1e-9)


def test_few_sources_have_no_interval():
    scores, loss, columns = study(n_sources=4)
    found = evaluate_predictions(scores, loss, **columns)
    assert np.isnan(found["knowing"].srocc.low)
    assert np.isnan(found.difference("knowing", "blind")[1].low)


def test_risk_coverage_of_ties_does_not_depend_on_their_order():
    scores, errors = np.array([1, 1, 1, 2.0]), np.array([0, 1, 1, 0.0])
    for order in ([0, 1, 2, 3], [2, 3, 1, 0]):
        curve = risk_coverage(scores[order], errors[order])
        np.testing.assert_allclose(curve.risk, [2 / 3, 2 / 3, 2 / 3, 0.5])
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"errors": [1.0]}, ShapeError, "errors has 1 values"),
        ({"types": [0]}, ShapeError, "groups has 1 labels"),
        ({"levels": [0]}, ShapeError, "types, levels and sources"),
        ({"n_resamples": 5}, OptionError, "n_resamples=5"),
        ({"level": 95}, OptionError, "level=95"),
    ],
)
def test_faults(change, error, message):
    scores, loss, columns = study()
    with pytest.raises(error, match=message):
        evaluate_predictions(scores, loss, **{**columns, **change})


def test_scores_that_are_no_numbers():
    scores, loss, columns = study()
    scores["blind"][7] = np.nan
    with pytest.raises(NonFiniteError, match="score of blind"):
        evaluate_predictions(scores, loss, **columns)


def test_unknown_names():
    scores, loss, columns = study()
    result = evaluate_predictions(scores, loss, **columns)
    with pytest.raises(OptionError, match="no predictor is called 'ssim'; there are knowing"):
        result["ssim"]
    with pytest.raises(OptionError, match="statistic='rmse'"):
        result.difference("knowing", "blind", "rmse")
