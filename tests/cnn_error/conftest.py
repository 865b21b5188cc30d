"""The embedded study with fewer digits than it has by itself, run once and looked at by many tests."""

import pytest

from benchmarks.cnn_error import demonstrate
from iqametrics.cnn_error.demo import Settings, write_files
from iqametrics.cnn_error.threads import limited_threads


@pytest.fixture(scope="package", autouse=True)
def one_thread():
    """Networks of this size wait for a second one, most of all where other work has the processors."""
    with limited_threads(1):
        yield


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="session")
def study(study_folder):
    sizes = {"worker": 900, "metrifier": 240, "evaluation": 200}
    found = demonstrate(study_folder, Settings(sizes=sizes, metrics=("psnr", "ssim", "gmsd")))
    write_files(found, study_folder)
    return found
