import tracemalloc

import numpy as np
import pytest
import scipy.special
import scipy.stats

from iqametrics.errors import NonFiniteError, OptionError
from iqametrics.stats import delong, krasula
from iqametrics.stats.pairs import classify_pairs

DIRECTION = {"good": "higher", "poor": "lower"}
STATISTICS = ("auc_different", "auc_better", "share_correct")


@pytest.fixture
def small(rng):
    """Ten references of six images, ties among scores and opinions."""
    references = np.repeat(np.arange(10), 6)
    quality = rng.uniform(size=60)
    return {
        "scores": {
            "good": (quality + 0.1 * rng.normal(size=60)).round(2),
            "poor": (0.2 * rng.normal(size=10)[references] - quality + 0.3 * rng.normal(size=60)).round(2),
        },
        "mos": (5 * quality).round(1),
        "mos_std": rng.uniform(0.5, 1.5, size=60),
        "n_ratings": 9,
        "references": references,
    }


def by_hand(study, name, sign=1):
    """Pair by pair: differences of scores over different pairs (better minus worse) and over similar ones."""
    scores, mos, std = sign * study["scores"][name], study["mos"], study["mos_std"]
    different, similar = [], []
    for i in range(mos.size):
        for j in range(i):
            z = (mos[i] - mos[j]) / np.sqrt((std[i] ** 2 + std[j] ** 2) / study["n_ratings"])
            if 0.5 + 0.5 * scipy.special.erf(abs(z) / np.sqrt(2)) >= 0.95:
                different.append(np.sign(z) * (scores[i] - scores[j]))
            else:
                similar.append(abs(scores[i] - scores[j]))
    return np.array(different), np.array(similar)


@pytest.mark.parametrize(("name", "sign"), [("good", 1), ("poor", -1)])
def test_equals_pairs_sorted_by_hand(small, name, sign):
    different, similar = by_hand(small, name, sign)
    result = krasula(**small, direction=DIRECTION)
    row = {row.metric: row for row in result.metrics}[name]
    assert (result.n_different, result.n_similar, result.n_pairs) == (different.size, similar.size, 1770)
    assert row.auc_different.value == pytest.approx(
        scipy.stats.mannwhitneyu(np.abs(different), similar).statistic / (different.size * similar.size), abs=1e-7
    )
    assert row.auc_better.value == pytest.approx(
        scipy.stats.mannwhitneyu(different, -different).statistic / different.size**2, abs=1e-7
    )
    assert row.share_correct.value == np.mean(different > 0)
    assert row.threshold == np.quantile(similar, 0.95)


def test_independent_covariance_is_delongs(small):
    result = krasula(**small, direction=DIRECTION)
    (good, good_similar), (poor, poor_similar) = by_hand(small, "good"), by_hand(small, "poor", -1)
    expected = delong(np.abs([good, poor]), [good_similar, poor_similar]).covariance
    assert result.covariance["auc_different"] == pytest.approx(expected, rel=1e-5)
    # The mirrored pairs are no second sample: DeLong's formula for two samples gives half of it.
    mirrored = delong([good, poor], [-good, -poor]).covariance
    assert result.covariance["auc_better"] == pytest.approx(2 * mirrored, rel=1e-5)
    correct = np.cov(np.array([good, poor]) > 0)
    assert result.covariance["share_correct"] == pytest.approx(correct / good.size, rel=1e-6)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_clustered_errors_are_those_of_leaving_references_out(statistic, rng):
    references = np.repeat(np.arange(40), 5)
    quality = rng.uniform(size=200)
    bias = 0.15 * rng.normal(size=40)[references]
    scores = {"good": quality + bias + 0.05 * rng.normal(size=200), "poor": -quality + 0.3 * rng.normal(size=200)}
    columns = {"mos": 5 * quality, "mos_std": np.full(200, 0.8), "references": references}

    def run(kept):
        return krasula(
            {name: values[kept] for name, values in scores.items()},
            **{name: values[kept] for name, values in columns.items()},
            n_ratings=4,
            direction=DIRECTION,
        )

    whole = run(np.ones(200, dtype=bool))
    left_out = np.array([[getattr(row, statistic).value for row in run(references != k).metrics] for k in range(40)])
    deviation = left_out - left_out.mean(axis=0)
    jackknife = np.sqrt(39 / 40 * np.sum(deviation**2, axis=0))
    clustered = np.sqrt(np.diag(whole.clustered_covariance[statistic]))
    assert clustered == pytest.approx(jackknife, rel=0.15)
    independent = np.sqrt(np.diag(whole.covariance[statistic]))
    assert (clustered > 1.5 * independent).all()


def test_direction_and_kind_of_opinion_do_not_matter(small):
    result = krasula(**small, direction=DIRECTION)
    turned = small | {"scores": {name: -values for name, values in small["scores"].items()}, "mos": -small["mos"]}
    other = krasula(**turned, direction={"good": False, "poor": True}, mos_kind="dmos")
    assert other.metrics == result.metrics


