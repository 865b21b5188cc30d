"""Options of the suite, and the cases they ask for."""

import pytest

import iqametrics
from benchmarks.perf.options import SIZES, THREADS, parse_sizes
from benchmarks.perf.peers import PEERS
from benchmarks.perf.pictures import DTYPES
from benchmarks.perf.timing import set_threads
from iqametrics.kernels import ON_CPU


def pytest_addoption(parser):
    """Let sizes, threads and rounds be chosen."""
    group = parser.getgroup("speed of the metrics")
    group.addoption("--sizes", default=SIZES, help=f"sizes of the images, width x height (default: {SIZES})")
    group.addoption("--threads", default=THREADS, type=int, help=f"threads of every contender (default: {THREADS})")
    group.addoption("--rounds", default=5, type=int, help="calls of every contender that are timed (default: 5)")


def pytest_generate_tests(metafunc):
    """Executors and peers of every metric, on every size and type."""
    if "contender" not in metafunc.fixturenames:
        return
    metrics = iqametrics.metrics(task="fr")
    if metafunc.function.__name__ == "test_peer":
        whom = [(peer.metric, peer, peer.name) for peer in PEERS if peer.metric in metrics]
    else:
        whom = [(metric, name, name) for metric in metrics for name in ON_CPU]
    metafunc.parametrize(
        ("metric", "contender", "images"),
        [
            pytest.param(metric, contender, (*size, dtype), id=f"{metric}-{size[1]}x{size[0]}-{dtype}-{name}")
            for size in parse_sizes(metafunc.config.getoption("sizes"))
            for dtype in DTYPES
            for metric, contender, name in whom
        ],
    )


@pytest.fixture(scope="session", autouse=True)
def _threads(request):
    pytest.importorskip("torch")
    set_threads(request.config.getoption("threads"))


@pytest.fixture
def rounds(request):
    """How often every contender is timed."""
    return request.config.getoption("rounds")
