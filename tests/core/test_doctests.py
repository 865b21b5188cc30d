"""Every example in the package's documentation runs and shows what it says."""

import doctest
import importlib
import pkgutil

import pytest

import iqametrics

MODULES = [
    module.name
    for module in pkgutil.walk_packages(iqametrics.__path__, "iqametrics.")
    if "cli" not in module.name and not module.name.endswith("__main__")
]


def run(examples):
    runner = doctest.DocTestRunner(verbose=False)
    report = []
    runner.run(examples, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)
    return len(examples.examples)


@pytest.mark.parametrize("name", iqametrics.metrics())
def test_metrics(name):
    """Metrics are instances, whose docstrings doctest's own collection passes over."""
    found = doctest.DocTestParser().get_doctest(iqametrics.metric(name).__doc__, {}, name, None, 0)
    assert run(found)
    shown = found.examples[-1]
    assert float(shown.want) == float(shown.want)
    assert f"import {name}" in "".join(example.source for example in found.examples)


@pytest.mark.parametrize("name", [name for name in iqametrics.__all__ if name not in iqametrics.metrics()])
def test_public_functions(name):
    public = getattr(iqametrics, name)
    found = doctest.DocTestParser().get_doctest(public.__doc__, {name: public}, name, None, 0)
    assert found.examples, f"{name} shows no example"
    assert run(found)


@pytest.mark.parametrize("name", MODULES)
def test_modules(name):
    if ".torch_" in name:
        pytest.importorskip("torch")
    for found in doctest.DocTestFinder().find(importlib.import_module(name)):
        run(found)
