import numpy as np
import pytest

from iqametrics.errors import NonFiniteError, OptionError, ShapeError
from iqametrics.stats import evaluate, median_over_splits, split_by_reference

pytest.importorskip("pandas")


@pytest.mark.parametrize("ratios", [(0.8, 0.2), (6, 2, 2), (0.5, 0.5)])
def test_parts_hold_every_row_once_and_share_no_reference(ratios, study):
    references = study["references"]
    parts = split_by_reference(references, 3, ratios)
    assert sorted(np.concatenate(parts)) == list(range(240))
    assert sum(len(set(references[part])) for part in parts) == 20
    sizes = [len(set(references[part])) for part in parts]
    assert sizes == [round(20 * ratio / sum(ratios)) for ratio in ratios]
    assert all((np.diff(part) > 0).all() for part in parts)


def test_split_depends_on_labels_and_seed_alone(study, rng):
    references = study["references"]
    order = rng.permutation(240)
    for seed in range(5):
        _, test = split_by_reference(references, seed)
        _, shuffled = split_by_reference(references[order], seed)
        assert set(references[test]) == set(references[order][shuffled])
    assert len({tuple(split_by_reference(references, seed)[1]) for seed in range(20)}) == 20


def test_split_is_the_same_everywhere_for_ever():
    _, test = split_by_reference([f"I{k:02d}" for k in range(1, 26)], seed=0)
    assert test.tolist() == [1, 7, 15, 18, 23]


@pytest.mark.parametrize(
    ("n", "ratios", "sizes"),
    [
        (3, (0.98, 0.01, 0.01), [1, 1, 1]),
        (10, (0.98, 0.02), [9, 1]),
        (29, (0.8, 0.2), [23, 6]),
        (7, (1, 1, 1), [3, 2, 2]),
    ],
)
def test_sizes_are_whole_and_never_zero(n, ratios, sizes):
    assert [part.size for part in split_by_reference(np.arange(n), 0, ratios)] == sizes


def test_every_reference_gets_tested_as_often():
    counts = np.zeros(25)
    for seed in range(2000):
        counts[split_by_reference(np.arange(25), seed)[1]] += 1
    assert counts.sum() == 2000 * 5
    assert counts == pytest.approx(np.full(25, 400), abs=5 * np.sqrt(2000 * 0.2 * 0.8))


@pytest.mark.parametrize("ratios", [(1,), (0.8, 0), (0.8, -0.2), (0.8, float("nan")), ()])
def test_ratios_that_make_no_parts(ratios):
    with pytest.raises(OptionError, match="ratios="):
        split_by_reference(range(10), 0, ratios)


def test_too_few_references():
    with pytest.raises(OptionError, match="1 references can't be split into 2 parts"):
        split_by_reference(["a", "a"], 0)
    with pytest.raises(OptionError, match="no label in rows 1"):
        split_by_reference(["a", None, "b"], 0)


def test_median_is_that_of_the_splits_evaluated_alone(study):
    summary = median_over_splits(
        study["good"], study["mos"], references=study["references"], direction=True, n_splits=7, seed=4
    )
    alone = []
    for seed in range(4, 11):
        _, test = split_by_reference(study["references"], seed)
        alone.append(evaluate(study["good"][test], study["mos"][test], direction=True, ci=None).overall)
    for name in ("srocc", "krocc", "plcc_linear", "plcc", "rmse"):
        values = [getattr(row, name).value for row in alone]
        spread = getattr(summary, name)
        assert spread.median == np.median(values)
        assert (spread.low, spread.high) == tuple(np.percentile(values, [5, 95]))
    assert [row.label for row in summary.splits] == [str(seed) for seed in range(4, 11)]
    assert summary.to_frame()["srocc"].tolist() == [row.srocc.value for row in alone]
    assert repr(summary).startswith("SplitSummary: median over 7 splits [5 %, 95 %]")
    assert "wrong sign" not in repr(summary)


def test_a_metric_is_trained_on_each_split(study):
    seen = []

    def predict(train, validation, test):
        seen.append((train, validation, test))
        line = np.polynomial.Polynomial.fit(study["good"][train], study["mos"][train], 1)
        return line(study["good"][test])

    columns = {"references": study["references"], "direction": True, "n_splits": 3, "ratios": (6, 2, 2)}
    trained = median_over_splits(predict, study["mos"], **columns)
    fixed = median_over_splits(study["good"], study["mos"], **columns)
    assert len(seen) == 3
    for seed, parts in enumerate(seen):
        for part, expected in zip(parts, split_by_reference(study["references"], seed, (6, 2, 2)), strict=True):
            assert np.array_equal(part, expected)
    assert trained.srocc == fixed.srocc


def test_wrong_signs_are_counted(study):
    columns = {"references": study["references"], "n_splits": 4}
    summary = median_over_splits(-study["good"], study["mos"], direction=True, **columns)
    assert summary.srocc.median < 0
    assert "SROCC has the wrong sign in 4 of 4 splits" in repr(summary)


def test_errors_say_what_to_do(study):
    columns = {"references": study["references"], "direction": True}
    mos, good = study["mos"], study["good"]
    with pytest.raises(OptionError, match="n_splits=0"):
        median_over_splits(good, mos, **columns, n_splits=0)
    with pytest.raises(OptionError, match="percentiles="):
        median_over_splits(good, mos, **columns, percentiles=(95, 5))
    with pytest.raises(ShapeError, match="3 scores for 240 opinions"):
        median_over_splits(good[:3], mos, **columns)
    with pytest.raises(ShapeError, match="240 labels for 239 opinions"):
        median_over_splits(good[:239], mos[:239], **columns)
    with pytest.raises(ShapeError, match="1 scores of predict for 48 opinions"):
        median_over_splits(lambda train, test: [1.0], mos, **columns)
    with pytest.raises(NonFiniteError, match="score of predict"):
        median_over_splits(lambda train, test: np.full(test.size, np.nan), mos, **columns)
