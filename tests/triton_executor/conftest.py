"""Where kernels run: on a CUDA device, or under Triton's interpreter in a process of its own (test_interpreter.py)."""

import os

import pytest


@pytest.fixture(autouse=True)
def _poisoned(request):
    """Memory that nothing has been written to holds NaN."""
    if "device" not in request.fixturenames:
        yield
        return
    import torch

    torch.use_deterministic_algorithms(True, warn_only=True)  # fills what is allocated
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def device():
    torch = pytest.importorskip("torch")
    pytest.importorskip("triton")
    if os.environ.get("TRITON_INTERPRET") == "1":
        return "cpu"
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device; test_interpreter.py runs this under Triton's interpreter")
    return "cuda"
