"""Which pictures a report holds."""

import numpy as np
import pytest

from iqametrics.benchmark.pictures import OUTLIERS, choose_maps
from iqametrics.benchmark.residuals import Residuals


def residuals(values):
    values = np.asarray(values, dtype=float)
    order = np.argsort(-np.abs(values), kind="stable")
    return Residuals(values, values, values, order[np.isfinite(values[order])])


@pytest.fixture
def found(rng=None):
    generator = np.random.default_rng(2)
    return {name: residuals(generator.normal(size=400)) for name in ("ssim", "psnr")}


def test_worst_outliers_come_first_and_the_rest_is_spread_over_the_set(found):
    chosen = choose_maps(found, 400, 100)
    for name, rows in chosen.items():
        assert rows[:OUTLIERS] == found[name].worst[:OUTLIERS].tolist()
        assert len(rows) == len(set(rows))
    assert sum(map(len, chosen.values())) <= 100
    spread = sorted(set(chosen["ssim"][OUTLIERS:]) | set(chosen["psnr"][OUTLIERS:]))
    assert spread[0] == 0
    assert spread[-1] == 399
    assert max(np.diff(spread)) < 30


def test_small_sets_have_all_maps(found):
    few = {name: residuals(each.residuals[:30]) for name, each in found.items()}
    assert all(sorted(rows) == list(range(30)) for rows in choose_maps(few, 30, 800).values())


@pytest.mark.parametrize("budget", [0, 1, 7, 25])
def test_budget_is_kept(found, budget):
    assert sum(map(len, choose_maps(found, 400, budget).values())) <= budget


def test_images_without_a_score_have_no_map(found):
    values = found["ssim"].residuals.copy()
    values[::2] = np.nan
    (rows,) = choose_maps({"ssim": residuals(values)}, 400, 600).values()
    assert sorted(rows) == list(range(1, 400, 2))
