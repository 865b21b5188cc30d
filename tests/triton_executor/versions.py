"""Test the kernels with other versions of Triton: ``python -m tests.triton_executor.versions [VERSION ...]``.

Each version is installed by pip into a folder of its own, without its dependencies, and stands before the installed one;
torch stays the one that is installed. No GPU is used: Triton's interpreter runs the kernels on the CPU, and code for compute
capability 9.0 is made but not run. What a device makes of it, ``pytest -m gpu`` tells there.
"""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from xml.etree import ElementTree

import click

from iqametrics import executors

HERE = Path(__file__).parent
#: The oldest that is supported, and the newest that pip finds.
BOTH_ENDS = (f"=={'.'.join(map(str, executors._TRITON))}.*", "")


class Outcome(NamedTuple):
    """What became of a test."""

    name: str
    passed: bool
    seconds: float
    text: str


def install(specifier, folder):
    """Install a version of Triton into a folder, and return its number."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, f"triton{specifier}"], check=True)
    (found,) = folder.glob("triton-*.dist-info")
    return found.name.removeprefix("triton-").removesuffix(".dist-info")


def outcomes(folder):
    """Run test_interpreter.py with the Triton of a folder."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(HERE.parents[1])])}
    done = subprocess.run(
        [*command, str(HERE / "test_interpreter.py")],
        env=environment,
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    if not report.exists():
        raise click.ClickException(f"pytest wrote no report:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    # A test that passed has nothing in its element; one that failed, or was skipped, has the reason there.
    return [
        Outcome(case.get("name"), not len(case), float(case.get("time")), "\n".join(case.itertext()).strip())
        for case in ElementTree.parse(report).iter("testcase")
    ]


@click.command()
@click.argument("versions", nargs=-1)
def main(versions):
    """Test the kernels with versions of Triton, such as 3.7.1; unless given, with the oldest supported and the newest."""
    click.echo(f"torch {version('torch')}, no GPU is used")
    failed = False
    for specifier in [f"=={each}" for each in versions] or BOTH_ENDS:
        with TemporaryDirectory() as folder:
            number = install(specifier, Path(folder))
            found = outcomes(Path(folder))
        failed |= not (found and all(outcome.passed for outcome in found))
        for outcome in found:
            verdict = "passed" if outcome.passed else "NOT PASSED"
            click.echo(f"triton {number:<8} {outcome.name:<40} {verdict:<10} {outcome.seconds:6.1f} s")
            if not outcome.passed:
                click.echo(outcome.text[-4000:])
    sys.exit(failed)


if __name__ == "__main__":
    main()
