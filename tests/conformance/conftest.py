"""Fixtures that run a test over the whole registry: ``metric``, ``default`` and ``executor``."""

import os

import pytest

from iqametrics.kernels import ON_CPU
from tests.conformance.cases import conventions, defaults, why_not


def pytest_generate_tests(metafunc):
    """``metric``: every metric in every convention; ``default``: every metric in its default convention."""
    for fixture, subjects in (("metric", conventions), ("default", defaults)):
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


@pytest.fixture(params=ON_CPU)
def executor(request):
    """Every executor that this machine has."""
    reason = why_not(request.param)
    if reason and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(f"continuous integration must run every executor: {reason}")
    if reason:
        pytest.skip(reason)
    return request.param


@pytest.fixture(params=["cpu", "cuda"])
def device(request):
    """Every kind of device that this machine has, for tensors."""
    torch = pytest.importorskip("torch")
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return request.param
