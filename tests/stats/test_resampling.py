"""Statistics of resamples, against the same statistics of rows really drawn."""

import numpy as np
import pytest

import iqametrics.stats.resampling
from iqametrics.stats import fit_logistic, krocc, plcc, rmse, srocc
from iqametrics.stats.resampling import draw_resamples, resampled_statistics
from iqametrics.stats.rows import Labels, label_codes


def made_up(rng, n_clusters, n, digits):
    codes = rng.permutation(np.concatenate([np.arange(n_clusters), rng.integers(0, n_clusters, n - n_clusters)]))
    x = rng.normal(size=n).round(digits)
    y = (x + rng.normal(size=n)).round(digits)
    return x, y, label_codes(codes, "codes")


@pytest.mark.parametrize("digits", [1, 8])
@pytest.mark.parametrize(("n_clusters", "n"), [(7, 60), (60, 60)])
@pytest.mark.parametrize("block", [1, 2_000_000])
def test_equals_the_rows_drawn(n_clusters, n, digits, block, rng, monkeypatch):
    monkeypatch.setattr(iqametrics.stats.resampling, "BLOCK", block)
    x, y, clusters = made_up(rng, n_clusters, n, digits)
    fit, sigma = fit_logistic(x, y), np.full(n, 0.4)
    counts = draw_resamples(n_clusters, 25, seed=3).counts
    values = resampled_statistics(x, y, fit, sigma, clusters, counts)
    for row, count in enumerate(counts):
        drawn = np.repeat(np.arange(n), count[clusters.codes].astype(int))
        u, v = x[drawn], y[drawn]
        expected = {
            "srocc": srocc(u, v),
            "krocc": krocc(u, v),
            "plcc_linear": plcc(u, v),
            "plcc": plcc(fit(u), v),
            "rmse": rmse(fit(u), v),
            "outlier_ratio": np.mean(np.abs(fit(u) - v) > 0.8),
        }
        assert {name: column[row] for name, column in values.items()} == pytest.approx(expected, abs=1e-13)


def test_resamples_are_the_whole_then_draws_then_one_left_out():
    resamples = draw_resamples(9, 100, seed=1)
    assert resamples.counts.shape == (1 + 100 + 9, 9)
    assert (resamples.counts[0] == 1).all()
    drawn, left_out = resamples.split(resamples.counts)
    assert (drawn.sum(axis=1) == 9).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(9), abs=0.35)
    assert sorted(np.flatnonzero(row == 0).tolist() for row in left_out) == [[k] for k in range(9)]
    assert np.array_equal(draw_resamples(9, 100, seed=1).counts, resamples.counts)
    assert not np.array_equal(draw_resamples(9, 100, seed=2).counts, resamples.counts)


def test_many_units_are_left_out_in_groups():
    _, left_out = draw_resamples(1001, 10, seed=0).split(draw_resamples(1001, 10, seed=0).counts)
    assert left_out.shape == (200, 1001)
    assert ((left_out == 0).sum(axis=0) == 1).all()
    assert set((left_out == 0).sum(axis=1)) == {5, 6}


def test_a_resample_that_does_not_vary_is_nan():
    x, y = np.array([1.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0, 4.0])
    clusters = Labels(np.array([0, 0, 1, 2]), ("a", "b", "c"))
    values = resampled_statistics(
        x, y, fit_logistic(x, y), None, clusters, np.array([[3.0, 0, 0], [0, 3, 0], [1, 1, 1]])
    )
    for name in ("srocc", "krocc", "plcc_linear", "plcc"):
        assert np.isnan(values[name]).tolist() == [True, True, False]
    assert np.isfinite(values["rmse"]).all()


def test_a_curve_held_fixed_spreads_like_one_fitted_anew(rng):
    """The claim under evaluate's bootstrap: a refit moves the results by terms of second order only."""
    x = rng.uniform(size=400)
    y = 40 / (1 + np.exp(-10 * (x - 0.5))) + 6 * rng.normal(size=400)
    fit, rows = fit_logistic(x, y), label_codes(np.arange(400), "rows")
    resamples = draw_resamples(400, 120, seed=0)
    drawn, _ = resamples.split(resamples.counts)
    held = resampled_statistics(x, y, fit, None, rows, drawn)
    anew = [fit_logistic(x[kept], y[kept]) for kept in (np.repeat(np.arange(400), c.astype(int)) for c in drawn)]
    for name in ("plcc", "rmse"):
        refitted = np.array([getattr(each, name) for each in anew])
        assert np.std(held[name]) == pytest.approx(np.std(refitted), rel=0.05)
        assert np.mean(held[name]) == pytest.approx(np.mean(refitted), rel=0.01)
        assert np.corrcoef(held[name], refitted)[0, 1] > 0.97
