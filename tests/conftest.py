"""What every test may use: the reference folder, the executors, and the hypothesis profiles."""

import importlib.util
import os
import sys

import pytest
from hypothesis import settings

from tests.reference import WHY_SKIPPED, find_reference_folder

settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("deep", max_examples=10_000, deadline=None)
settings.load_profile("ci")  # `pytest --hypothesis-profile=deep` for the long search


def pytest_sessionstart():
    """Tests skip without torch; a continuous-integration run that skipped them would prove nothing."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        try:
            import torch  # noqa: F401
        except ImportError as error:
            pytest.exit(f"CI is set, but torch can't be imported ({error}): its tests must not be skipped", 1)


@pytest.fixture(params=["numpy", "numba", "torch"])
def backend(request):
    """The executors that compute arrays in double precision, each in turn."""
    if request.param == "torch":
        pytest.importorskip("torch")
    return request.param


@pytest.fixture(scope="session")
def backends():
    """The same for a loop in one case."""
    return ["numpy", "numba", *(["torch"] if importlib.util.find_spec("torch") else [])]


@pytest.fixture(scope="session")
def reference_folder():
    folder = find_reference_folder()
    if folder is None:
        pytest.skip(WHY_SKIPPED)
    return folder


@pytest.fixture
def module_of_a_user(tmp_path, monkeypatch):
    """Writes a module that makes a metric of one's own; what it registers is forgotten afterwards."""
    from iqametrics import registry

    registry.metrics()
    for name in ("_METRICS", "_SOURCES"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, *lines):
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setitem(sys.modules, name, None)  # so that it is taken out again afterwards
        del sys.modules[name]
        (tmp_path / f"{name}.py").write_text("\n".join(["from dataclasses import replace", *lines]))
        return tmp_path / f"{name}.py"

    return write
