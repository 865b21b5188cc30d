"""Benchmarks run once, through the command line, and looked at by many tests."""

from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from iqametrics.cli import main
from tests.benchmark.trees import write_evil_set, write_tid2013_pairs

pytest.importorskip("jinja2")


class Run(NamedTuple):
    """A run of ``iqametrics benchmark``: what it was given, and what came out."""

    result: Result
    arguments: list[str]
    folder: Path
    cache: Path


def benchmark(*arguments):
    """Run ``iqametrics benchmark`` in this process."""
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, ["benchmark", *map(str, arguments)])


@pytest.fixture(scope="session")
def tid(tmp_path_factory, reference_folder):
    """Six pairs of TID2013 in its own layout, every metric, and all files."""
    root = tmp_path_factory.mktemp("tid2013")
    name, folder, cache = write_tid2013_pairs(root, reference_folder), root / "report", root / "cache"
    arguments = [str(name), "--root", str(root), "--cache", str(cache)]
    return Run(benchmark(*arguments, "-o", folder), arguments, folder, cache)


@pytest.fixture(scope="session")
def evil(tmp_path_factory):
    """A set of one's own whose names are markup."""
    root = tmp_path_factory.mktemp("evil")
    name, folder, cache = write_evil_set(root), root / "report", root / "cache"
    arguments = [str(name), "--root", str(root), "--direction", "quality", "-m", "psnr,ssim", "--cache", str(cache)]
    return Run(benchmark(*arguments, "-o", folder), arguments, folder, cache)
