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

import click

from iqametrics import executors
from tests.outcomes import ROOT, run_pytest

HERE = Path(__file__).parent
#: The oldest that is supported, and the newest that pip finds.
BOTH_ENDS = (f"=={'.'.join(map(str, executors._TRITON))}.*", "")


def install(specifier, folder):
    """Install a version of Triton into a folder, and return its number."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, f"triton{specifier}"], check=True)
    (found,) = folder.glob("triton-*.dist-info")
    return found.name.removeprefix("triton-").removesuffix(".dist-info")


@click.command()
@click.argument("versions", nargs=-1)
def main(versions):
    """Test the kernels with versions of Triton, such as 3.7.1; unless given, with the oldest supported and the newest."""
    click.echo(f"torch {version('torch')}, no GPU is used")
    failed = False
    for specifier in [f"=={each}" for each in versions] or BOTH_ENDS:
        with TemporaryDirectory() as folder:
            number = install(specifier, Path(folder))
            path = os.pathsep.join([folder, str(ROOT)])
            found, _ = run_pytest([str(HERE / "test_interpreter.py")], {"PYTHONPATH": path})
        failed |= not found
        for name, verdict, seconds, text in found:
            click.echo(f"triton {number:<8} {name.rpartition('::')[2]:<40} {verdict:<8} {seconds:6.1f} s")
            if verdict != "passed":  # a test that is skipped has shown nothing
                failed = True
                click.echo(text[-4000:])
    sys.exit(failed)


if __name__ == "__main__":
    main()
