"""Which executors can be used here."""

import sys
from importlib.metadata import version

import pytest

import iqametrics
from iqametrics.kernels import EXECUTORS
from tests.core.test_import import loaded_after


def test_every_executor_is_told():
    found = iqametrics.backends()
    assert tuple(each.name for each in found) == EXECUTORS
    numpy = found[0]
    assert (numpy.usable, numpy.version, numpy.reason) == (True, version("numpy"), None)


@pytest.mark.parametrize("name", ["numba", "torch"])
def test_executor_whose_package_is_missing(monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    (found,) = [each for each in iqametrics.backends() if each.name == name]
    assert not found.usable
    assert found.version is None
    assert found.reason.startswith(f"{name} is not installed: pip install ")


def test_what_is_usable_works():
    import numpy as np

    from iqametrics.kernels import ON_CPU

    image = np.zeros((8, 8), np.uint8)
    for each in iqametrics.backends():
        if each.usable and each.name in ON_CPU:
            assert iqametrics.mse(image, image, backend=each.name) == 0


def test_asking_imports_nothing_heavy():
    assert loaded_after("import iqametrics; iqametrics.backends()").isdisjoint({"torch", "numba", "scipy"})
