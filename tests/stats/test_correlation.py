import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from iqametrics.errors import NonFiniteError, OptionError, ShapeError
from iqametrics.stats import krocc, outlier_ratio, plcc, rmse, srocc

CORRELATIONS = {
    plcc: scipy.stats.pearsonr,
    srocc: scipy.stats.spearmanr,
    krocc: scipy.stats.kendalltau,
}


@pytest.mark.parametrize("correlation", CORRELATIONS)
@pytest.mark.parametrize("digits", [6, 1, 0])
def test_equals_scipy_with_and_without_ties(correlation, digits, rng):
    x = rng.normal(size=500).round(digits)
    y = (0.6 * x + rng.normal(size=500)).round(digits)
    assert correlation(x, y) == pytest.approx(CORRELATIONS[correlation](x, y).statistic, abs=1e-14)


@given(
    hnp.arrays(float, st.shared(st.integers(3, 12), key="n"), elements=st.integers(-4, 4).map(float)),
    hnp.arrays(float, st.shared(st.integers(3, 12), key="n"), elements=st.integers(-4, 4).map(float)),
)
def test_kendall_counts_pairs(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return
    surplus = untied_x = untied_y = 0
    for i in range(x.size):
        for j in range(i):
            surplus += np.sign(x[i] - x[j]) * np.sign(y[i] - y[j])
            untied_x += x[i] != x[j]
            untied_y += y[i] != y[j]
    assert krocc(x, y) == pytest.approx(surplus / np.sqrt(untied_x * untied_y), abs=1e-14)


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_two_rows_rise_or_fall(correlation):
    assert correlation([1.0, 2.0], [3.0, 5.0]) == pytest.approx(1)
    assert correlation([1.0, 2.0], [5.0, 3.0]) == pytest.approx(-1)


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_perfect_and_reversed_metric(correlation, rng):
    y = rng.normal(size=80)
    assert correlation(3 * y - 7, y) == pytest.approx(1, abs=1e-15)
    assert correlation(7 - 3 * y, y) == pytest.approx(-1, abs=1e-15)


@pytest.mark.parametrize("correlation", [srocc, krocc])
def test_ranks_ignore_an_increasing_change(correlation, rng):
    x, y = rng.normal(size=(2, 60))
    assert correlation(np.exp(3 * x), y) == correlation(x, y)


def test_linear_correlation_of_extreme_magnitudes(rng):
    x, y = rng.normal(size=(2, 60))
    assert plcc(1e200 * x, 1e-200 * y) == pytest.approx(plcc(x, y), rel=1e-12)


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_constant_side_is_nan_and_says_why(correlation):
    with pytest.warns(RuntimeWarning, match=rf"{correlation.__name__} is undefined: y is constant \(2 in all 3 rows\)"):
        assert np.isnan(correlation([1, 2, 3], [2, 2, 2]))


@pytest.mark.parametrize("correlation", CORRELATIONS)
@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2, 3], [1, 2], "x has 3 values and y has 2"),
        ([1], [1], "at least 2"),
        ([[1, 2]], [[1, 2]], r"shape \(1, 2\)"),
        (["a", "b"], [1, 2], "not an array of numbers"),
    ],
)
def test_refuses_what_can_not_be_paired(correlation, x, y, message):
    with pytest.raises(ShapeError, match=message):
        correlation(x, y)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_names_the_rows_without_a_number(bad):
    with pytest.raises(NonFiniteError, match=r"2 of 4 values of y .* at rows 1, 3"):
        srocc([1, 2, 3, 4], [1, bad, 3, bad])


def test_rmse_divides_by_what_is_asked(rng):
    predicted, mos = rng.normal(size=(2, 30))
    squares = np.sum((predicted - mos) ** 2)
    assert rmse(predicted, mos) == pytest.approx(np.sqrt(squares / 30), rel=1e-14)
    assert rmse(predicted, mos, ddof=5) == pytest.approx(np.sqrt(squares / 25), rel=1e-14)
    assert rmse(mos, mos) == 0
    for ddof in (-1, 30):
        with pytest.raises(OptionError, match="ddof"):
            rmse(predicted, mos, ddof=ddof)


def test_outlier_ratio_counts_two_sigma_misses():
    predicted, mos, std = np.zeros(4), np.array([0.0, 1.9, 2.0, 2.1]), np.ones(4)
    assert outlier_ratio(predicted, mos, std) == 0.25
    assert outlier_ratio(predicted, mos, std, n_ratings=4, outlier="sem") == 0.75
    assert outlier_ratio(mos, mos, std) == 0
    with pytest.raises(OptionError, match="needs n_ratings"):
        outlier_ratio(predicted, mos, std, outlier="sem")
    with pytest.raises(OptionError, match="negative"):
        outlier_ratio(predicted, mos, -std)
    with pytest.raises(OptionError, match="outlier='iqr'"):
        outlier_ratio(predicted, mos, std, outlier="iqr")
