"""Forward selection against brute force, and what nested evaluation tells of noise."""

import numpy as np
import pytest

from iqametrics.deep.selection import forward_selection, nested_selection
from iqametrics.deep.selection.logistic_plcc import isotonic_bound
from iqametrics.errors import NonFiniteError, OptionError, ShapeError
from iqametrics.stats import fit_logistic, plcc


def scores_and_opinions(seed, n=60, m=14):
    """Maps that all know a little of the opinions, through curves of their own."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=n)
    noise = random.normal(size=(n, m)) * random.uniform(0.5, 3, m)
    values = 1 / (1 + np.exp(-random.uniform(0.5, 3, m) * (truth[:, None] + noise)))
    return values.astype(np.float32), 100 / (1 + np.exp(-1.5 * truth)) + random.normal(size=n) * 5


def brute_force(values, opinions, correlation, min_gain, max_features):
    """Every candidate of every step, from nothing."""
    values = values.astype(np.float64)
    chosen, curve = [], []
    while len(chosen) < min(max_features, values.shape[1]):
        left = [j for j in range(values.shape[1]) if j not in chosen]
        found = [correlation(values[:, [*chosen, j]].mean(1), opinions) for j in left]
        best = int(np.argmax(found))
        if curve and found[best] - curve[-1] < min_gain:
            break
        chosen.append(left[best])
        curve.append(found[best])
    return tuple(chosen), curve


CORRELATIONS = {
    "linear": lambda x, y: abs(plcc(x, y)),
    "logistic4": lambda x, y: fit_logistic(x, y, "logistic4").plcc,
    "logistic5": lambda x, y: fit_logistic(x, y, "logistic5").plcc,
}


@pytest.mark.parametrize("seed", range(8))
def test_linear_is_brute_force(seed):
    values, opinions = scores_and_opinions(seed, m=25)
    for min_gain in (1e-3, 1e-6):
        path = forward_selection(values, opinions, fit="linear", min_gain=min_gain)
        columns, curve = brute_force(values, opinions, CORRELATIONS["linear"], min_gain, 64)
        assert path.columns == columns
        np.testing.assert_allclose(path.curve, curve, rtol=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sign", [1, -1])
def test_pruned_logistic_is_brute_force(seed, sign):
    values, opinions = scores_and_opinions(seed)
    path = forward_selection(values, sign * opinions, fit="logistic4", max_features=5)
    columns, curve = brute_force(values, sign * opinions, CORRELATIONS["logistic4"], 1e-3, 5)
    assert path.columns == columns
    # The fit itself depends on the scale of its scores by rounding: a sum here, a mean there.
    np.testing.assert_allclose(path.curve, curve, rtol=1e-9)
    tried = sum(values.shape[1] - step for step in range(len(columns) + 1))
    assert path.fits < 0.7 * tried
    assert path.screened is None


def test_a_wide_screen_is_brute_force_and_says_that_it_was_one():
    values, opinions = scores_and_opinions(5, m=8)
    path = forward_selection(values, opinions, fit="logistic5", max_features=3, screen=8)
    columns, curve = brute_force(values, opinions, CORRELATIONS["logistic5"], 1e-3, 3)
    assert path.columns == columns
    np.testing.assert_allclose(path.curve, curve, rtol=1e-9)
    assert path.screened == 8
    assert forward_selection(values, opinions, fit="logistic5", max_features=2, screen=2).fits == 4


def test_no_monotone_fit_reaches_above_the_bound():
    for seed in range(6):
        values, opinions = scores_and_opinions(seed, m=10)
        for x in (*values.T.astype(float), np.round(values[:, 0].astype(float), 1), -values[:, 1].astype(float)):
            fitted = fit_logistic(x, opinions, "logistic4").plcc
            assert fitted <= isotonic_bound(x, opinions) + 1e-12
            assert isotonic_bound(x, opinions) < 1


def test_of_equal_maps_the_first():
    values, opinions = scores_and_opinions(1)
    for fit in ("linear", "logistic4"):
        best = forward_selection(values, opinions, fit=fit).columns[0]
        twice = np.column_stack([values, values[:, best], values[:, best]])[:, ::-1]
        assert forward_selection(twice, opinions, fit=fit, max_features=1).columns == (0,)


def test_maps_that_can_not_be_chosen():
    values, opinions = scores_and_opinions(2)
    values[3, 4] = np.inf
    values[:, 7] = 0.25
    path = forward_selection(values, opinions, fit="linear", min_gain=0)
    assert (path.candidates, path.excluded) == (12, 2)
    assert not {4, 7} & set(path.columns)
    with pytest.raises(OptionError, match="no column varies"):
        forward_selection(values[:, [7]], opinions)


def test_where_it_stops():
    values, opinions = scores_and_opinions(3)
    full = forward_selection(values, opinions, fit="linear", min_gain=0)
    assert np.all(np.diff(full.curve) > 0)
    coarse = forward_selection(values, opinions, fit="linear", min_gain=0.02)
    assert coarse.stopped == "min_gain"
    assert np.all(np.diff(coarse.curve) >= 0.02)
    assert full.columns[: len(coarse.columns)] == coarse.columns
    short = forward_selection(values, opinions, fit="linear", min_gain=0, max_features=2)
    assert (short.columns, short.stopped) == (full.columns[:2], "max_features")
    assert forward_selection(values[:, :1], opinions).stopped == "no column is left"


def test_a_map_that_cancels_the_set_is_no_map():
    values, opinions = scores_and_opinions(4, m=1)
    both = np.column_stack([values, 1 - values])
    assert len(forward_selection(both, opinions, fit="linear", min_gain=0).columns) == 1


def test_bad_questions():
    values, opinions = scores_and_opinions(0)
    with pytest.raises(ShapeError, match="a row for each of 60"):
        forward_selection(values[:-1], opinions)
    with pytest.raises(NonFiniteError):
        forward_selection(values, np.where(opinions > 50, np.nan, opinions))
    for wrong in ({"fit": "cubic"}, {"min_gain": -1}, {"max_features": 0}, {"screen": 0}):
        with pytest.raises(OptionError):
            forward_selection(values, opinions, **wrong)
    with pytest.raises(OptionError, match="n_splits"):
        nested_selection(values, opinions, np.arange(60) // 6, direction="higher", n_splits=0)
    with pytest.raises(ShapeError):
        nested_selection(values, opinions[1:], np.arange(60) // 6, direction="higher")


def planted(strength, seed=0, n=240, m=300):
    """Noise in every map, and what the opinions are made of in three."""
    random = np.random.default_rng(seed)
    parts = random.normal(size=(n, 3))
    values = random.normal(size=(n, m))
    values[:, [20, 111, 250]] += strength * parts
    return values, parts.sum(1) + 0.2 * random.normal(size=n), np.arange(n) // 12


def test_planted_maps_are_found_and_stay_good_on_other_references():
    values, opinions, references = planted(strength=4)
    for fit in ("linear", "logistic4"):
        path = forward_selection(values, opinions, fit=fit, min_gain=0.02)
        assert sorted(path.columns) == [20, 111, 250]
    nested = nested_selection(
        values, opinions, references, direction="higher", n_splits=20, fit="linear", min_gain=0.02
    )
    assert {column: share for column, share in nested.frequency.items() if share > 0.5} == {20: 1, 111: 1, 250: 1}
    assert nested.test.plcc.median > 0.9
    assert nested.optimism < 0.03


def test_nested_evaluation_exposes_selection_from_noise():
    values, opinions, references = planted(strength=0)
    nested = nested_selection(
        values, opinions, references, direction="higher", n_splits=20, fit="linear", all_maps=values.mean(1)
    )
    assert nested.in_sample.median > 0.6
    assert abs(nested.test.plcc_linear.median) < 0.15
    assert nested.optimism > 0.5
    # Of 300 maps of noise hardly one is chosen by all splits for a reason.
    assert np.median(list(nested.frequency.values())) < 0.2
    assert nested.all_maps is not None
    assert abs(nested.all_maps.plcc_linear.median) < 0.2
    figures = nested.to_dict()
    assert figures["splits"] == 20
    assert figures["test"]["plcc_linear"]["median"] == nested.test.plcc_linear.median


def test_nested_figures_are_those_of_each_split_by_hand():
    from iqametrics.stats import split_by_reference

    values, opinions, references = planted(strength=1, m=260)
    nested = nested_selection(values, opinions, references, direction="higher", n_splits=5, seed=7, fit="linear")
    found, inside = [], []
    for seed in range(7, 12):
        train, test = split_by_reference(references, seed)
        assert not set(references[train]) & set(references[test])
        path = forward_selection(values[train], opinions[train], fit="linear")
        inside.append(path.curve[-1])
        found.append(plcc(values[test][:, path.columns].mean(1), opinions[test]))
    assert nested.test.plcc_linear.median == pytest.approx(np.median(found), abs=1e-12)
    assert nested.in_sample.median == pytest.approx(np.median(inside), abs=1e-12)
