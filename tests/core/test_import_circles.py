"""Imports run one way: no file of the package needs, through others, itself, be it for types alone or inside a function."""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import iqametrics

PACKAGE = Path(iqametrics.__file__).parent


def imports(folder):
    """What the modules of a package and their stubs import of it, by name."""
    files = [(path, ("" if path.stem == "__init__" else f".{path.stem}")) for path in folder.rglob("*.py*")]
    files = [
        (path, ".".join([folder.name, *path.parent.relative_to(folder).parts]) + end)
        for path, end in files
        if path.suffix in (".py", ".pyi")
    ]
    modules, found = {name for _, name in files}, defaultdict(set)
    for path, name in files:
        parents = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                above = parents[: len(parents) + 1 - node.level] if node.level else []
                source = ".".join([*above, *([node.module] if node.module else [])])
                names = [f"{source}.{each.name}" for each in node.names]
                names = [each if each in modules else source for each in names]
            else:
                continue
            found[name] |= {each for each in names if each in modules and each != name}
    return found


def test_no_import_leads_back():
    found = imports(PACKAGE)
    assert "iqametrics.files" in found["iqametrics"], "the stubs are read"
    assert "iqametrics.formulas.error" in found["iqametrics.saliency_pooling"]
    TopologicalSorter(found).prepare()


def test_a_circle_for_types_inside_functions_is_found(tmp_path):
    package = tmp_path / "own"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "low.py").write_text("def f():\n    if TYPE_CHECKING:\n        from . import high\n")
    (package / "high.py").write_text("from own.low import f\n")
    with pytest.raises(CycleError, match="cycle"):
        TopologicalSorter(imports(package)).prepare()
