"""What became of tests that are run in another process."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
#: Seconds that pytest has for its report after it was interrupted.
GRACE = 20.0


class Outcome(NamedTuple):
    """What became of a test.

    Attributes
    ----------
    name : str
        Module and name.
    verdict : str
        ``"passed"``, ``"failure"``, ``"error"`` or ``"skipped"``.
    seconds : float
        How long it took.
    text : str
        Why it did not pass.
    """

    name: str
    verdict: str
    seconds: float
    text: str


class NoReportError(Exception):
    """Pytest ended without saying what became of the tests."""


def run_pytest(
    arguments: Sequence[str], environment: Mapping[str, str], limit: float | None = None
) -> tuple[list[Outcome], bool]:
    """Run pytest in the checkout's root.

    Parameters
    ----------
    arguments : sequence of str
        What is added to the command.
    environment : mapping of str to str
        Variables besides those of this process.
    limit : float, optional
        Seconds after which it is interrupted.

    Returns
    -------
    list of Outcome
        Of the tests that ended.
    bool
        Whether pytest came to its end by itself.
    """
    with TemporaryDirectory() as folder:
        report, output = Path(folder, "report.xml"), Path(folder, "output.txt")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *arguments]
        with output.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environment}, stdout=stream, stderr=subprocess.STDOUT
            )
            finished = _wait(process, limit)
        if not report.exists() and not finished:  # interrupted before it had found the tests
            return [], False
        if not report.exists():
            raise NoReportError(f"{' '.join(command)} wrote no report:\n{output.read_text('utf-8')[-2000:]}")
        return [_outcome(case) for case in ElementTree.parse(report).iter("testcase")], finished


def _wait(process: subprocess.Popen, limit: float | None) -> bool:
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # pytest then still reports what is done
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return False
    return True


def _outcome(case: ElementTree.Element) -> Outcome:
    """A test that passed has nothing in its element; any other has the reason there."""
    verdict = case[0].tag if len(case) else "passed"
    name = f"{case.get('classname')}::{case.get('name')}"
    return Outcome(name, verdict, float(case.get("time", 0)), "\n".join(case.itertext()).strip())
