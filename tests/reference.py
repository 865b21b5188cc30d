"""The reference folder: pictures and authors' values that are not ours to distribute."""

import os
from pathlib import Path

import pytest

VARIABLE = "IQAMETRICS_REFERENCE"
WHY_SKIPPED = f"{VARIABLE} is not set: it names the folder with the authors' values and their pictures"


def find_reference_folder():
    """The folder, or None where the variable is unset; one that leads nowhere is an error, not a skip."""
    value = os.environ.get(VARIABLE)
    if not value:
        return None
    folder = Path(value).resolve()
    if not (folder / "golden" / "golden.csv").is_file():
        raise pytest.UsageError(f"{VARIABLE}={value}: no golden/golden.csv there")
    return folder
