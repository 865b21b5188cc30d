"""Metrics of one's own in other processes: they work, and where they can't, the reason is told."""

import importlib
import subprocess
import sys
import textwrap

import pytest

from iqametrics import metric
from iqametrics.errors import UnknownMetricError, WorkerError
from iqametrics.scoring import ProcessPool, Settings, score_pairs

OWN = """
from iqametrics.fr.mse import mse
from iqametrics.registry import register

class Awkward(Exception):
    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")

def compute(x, y, recipe):
    if recipe.convention == "fails":
        raise Awkward("this", "that")
    return mse.compute(x, y, recipe)

own_error = register(replace(
    mse, name="own_error", aliases=(), compute=compute,
    conventions={"works": mse.conventions["plain"], "fails": mse.conventions["plain"]},
))
"""


@pytest.fixture
def own(module_of_a_user):
    """The module of a user's metric, imported."""
    (convention,) = metric("mse").conventions
    module_of_a_user("own_errors", OWN.replace("plain", convention))
    return importlib.import_module("own_errors")


def test_metric_of_ones_own_in_processes(own, pairs_of):
    pairs = pairs_of("r0.png v0.png", "r0.png v1.png", "r1.png v0.png")
    settings = Settings([own.own_error, metric("mse")], {})
    with ProcessPool(2) as pool:
        results = list(score_pairs(pairs, settings, executor=pool))
    for result in results:
        assert result.scores[0].value == result.scores[1].value > 0


def test_module_that_no_process_finds(own, pairs_of, monkeypatch):
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if "own_errors" not in str(folder)][1:])
    with ProcessPool(1) as pool, pytest.raises(UnknownMetricError, match=r"'own_errors', which can't be imported here"):
        list(score_pairs(pairs_of("r0.png v0.png"), Settings([own.own_error], {}), executor=pool))


def test_error_that_cannot_be_sent_is_told_in_words(own, pairs_of):
    settings = Settings([own.own_error.with_options(convention="fails")], {})
    with ProcessPool(1) as pool, pytest.raises(WorkerError, match="a worker failed with Awkward: this and that"):
        list(score_pairs(pairs_of("r0.png v0.png"), settings, executor=pool))


def test_script_without_a_guard_is_told_so(files, tmp_path):
    """Its processes run the script again and end; no image is to blame."""
    program = textwrap.dedent(
        f"""
        from iqametrics import metric
        from iqametrics.scoring import Pair, ProcessPool, Settings, score_pairs

        pool = ProcessPool(1)
        pairs = [Pair({str(files / "r0.png")!r}, {str(files / "v0.png")!r})]
        print(list(score_pairs(pairs, Settings([metric("psnr")], {{}}), executor=pool)))
        """
    )
    (tmp_path / "script.py").write_text(program)
    done = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("iqametrics.errors.WorkerError: new processes end before they begin")
