"""The command that tests other versions of Triton; what it finds out is its own matter."""

import pytest
from click.testing import CliRunner

pytest.importorskip("torch")

from tests.triton_executor import versions


def test_a_version_whose_tests_are_skipped_has_not_passed(monkeypatch):
    """As where pip left a Triton that can't be imported."""

    def install(specifier, folder):
        folder.joinpath("triton.py").write_text("raise ModuleNotFoundError('broken', name='triton')\n", "utf-8")
        return specifier.removeprefix("==")

    monkeypatch.setattr(versions, "install", install)
    done = CliRunner().invoke(versions.main, ["9.8.7"])
    assert done.exit_code == 1
    assert "triton 9.8.7" in done.output
    assert "skipped" in done.output
