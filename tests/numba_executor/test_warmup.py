"""Compiling ahead: from Python and from the command line."""

import pytest
from click.testing import CliRunner

import iqametrics
from iqametrics.cli import main
from iqametrics.errors import DTypeError, UnknownMetricError
from iqametrics.warmup import warmup


def run(*args):
    return CliRunner().invoke(main, ["warmup", *args])


def test_options_of_storage_do_not_hinder():
    """A metric bound to 10 bits in another executor is compiled for here all the same."""
    metric = iqametrics.metric("ssim", bits=10, layout="CHW", backend="numpy")
    assert list(warmup([metric, "ssim"], dtypes=["uint16"])) == ["ssim"]


def test_options_count(installed):
    """Another convention has a window of another size, and so a kernel of its own."""
    compiled = [
        installed.run(f"watch()\nfrom iqametrics.warmup import warmup\nwarmup([{metric}], ['uint8'])\nreport()")[
            "compiled"
        ]
        for metric in ("'ssim'", "iqametrics.metric('ssim', convention='skimage')", "'ssim'")
    ]
    assert compiled[0]
    assert compiled[1]
    assert compiled[2] == []


def test_refusals():
    with pytest.raises(DTypeError, match="int8"):
        warmup(["mse"], ["int8"])
    with pytest.raises(UnknownMetricError):
        warmup(["sim"])


def test_command():
    result = run("mse,ssim:skimage", "psnr", "--dtypes", "uint8,float32")
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["mse", "ssim:skimage", "psnr"]


@pytest.mark.parametrize("args", [["--dtypes", "uint8,int8"], ["siim"], ["ssim:nothing"]])
def test_wrong_usage(args):
    result = run(*args)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
