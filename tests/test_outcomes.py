"""What tests/outcomes.py says of tests in another process."""

import subprocess
import sys

import pytest

from tests import outcomes


def test_every_verdict_with_its_reason(tmp_path):
    tmp_path.joinpath("test_some.py").write_text(
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): assert 1 + 1 == 3\n"
        "def test_c(): pytest.skip('not today')\n"
        "def test_d(nowhere): pass\n",
        "utf-8",
    )
    found, finished = outcomes.run_pytest([str(tmp_path)], {})
    assert finished
    assert {each.name[-1]: each.verdict for each in found} == {
        "a": "passed",
        "b": "failure",
        "c": "skipped",
        "d": "error",
    }
    texts = [each.text for each in found]
    for reason, text in zip(("", "1 + 1", "not today", "nowhere"), texts, strict=True):
        assert reason in text


def test_no_report_is_no_success():
    with pytest.raises(outcomes.NoReportError, match="no-such-option"):
        outcomes.run_pytest(["--no-such-option"], {})


def test_a_process_that_takes_too_long_is_interrupted():
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; print(end='here', flush=True); time.sleep(600)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout.read(4) == b"here"
        assert outcomes._wait(process, 0.1) is False
    assert process.returncode != 0
