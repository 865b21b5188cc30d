"""What every test may use: the reference folder, the executors, and the hypothesis profiles."""

import os

import pytest
from hypothesis import settings

from tests.reference import WHY_SKIPPED, find_reference_folder

settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
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
def reference_folder():
    folder = find_reference_folder()
    if folder is None:
        pytest.skip(WHY_SKIPPED)
    return folder
