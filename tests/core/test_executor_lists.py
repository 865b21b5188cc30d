"""What stencils and formulas may use, every executor has."""

from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

from iqametrics import kernels
from iqametrics.formulas import names
from iqametrics.kernels.operations import Operations
from iqametrics.planes import Planes
from iqametrics.stencils.pixels import PixelField
from tests.every_name import every_name

OPERATIONS = {name for name in vars(Operations) if not name.startswith("_")}
#: At the edge of a call tensors are converted; no stencil does so.
CONVERSIONS = {"as_array", "result_like"}


@pytest.fixture(params=kernels.EXECUTORS)
def executor(request):
    if request.param not in kernels.OF_ARRAYS:
        pytest.importorskip("torch")
    return request.param


def test_every_executor_has_all_operations(executor):
    assert [name for name in sorted(OPERATIONS) if not callable(getattr(kernels.ops(executor), name, None))] == []


def test_no_executor_has_an_operation_of_its_own(executor):
    module = kernels.ops(executor)
    own = {
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
    }
    assert own - OPERATIONS == (set() if executor in kernels.OF_ARRAYS else CONVERSIONS)


@pytest.mark.parametrize("home", ["numpy_.ops", "numba_.names", "torch_.ops", "triton_.names"])
def test_every_executor_has_all_names(home):
    for needed in {"torch_.ops": ["torch"], "triton_.names": ["torch", "triton"]}.get(home, []):
        pytest.importorskip(needed)
    assert set(import_module(f"iqametrics.kernels.{home}").NAMES) - {"divide"} == set(names.__all__)


def test_triton_has_the_slopes_of_all_names():
    from iqametrics.kernels.triton_.tracing import SLOPES

    assert set(SLOPES) == {*names.__all__, *"+-*/"}


def test_names_mean_the_same_everywhere():
    """To Python's floats as to executors; test_derivatives.py and test_kernels.py go on with Triton."""
    assert set(every_name.__code__.co_names) == set(names.__all__)
    x, y = np.random.default_rng(0).uniform(-100, 100, (2, 1, 5, 7))
    expected = np.vectorize(every_name)(x, y)
    for executor in kernels.ON_CPU:
        if executor == "torch" and find_spec("torch") is None:
            continue
        (found,) = PixelField(Planes(x, executor), Planes(y, executor), every_name).maps()
        np.testing.assert_allclose(found, expected, rtol=1e-13)
