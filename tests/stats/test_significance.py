import numpy as np
import pytest
import scipy.stats

from iqametrics.errors import OptionError, ShapeError
from iqametrics.stats import (
    benjamini_hochberg,
    bootstrap_difference,
    f_test,
    meng_test,
    pitman_morgan_test,
    williams_test,
)


def test_f_test_is_the_ratio_of_variances(rng):
    a, b = rng.normal(size=40), 1.4 * rng.normal(size=40)
    result = f_test(a, b)
    assert result.statistic == pytest.approx(np.var(a, ddof=1) / np.var(b, ddof=1), rel=1e-12)
    assert result.p_value == pytest.approx(2 * scipy.stats.f.cdf(result.statistic, 39, 39), rel=1e-12)
    mirrored = f_test(b, a)
    assert mirrored.statistic == pytest.approx(1 / result.statistic, rel=1e-12)
    assert mirrored.p_value == pytest.approx(result.p_value, rel=1e-10)
    assert f_test(a, b, ddof=5).dof == (35, 35)


def test_f_test_without_spread():
    zero, some = np.zeros(5), np.arange(5.0)
    assert np.isnan(f_test(zero, zero).p_value)
    assert f_test(some, zero).p_value == 0
    assert f_test(some, some).p_value == 1
    with pytest.raises(OptionError, match="no degree of freedom"):
        f_test(some, some, ddof=5)
    with pytest.raises(ShapeError, match="residuals_a has 5 values and residuals_b has 4"):
        f_test(some, some[1:])


def test_pitman_morgan_is_a_correlation_test(rng):
    a = rng.normal(size=50)
    b = 0.7 * a + 0.5 * rng.normal(size=50)
    expected = scipy.stats.pearsonr(a + b, a - b)
    result = pitman_morgan_test(a, b)
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert np.sign(result.statistic) == np.sign(expected.statistic)
    assert pitman_morgan_test(a, a).p_value == 1
    assert np.isnan(pitman_morgan_test(a[:2], b[:2]).p_value)


def test_published_examples():
    """Williams' t as R's psych::r.test documents it, Meng's Z as the paper works it out."""
    williams = williams_test(0.4, 0.5, 0.1, 103)
    assert (round(williams.statistic, 2), round(williams.p_value, 2), williams.dof) == (-0.89, 0.37, (100,))
    assert round(meng_test(0.63, -0.03, -0.19, 15).statistic, 2) == 1.68


@pytest.mark.parametrize("test", [williams_test, meng_test])
def test_dependent_correlations_at_the_edges(test):
    one, other = test(0.8, 0.7, 0.6, 50), test(0.7, 0.8, 0.6, 50)
    assert one.statistic > 0
    assert (other.statistic, other.p_value) == pytest.approx((-one.statistic, one.p_value), rel=1e-12)
    assert (test(0.7, 0.7, 1.0, 50).statistic, test(0.7, 0.7, 1.0, 50).p_value) == (0, 1)
    assert test(1.0, 0.7, 0.7, 50).p_value < 1e-10
    assert np.isnan(test(0.8, 0.7, 0.6, 3).p_value)
    assert np.isnan(test(float("nan"), 0.7, 0.6, 30).p_value)
    with pytest.raises(OptionError, match=r"1\.2 is not a correlation"):
        test(1.2, 0.7, 0.6, 50)


def correlated(rng, n, r12, r13, r23):
    return rng.multivariate_normal(np.zeros(3), [[1, r12, r13], [r12, 1, r23], [r13, r23, 1]], size=n)


@pytest.mark.parametrize("test", [williams_test, meng_test])
@pytest.mark.parametrize(("r", "r23"), [(0.7, 0.6), (0.3, 0.1), (0.9, 0.95)])
def test_size_under_the_null(test, r, r23, rng):
    found = 0
    for _ in range(4000):
        table = np.corrcoef(correlated(rng, 60, r, r, r23), rowvar=False)
        found += test(table[0, 1], table[0, 2], table[1, 2], 60).p_value < 0.05
    assert 0.04 <= found / 4000 <= 0.06


@pytest.mark.parametrize("test", [williams_test, meng_test])
def test_power(test, rng):
    tables = [np.corrcoef(correlated(rng, 100, 0.9, 0.7, 0.6), rowvar=False) for _ in range(200)]
    assert np.mean([test(t[0, 1], t[0, 2], t[1, 2], 100).p_value < 0.05 for t in tables]) > 0.9


def test_size_on_paired_residuals(rng):
    """Residuals of two metrics on the same images go together: the F-test then finds far too little."""
    by_pairs = by_f = 0
    for _ in range(3000):
        common, first, second = rng.normal(size=(3, 40))
        a, b = common + 0.7 * first, common + 0.7 * second
        by_pairs += pitman_morgan_test(a, b).p_value < 0.05
        by_f += f_test(a, b).p_value < 0.05
    assert 0.04 <= by_pairs / 3000 <= 0.06
    assert by_f / 3000 < 0.03


def test_bootstrap_difference_is_a_t_test_of_the_mean(rng):
    """For means of single units the whole procedure is known: Student's paired t-test."""
    data = rng.normal(0.3, 1, size=20)
    replicates = rng.choice(data, (200_000, 20)).mean(axis=1)
    result, (low, high) = bootstrap_difference(data.mean(), replicates, 20)
    expected = scipy.stats.ttest_1samp(data, 0)
    assert (result.statistic, result.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=0.01)
    assert (low, high) == pytest.approx(tuple(expected.confidence_interval()), rel=0.02)
    assert bootstrap_difference(0.0, np.zeros(9), 5)[0].p_value == 1
    assert bootstrap_difference(1.0, np.ones(9), 5)[0].p_value == 0
    assert np.isnan(bootstrap_difference(float("nan"), replicates, 20)[0].p_value)


def test_benjamini_hochberg_by_its_definition(rng):
    p = rng.uniform(size=30) ** 3
    order = np.argsort(p)
    expected = np.empty(30)
    for place, row in enumerate(order):
        expected[row] = min(1, min(p[order[later]] * 30 / (later + 1) for later in range(place, 30)))
    assert benjamini_hochberg(p) == pytest.approx(expected, rel=1e-12)
    with_gap = benjamini_hochberg([0.01, np.nan, 0.04])
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(benjamini_hochberg([np.nan])).all()
