"""Every metric on every executor, and next to the packages that compute the same number."""

from functools import cache
from statistics import median

import pytest

from benchmarks.perf import contenders
from benchmarks.perf.pictures import pair
from benchmarks.perf.timing import once, settle
from benchmarks.results_file import DEFAULT_EXECUTOR

pytest.importorskip("pytest_benchmark")
pytestmark = pytest.mark.filterwarnings("default")  # what other packages warn of is theirs to mend


@cache
def _truth(metric, images):
    return contenders.truth(metric, pair(*images))


def _describe(benchmark, metric, images, difference):
    height, width, dtype = images
    benchmark.group = f"{metric} {width}x{height} {dtype}"
    benchmark.extra_info["difference"] = difference


def test_executor(benchmark, metric, contender, images, rounds):
    """One of our executors."""
    ours = contenders.executor(metric, contender, pair(*images))
    _, difference = ours.gate(_truth(metric, images))
    _describe(benchmark, metric, images, difference)
    benchmark.pedantic(ours.call, setup=lambda: settle(ours.call), rounds=rounds)


def test_peer(benchmark, metric, contender, images, rounds):
    """The peer, ours, the peer, ours ...; our median goes into the extra information."""
    try:
        peer = contenders.against(contender, pair(*images))
    except ImportError as error:
        pytest.skip(f"{contender.name} is not installed ({error})")
    try:
        _, difference = peer.gate(_truth(metric, images))
    except contenders.NotTheSameNumberError as error:
        pytest.skip(f"{metric}: {error}")
    ours = contenders.executor(metric, DEFAULT_EXECUTOR, pair(*images))
    ours.gate(_truth(metric, images))
    ours_took = []

    def take_turns():
        ours_took.append(once(ours.call))
        settle(peer.call)

    _describe(benchmark, metric, images, difference)
    benchmark.pedantic(peer.call, setup=take_turns, rounds=rounds)
    benchmark.extra_info["ours_median"] = median(ours_took)
