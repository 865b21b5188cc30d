"""Every example in the README, in the pages and in the docstrings shows what really happens."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import iqametrics

ROOT = Path(__file__).parents[2]


def _with_examples(paths):
    return [
        pytest.param(path, id=path.relative_to(ROOT).as_posix())
        for path in sorted(paths)
        if ">>> " in path.read_text("utf-8")
    ]


def _run(*examples: doctest.DocTest):
    report: list[str] = []
    runner = doctest.DocTestRunner()
    for example in examples:
        runner.run(example, out=report.append)
    assert runner.tries
    assert not runner.failures, "".join(report)


@pytest.mark.usefixtures("own_registry")
@pytest.mark.parametrize("path", _with_examples([ROOT / "README.md", *ROOT.glob("docs/*.rst")]))
def test_pages(path):
    text = path.read_text("utf-8")
    if "import torch" in text:
        pytest.importorskip("torch")
    if path.suffix == ".md":  # the fence that ends a block would pass for a line of output
        text = "\n".join(re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    _run(doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, path.name, str(path), 0))


@pytest.mark.parametrize("name", iqametrics.metrics(weights=True))
def test_docstrings_of_metrics(name):
    """A metric is an instance, whose docstring doctest's own collection passes over."""
    if iqametrics.metric(name).needs_weights:
        pytest.importorskip("torch")
    found = doctest.DocTestParser().get_doctest(iqametrics.metric(name).__doc__, {}, name, None, 0)
    if not iqametrics.metric(name).needs_weights:
        shown = found.examples[-1]
        assert float(shown.want) == float(shown.want)
        assert f"import {name}" in "".join(example.source for example in found.examples)
    _run(found)


def test_every_public_function_shows_an_example():
    for name in set(iqametrics.__all__) - set(iqametrics.metrics()):
        assert ">>> " in getattr(iqametrics, name).__doc__, name


@pytest.mark.parametrize(
    # Of the files of metrics, the one with a function: instances are above.
    "path",
    _with_examples(
        path
        for path in ROOT.glob("iqametrics/**/*.py")
        if path.parent.name not in ("fr", "metrics", "nr") or path.stem == "of_pixels"
    ),
)
def test_docstrings_of_functions(path):
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    _run(*doctest.DocTestFinder().find(module))
