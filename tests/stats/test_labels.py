"""Every function that takes several columns matches labelled ones by their labels, and refuses what can't be matched."""

import inspect
import re
from dataclasses import asdict, is_dataclass

import numpy as np
import pandas as pd
import pytest

from iqametrics import stats
from iqametrics.errors import NonFiniteError, ShapeError

N = 60
IMAGES = [f"i{row:02d}.png" for row in range(N)]
#: Function -> what it is given beside columns, and its columns; one beginning with "scores" is a metric of the mapping.
CALLS = {
    "compare": ({"direction": {"a": True, "b": True}, "tests": ["f"]}, ["mos", "scores a", "scores b", "references"]),
    "evaluate": ({"direction": True, "ci": None}, ["mos", "scores", "mos_std", "n_ratings", "groups", "references"]),
    "evaluate_predictions": ({"n_resamples": 0}, ["loss", "scores a", "errors", "types", "levels", "sources"]),
    "f_test": ({}, ["residuals_a", "residuals_b"]),
    "fit_logistic": ({}, ["x", "y"]),
    "krasula": ({"direction": {"a": True}}, ["mos", "scores a", "mos_std", "n_ratings", "references"]),
    "krocc": ({}, ["x", "y"]),
    "median_over_splits": ({"direction": True, "n_splits": 2}, ["mos", "predict", "references"]),
    "outlier_ratio": ({"outlier": "sem"}, ["mos", "predicted", "mos_std", "n_ratings"]),
    "pitman_morgan_test": ({}, ["residuals_a", "residuals_b"]),
    "plcc": ({}, ["x", "y"]),
    "risk_coverage": ({}, ["scores", "losses"]),
    "rmse": ({}, ["predicted", "mos"]),
    "srocc": ({}, ["x", "y"]),
}
#: Those with one column, or with none.
NOTHING_TO_MATCH = {
    "bca_interval",
    "benjamini_hochberg",
    "bonett_wright_interval",
    "bootstrap_difference",
    "fieller_interval",
    "fisher_interval",
    "mean_over_datasets",
    "meng_test",
    "percentile_interval",
    "split_by_reference",
    "williams_test",
}
LABELS = {"groups", "references", "types", "levels", "sources"}


def column(name, place):
    rng = np.random.default_rng(place)
    if name in LABELS:
        return np.arange(N) // 6 + 10 if name in ("references", "sources") else np.arange(N) % 3
    if name == "n_ratings":
        return rng.integers(10, 30, N)
    if name == "mos_std":
        return rng.uniform(0.1, 0.3, N)
    if name == "errors":
        return (np.arange(N) % 2).astype(float)
    return np.arange(N) / N + rng.normal(scale=0.1, size=N)


def call(name, change=lambda name, values: values):
    """The answer of a function, every column changed beforehand."""
    options, names = CALLS[name]
    given, mapping = dict(options), {}
    for place, each in enumerate(names):
        values = change(each, column(each, place))
        if each.startswith("scores "):
            mapping[each.removeprefix("scores ")] = values
        else:
            given[each] = values
    return getattr(stats, name)(**given, **({"scores": mapping} if mapping else {}))


def labelled(name, values):
    return pd.Series(values, IMAGES)


def plain(result):
    return asdict(result) if is_dataclass(result) else result


@pytest.fixture(params=CALLS)
def function(request):
    return request.param


def test_all_public_functions_are_here():
    functions = {name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))}
    assert functions == {*CALLS, *NOTHING_TO_MATCH, "delong"}


def test_order_of_labelled_values_does_not_matter(function):
    first = CALLS[function][1][0]

    def shuffled(name, values):
        found = labelled(name, values)
        return found if name == first else found.sample(frac=1, random_state=len(name))

    np.testing.assert_equal(plain(call(function, shuffled)), plain(call(function)))


def test_values_without_labels_go_by_position(function):
    first, second = CALLS[function][1][:2]

    def some(name, values):
        return labelled(name, values) if name in (first, second) else list(values)

    np.testing.assert_equal(plain(call(function, some)), plain(call(function)))


@pytest.mark.parametrize("side", [0, 1])
def test_labels_that_one_side_lacks_are_named(function, side):
    short = CALLS[function][1][side]

    def cut(name, values):
        found = labelled(name, values)
        return found.drop([IMAGES[7], IMAGES[9]]) if name == short else found

    with pytest.raises(NonFiniteError, match=rf"that .*{short[-1]} lacks \(2\): {IMAGES[7]}, {IMAGES[9]}\.") as caught:
        call(function, cut)
    assert caught.value.images == (IMAGES[7], IMAGES[9])


def test_labels_of_every_column_count(function):
    last = CALLS[function][1][-1]
    with pytest.raises(NonFiniteError, match=re.escape(IMAGES[7])):
        call(function, lambda name, values: labelled(name, values).drop(IMAGES[7] if name == last else []))


def test_a_label_that_comes_twice_is_refused(function):
    last = CALLS[function][1][-1]

    def twice(name, values):
        found = labelled(name, values)
        return pd.concat([found, found[:1]]) if name == last else found

    with pytest.raises(ShapeError, match=f"names some images twice: {IMAGES[0]}"):
        call(function, twice)


@pytest.mark.parametrize("function", [name for name, (_, columns) in CALLS.items() if len(columns) > 2])
def test_orders_that_nothing_decides_between_are_refused(function):
    first, second = CALLS[function][1][:2]

    def undecided(name, values):
        found = labelled(name, values)
        return values if name == first else found[::-1] if name == second else found

    with pytest.raises(ShapeError, match=f"{first} has no labels"):
        call(function, undecided)


def test_classifiers_of_delong_are_matched_by_case():
    rng = np.random.default_rng(0)
    cases = [f"case {k}" for k in range(20)]
    positive, negative = rng.normal(1, 1, (2, 20)), rng.normal(0, 1, (2, 20))
    expected = stats.delong(positive, negative)
    turned = [[pd.Series(side[0], cases), pd.Series(side[1], cases)[::-1]] for side in (positive, negative)]
    np.testing.assert_equal(asdict(stats.delong(*turned)), asdict(expected))
    with pytest.raises(NonFiniteError, match=r"positive\[0\] that positive\[1\] lacks \(1\): case 19"):
        stats.delong([turned[0][0], turned[0][1][1:]], negative)
