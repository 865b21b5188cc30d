"""Where kernels run: on a CUDA device, or under Triton's interpreter in a process of its own (test_interpreter.py)."""

import os
from importlib.metadata import version

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
def device(monkeypatch):
    torch = pytest.importorskip("torch")
    pytest.importorskip("triton")
    if os.environ.get("TRITON_INTERPRET") == "1":
        if version("triton").startswith("3.6."):
            _mend_loops(monkeypatch)
        return "cpu"
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device; test_interpreter.py runs this under Triton's interpreter")
    return "cuda"


def _mend_loops(monkeypatch):
    """Triton 3.6 interprets a loop's bounds by ``int(array of one)``, which NumPy 2.4 refuses; Triton 3.7 mended it."""
    from triton.runtime import interpreter

    enter = interpreter._patch_lang_tensor

    def mended(tensor, scope):
        enter(tensor, scope)
        scope.set_attr(tensor, "__index__", lambda self: self.handle.data.item())

    monkeypatch.setattr(interpreter, "_patch_lang_tensor", mended)
