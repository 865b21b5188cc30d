"""Fixtures that run a test over the whole registry: ``metric``, ``default``, ``representative``, and the executors.

What inputs and calls promise (layouts, types, ranges, refusals, batches, tensors, prepared references, memory, threads) is
the work of code that all metrics share. It is proved in full on the three metrics of ``representative``, on every executor,
and by one compact case on every other metric, so that a further one costs few cases. What is a metric's own (its values, its
range, identity, maps, gradients, that executors agree) is proved of every metric in every convention.
"""

import os

import pytest

from iqametrics.kernels import ON_CPU
from tests.conformance.cases import conventions, defaults, representatives, why_not


def pytest_generate_tests(metafunc):
    """Every metric in every convention; every metric as it comes; one of each kind."""
    for fixture, subjects in (("metric", conventions), ("default", defaults), ("representative", representatives)):
        if fixture in metafunc.fixturenames:
            found = subjects()
            metafunc.parametrize(fixture, found.values(), ids=found.keys())


@pytest.fixture(scope="session", autouse=True)
def _one_thread_in_torch():
    """On images this small a second thread makes torch four times slower; the package itself starts none in it."""
    try:
        import torch
    except ImportError:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def runs_here(executor):
    """Whether an executor runs on this machine; continuous integration must have all of them."""
    reason = why_not(executor)
    if reason and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(f"continuous integration must run every executor: {reason}")
    return not reason


@pytest.fixture(params=ON_CPU)
def executor(request):
    """Every executor that this machine has, a case for each."""
    if not runs_here(request.param):
        pytest.skip(why_not(request.param))
    return request.param


@pytest.fixture
def executors():
    """Every executor that this machine has, for a loop in one case."""
    return [executor for executor in ON_CPU if runs_here(executor)]


@pytest.fixture(params=["cpu", "cuda"])
def device(request):
    """Every kind of device that this machine has, for tensors."""
    torch = pytest.importorskip("torch")
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return request.param
