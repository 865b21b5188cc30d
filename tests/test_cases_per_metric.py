"""What a further metric costs: so few cases of the whole suite that forty more can be afforded."""

from collections import Counter, defaultdict
from types import SimpleNamespace

import iqametrics
from iqametrics.record import Metric

#: Cases that a metric in one of its conventions may have, beside the full proofs on the representatives.
LIMIT = 60


def subject(parameters):
    """The metric and the convention that a case is about, or None."""
    for fixture, value in parameters.items():
        if fixture == "representative":
            return None
        if isinstance(value, Metric):
            return value.name, value.recipe().convention
        if isinstance(value, str):
            name, _, convention = value.partition("-")
            if name in iqametrics.metrics(task="fr", weights=True):
                options = parameters.get("options") or {}
                return name, convention or options.get("convention") or iqametrics.metric(name).recipe().convention
    return None


def over(items, limit):
    """Metrics and conventions with more cases than that, and how many they have.

    What counts are tests that go over the metrics, with cases of more than a third; others take one for an example.
    """
    tests = defaultdict(Counter)
    for item in items:
        about = subject(item.callspec.params) if hasattr(item, "callspec") else None
        if about is not None:
            tests[item.nodeid.partition("[")[0]][about] += 1
    every = iqametrics.metrics(task="fr")
    counts = [found for found in tests.values() if 3 * len({name for name, _ in found}) > len(every)]
    return {about: count for about, count in sum(counts, Counter()).items() if count > limit}


def test_no_metric_has_more_cases_than_it_may(request):
    """Of those that were collected, so of all where the whole suite runs."""
    assert over(request.session.items, LIMIT) == {}


def test_a_metric_with_too_many_is_found():
    def case(test, **parameters):
        return SimpleNamespace(nodeid=f"{test}[...]", callspec=SimpleNamespace(params=parameters))

    names = iqametrics.metrics(task="fr")
    skimage = iqametrics.metric("ssim", convention="skimage")
    many = [case(test, name=name) for test in ("one", "two", "three") for name in names]
    many += [case("one", metric=skimage, executor="numba"), case("two", recipe="ssim-skimage")]
    many += [case("three", metric="ssim", options={"convention": "skimage"})]
    ignored = [case("an example", name="ssim"), case("one", representative=skimage), case("one", path="ssim.py")]
    ignored += [SimpleNamespace(nodeid="no parameters")]
    assert over([*many, *ignored], 2)["ssim", "skimage"] == 3
    assert len(over([*many, *ignored], 2)) == len(names) + 1
    assert over([*many, *ignored], 3) == {}
