"""What shells complete."""

import os
import shutil
import subprocess
import sys

import pytest

import iqametrics

START = "from iqametrics.cli import main; main(prog_name='iqametrics')"


def completed(*words):
    """What is offered for the last word."""
    environment = {
        **os.environ,
        "_IQAMETRICS_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["iqametrics", *words]),
        "COMP_CWORD": str(len(words)),
    }
    result = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, env=environment)
    return [line.split(",", 1)[1] for line in result.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["sc"], ["score"]),
        (["score", "--pa"], ["--pair"]),
        (["score", "--pair", "st"], ["stem"]),
        (["info", "gm"], ["gmsd"]),
        (["explain", "gm"], ["gmsd"]),
        (["score", "-m", "psnr,ms"], ["psnr,ms_gmsd", "psnr,ms_gmsdc", "psnr,ms_ssim", "psnr,mse"]),
        (["score", "-m", "ssim:sk"], ["ssim:skimage"]),
        (["score", "-m", "nothing:"], []),
        (["warmup", "vi"], ["vif", "vifp"]),
        (["completion", "b"], ["bash"]),
    ],
)
def test_offers(words, expected):
    assert completed(*words) == expected


def test_every_metric_is_offered():
    assert completed("info", "''") == iqametrics.metrics()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_asks_the_program(run, shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_IQAMETRICS_COMPLETE={shell}_complete" in result.stdout
    assert shell in run("completion", "--help").stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_script_is_bash(run):
    script = run("completion", "bash").stdout + "\ncomplete -p iqametrics"
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert "_iqametrics_completion" in result.stdout


def test_unknown_shell(run):
    assert run("completion", "tcsh").exit_code == 2
