"""Fixtures for texts with code."""

import sys
from pathlib import Path

import pytest

import iqametrics
from iqametrics import registry

EXAMPLE_MODULES = Path(__file__).parents[2] / "docs" / "_examples"


@pytest.fixture
def own_registry(monkeypatch):
    """What an example registers is forgotten afterwards; the modules it may import are found."""
    iqametrics.metrics()
    own = dict(registry._METRICS)
    monkeypatch.setattr(registry, "_METRICS", own)
    monkeypatch.setattr(registry, "_SOURCES", dict(registry._SOURCES))
    monkeypatch.syspath_prepend(EXAMPLE_MODULES)
    yield own
    for path in EXAMPLE_MODULES.glob("*.py"):
        sys.modules.pop(path.stem, None)
