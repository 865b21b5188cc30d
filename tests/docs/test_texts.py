"""What the texts say about the package is what the package says about itself."""

import re
import subprocess
import sys
from pathlib import Path

from iqametrics.cli.exits import ExitCode

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "iqametrics"


def test_table_in_readme_is_that_of_the_records():
    command = [sys.executable, str(ROOT / "docs" / "_ext" / "readme_table.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_architecture_names_every_room_of_the_package():
    text = (ROOT / "docs" / "architecture.rst").read_text("utf-8")
    _, listing = text.split("   iqametrics/\n")
    named = set(re.findall(r"^ {5}(\S+) ", listing.split("\n\n")[0], re.MULTILINE))
    there = {f"{path.name}/" if path.is_dir() else path.name for path in PACKAGE.iterdir()}
    assert named == there - {"__init__.py", "__pycache__/", "py.typed"}


def test_page_of_the_command_line_lists_the_exit_codes():
    text = (ROOT / "docs" / "command_line.rst").read_text("utf-8")
    assert [int(code) for code in re.findall(r"^(\d+) {2,}\S", text, re.MULTILINE)] == [code.value for code in ExitCode]
