"""Derivatives made from formulas, against automatic differentiation; no kernel is needed for that."""

import inspect

import numpy as np
import pytest

from iqametrics.fields import as_tuple
from iqametrics.formulas import error, information, similarity, structure
from tests.every_name import every_name

torch = pytest.importorskip("torch")
pytest.importorskip("triton")

from iqametrics.kernels.torch_ import ops  # noqa: E402
from iqametrics.kernels.triton_.tracing import Graph, derivatives, source  # noqa: E402

FORMULAS = [
    (structure.ssim, 4, (6.5, 58.5)),
    (structure.contrast_structure_and_ssim, 4, (6.5, 58.5)),
    (structure.universal_quality, 5, (1e-9,)),
    (information.pixel_information, 5, (2.0, 1e-10)),
    (information.gain_and_noise, 3, (1.0, 1e-10)),
    (similarity.similarity, 2, (170.0,)),
    (similarity.magnitude, 2, ()),
    (every_name, 2, ()),
    *((formula, 2, ()) for formula in (error.squared_error, error.absolute_error, error.lost_and_left)),
]


def function(name, text):
    scope = {**ops.NAMES, "divide": torch.div}
    exec(text, scope)
    return scope[name]


@pytest.mark.parametrize(("formula", "count", "constants"), FORMULAS, ids=lambda each: getattr(each, "__name__", ""))
def test_values_and_derivatives(formula, count, constants):
    graph = Graph()
    taken = [graph.argument(f"a{place}") for place in range(count)]
    results = as_tuple(graph.bind(formula)(*taken, *constants))
    upstream = [graph.argument(f"g{place}") for place in range(len(results))]
    slopes = derivatives(graph, results, upstream, taken)
    values = function("values", source("values", taken, results))
    derived = function("derived", source("derived", [*taken, *upstream], slopes))

    rng = np.random.default_rng(0)
    arguments = [torch.tensor(rng.normal(1, 3, 500), requires_grad=True) for _ in range(count)]
    weights = [torch.tensor(rng.normal(size=500)) for _ in results]
    expected = as_tuple(ops.bind(formula)(*arguments, *constants))
    for found, value in zip(values(*arguments), expected, strict=True):
        torch.testing.assert_close(found, value, rtol=1e-12, atol=1e-12)
    sum((weight * value).sum() for weight, value in zip(weights, expected, strict=True)).backward()
    for found, argument in zip(derived(*(each.detach() for each in arguments), *weights), arguments, strict=True):
        gradient = torch.zeros(500) if argument.grad is None else argument.grad
        torch.testing.assert_close(torch.as_tensor(found).expand(500).double(), gradient.double(), rtol=1e-9, atol=1e-9)


def test_equal_operations_are_made_once():
    graph = Graph()
    a = graph.argument("a")
    assert (a + 1.0) is (a + 1.0)
    text = source("f", [a], [(a + 1.0) * (a + 1.0)])
    assert text.count("a + 1.0") == 1
    assert inspect.cleandoc(text).startswith("def f(a):")
