"""The performance suite runs: here on tiny pictures, where its times mean nothing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from iqametrics.kernels import ON_CPU

pytest.importorskip("pytest_benchmark")
pytest.importorskip("torch")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Output of the suite on two metrics, and what pytest-benchmark wrote."""
    report = tmp_path_factory.mktemp("suite") / "report.json"
    options = ["--sizes", "272x256", "--rounds", "2", "-k", "uint8 and (mse or ssim)", f"--benchmark-json={report}"]
    command = [sys.executable, "-m", "pytest", "benchmarks/perf", *options, "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout, json.loads(report.read_text("utf-8"))["benchmarks"]


def test_times_every_executor(run):
    _, times = run
    timed = {entry["name"] for entry in times}
    for metric in ("mse", "ssim", "ms_ssim"):
        assert {f"test_executor[{metric}-272x256-uint8-{name}]" for name in ON_CPU} <= timed


def test_times_peers_next_to_our_own(run):
    pytest.importorskip("skimage")
    _, times = run
    (peer,) = (entry for entry in times if entry["name"] == "test_peer[ssim-272x256-uint8-skimage]")
    assert peer["group"] == "ssim 272x256 uint8"
    assert peer["extra_info"]["ours_median"] > 0
    assert peer["extra_info"]["difference"] <= 1e-8


def test_skips_a_peer_with_another_number_and_says_how_far_off_it_is(run):
    pytest.importorskip("sewar")
    output, times = run
    assert "test_peer[ms_ssim-272x256-uint8-sewar]" not in {entry["name"] for entry in times}
    assert re.search(r"ms_ssim: sewar gives .* a relative difference of \d\.\de-03, more than 1e-08", output)
