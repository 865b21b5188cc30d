"""The embedded study at full size, run once and looked at by many tests."""

import pytest

from benchmarks.cnn_error import demonstrate
from iqametrics.cnn_error.demo import Settings, write_files


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="session")
def study(study_folder):
    found = demonstrate(study_folder, Settings(metrics=("psnr", "ssim", "gmsd")))
    write_files(found, study_folder)
    return found
