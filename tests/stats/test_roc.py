import numpy as np
import pytest
import scipy.stats

from iqametrics.errors import ShapeError
from iqametrics.stats import delong
from iqametrics.stats.roc import placements


def classifiers(rng, m=40, n=55, k=3, digits=1):
    signal = np.linspace(0.5, 1.5, k)[:, np.newaxis]
    common_m, common_n = rng.normal(size=m), rng.normal(size=n)
    positive = signal + common_m + 0.7 * rng.normal(size=(k, m))
    return positive.round(digits), (common_n + 0.7 * rng.normal(size=(k, n))).round(digits)


@pytest.mark.parametrize("digits", [0, 8])
def test_auc_is_mann_whitney(digits, rng):
    positive, negative = classifiers(rng, digits=digits)
    result = delong(positive, negative)
    for k in range(3):
        u = scipy.stats.mannwhitneyu(positive[k], negative[k]).statistic
        assert result.auc[k] == pytest.approx(u / (40 * 55), abs=1e-14)


def test_placements_count_pairs(rng):
    positive, negative = classifiers(rng, m=13, n=17, k=1, digits=0)
    wins = np.heaviside(positive[0][:, np.newaxis] - negative[0], 0.5)
    of_positive, of_negative = placements(positive[0], negative[0])
    assert of_positive == pytest.approx(wins.mean(axis=1), abs=1e-15)
    assert of_negative == pytest.approx(wins.mean(axis=0), abs=1e-15)


def jackknife_covariance(positive, negative):
    """Leave one case out at a time, positives and negatives apart: what DeLong's covariance is equal to."""
    total = 0
    for side, size in (("positive", positive.shape[1]), ("negative", negative.shape[1])):
        aucs = []
        for case in range(size):
            kept = np.arange(size) != case
            if side == "positive":
                aucs.append(delong(positive[:, kept], negative).auc)
            else:
                aucs.append(delong(positive, negative[:, kept]).auc)
        deviation = np.array(aucs) - np.mean(aucs, axis=0)
        total = total + (size - 1) / size * deviation.T @ deviation
    return total


@pytest.mark.parametrize("digits", [0, 8])
def test_delong_is_the_jackknife(digits, rng):
    positive, negative = classifiers(rng, digits=digits)
    assert delong(positive, negative).covariance == pytest.approx(jackknife_covariance(positive, negative), rel=1e-10)


def test_delong_size_under_the_null(rng):
    found = 0
    for _ in range(1000):
        common_m, common_n = 1 + rng.normal(size=40), rng.normal(size=50)
        result = delong(common_m + rng.normal(size=(2, 40)), common_n + rng.normal(size=(2, 50)))
        found += result.test(0, 1).p_value < 0.05
    assert 0.035 <= found / 1000 <= 0.065


def test_edges():
    perfect = delong([[2.0, 3.0], [0.0, 1.0]], [[0.0, 1.0], [2.0, 3.0]])
    assert perfect.auc.tolist() == [1, 0]
    assert perfect.test(0, 1).p_value == 0
    assert perfect.test(0, 0).p_value == 1
    assert np.isnan(delong([1.0], [0.0]).covariance).all()
    assert np.isnan(delong([[1.0], [0.0]], [[0.0], [0.5]]).test(0, 1).p_value)
    for positive, negative in (([], [1.0]), (np.ones((2, 3)), np.ones((3, 3))), (np.ones((1, 1, 1)), [1.0])):
        with pytest.raises(ShapeError, match="positive has shape"):
            delong(positive, negative)