def test_perfect_and_reversed_metric(small):
    scores = {"perfect": small["mos"], "reversed": -small["mos"]}
    result = krasula(**(small | {"scores": scores}), direction={"perfect": True, "reversed": True})
    perfect, backwards = result.metrics
    assert (perfect.auc_better.value, perfect.share_correct.value) == (1, 1)
    assert (backwards.auc_better.value, backwards.share_correct.value) == (0, 0)
    assert backwards.auc_different.value == pytest.approx(perfect.auc_different.value, abs=1e-12)


def test_a_metric_blind_to_everything_is_chance(small):
    result = krasula(**(small | {"scores": {"blind": np.ones(60)}}), direction={"blind": True})
    row = result.metrics[0]
    assert (row.auc_different.value, row.auc_better.value, row.share_correct.value) == (0.5, 0.5, 0)


def test_tests_between_metrics(small):
    result = krasula(**small, direction=DIRECTION)
    for statistic in STATISTICS:
        clustered = result.test(statistic, "good", "poor")
        published = result.test(statistic, "good", "poor", clustered=False)
        assert clustered.statistic > 0
        assert published.statistic > 0
        assert result.test(statistic, "poor", "good").statistic == pytest.approx(-clustered.statistic)
    with pytest.raises(OptionError, match="'best' was not analysed"):
        result.test("auc_better", "good", "best")
    with pytest.raises(OptionError, match="statistic='auc' is not known"):
        result.test("auc", "good", "poor")


def test_table_and_text(small):
    result = krasula(**small, direction=DIRECTION)
    frame = result.to_frame()
    assert frame["metric"].tolist() == ["good", "poor"]
    assert (frame["auc_better_low"] < frame["auc_better"]).all()
    assert (frame["auc_better"] < frame["auc_better_high"]).all()
    assert "1770 of 1770 pairs" in repr(result)


def test_a_sample_of_pairs_comes_close_and_bounds_memory(rng):
    quality = rng.uniform(size=2000)
    columns = {"mos": quality, "mos_std": 0.05, "n_ratings": 1, "direction": {"m": True}}
    scores = {"m": quality + 0.2 * rng.normal(size=2000)}
    whole = krasula(scores, **columns).metrics[0]
    tracemalloc.start()
    result = krasula(scores, **columns, max_pairs=200_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 120 * 200_000
    assert 180_000 < result.n_different + result.n_similar <= 200_000
    assert result.n_pairs == 1_999_000
    for statistic in STATISTICS:
        assert getattr(result.metrics[0], statistic).value == pytest.approx(getattr(whole, statistic).value, abs=0.005)


@pytest.mark.parametrize("max_pairs", [10**9, 300])
def test_pairs_are_distinct(max_pairs, rng):
    pairs = classify_pairs(rng.normal(size=90), np.full(90, 0.3), 0.95, max_pairs, 0)
    rows = np.sort(np.stack([np.append(pairs.better, pairs.one), np.append(pairs.worse, pairs.other)]), axis=0)
    assert (rows[0] < rows[1]).all()
    assert len(set(map(tuple, rows.T.tolist()))) == rows.shape[1] == (4005 if max_pairs > 4005 else rows.shape[1])


def test_errors_say_what_to_do(small):
    with pytest.raises(OptionError, match="All 1770 pairs are similar"):
        krasula(**(small | {"mos_std": 1e6}), direction=DIRECTION)
    with pytest.raises(OptionError, match="All 3 pairs are different"):
        krasula({"m": [1, 2, 3]}, [1, 2, 3], mos_std=0.0, n_ratings=1, direction={"m": True})
    with pytest.raises(OptionError, match="which scores are better for poor"):
        krasula(**small, direction={"good": True})
    with pytest.raises(OptionError, match=r"significance=0\.2"):
        krasula(**small, direction=DIRECTION, significance=0.2)
    with pytest.raises(OptionError, match="needs mos_std and n_ratings"):
        krasula(**(small | {"n_ratings": None}), direction=DIRECTION)
    with pytest.raises(OptionError, match="max_pairs=0"):
        krasula(**small, direction=DIRECTION, max_pairs=0)
    gap = small | {"mos_std": np.where(np.arange(60) == 7, np.nan, small["mos_std"])}
    with pytest.raises(NonFiniteError, match=r"no finite mos_std: 7 \(nan\)"):
        krasula(**gap, direction=DIRECTION)


def test_all_pairs_of_tid2013(reference_folder):
    path = reference_folder / "data" / "published_scores" / "tid2013" / "data.csv"
    mos, std, score = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=(4, 5, 12)).T
    result = krasula({"psnr": score}, mos, mos_std=std, n_ratings=1, direction={"psnr": True})
    assert result.n_different + result.n_similar == result.n_pairs == 4_498_500
    first, second = np.triu_indices(3000, 1)
    gain, gap = mos[first] - mos[second], score[first] - score[second]
    different = np.abs(gain) >= scipy.stats.norm.ppf(0.95) * np.hypot(std[first], std[second])
    assert result.n_different == np.count_nonzero(different & (gain != 0))
    assert result.metrics[0].share_correct.value == np.mean((gain * gap > 0)[different & (gain != 0)])
    ranks = scipy.stats.rankdata(np.abs(gap))[different & (gain != 0)]
    m, n = result.n_different, result.n_similar
    assert result.metrics[0].auc_different.value == pytest.approx((ranks.sum() - m * (m + 1) / 2) / (m * n), abs=1e-7)
