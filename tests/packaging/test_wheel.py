"""The wheel holds the package and nothing else, and works in an environment that knows no checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from iqametrics import psnr, ssim

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "iqametrics"
MANIFESTS = ROOT / "data_manifests"
SUFFIXES = {".py", ".pyi", ".json", ".typed", ".html", ".css", ".js"}


def _run(command, folder):
    """Run outside the checkout, without its path."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    result = subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel as it is published: built from the sdist, here from a copy, as setuptools writes into its source."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("iqametrics", "data_manifests", "tests", "docs"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "_build"))
    # Not isolated: this environment has the build backend, and a test should not need the network.
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", built, source], built)
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """Scripts folder of a fresh environment with the wheel, which borrows all other packages from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    scripts, packages = Path(paths["scripts"]), Path(paths["purelib"])
    borrowed = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (packages / "borrowed.pth").write_text("\n".join(borrowed) + "\n", "utf-8")
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "--disable-pip-version-check"]
    _run([*pip, "install", "--no-deps", "--no-index", wheel], folder)
    return scripts


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    reference = np.add.outer(np.arange(64), 2 * np.arange(48)).astype(np.uint8)
    distorted = reference // 32 * 32
    Image.fromarray(reference).save(folder / "a.png")
    Image.fromarray(distorted).save(folder / "b.png")
    return folder, reference, distorted


def test_wheel_holds_the_package_whole(wheel):
    expected = {
        path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*") if path.suffix in SUFFIXES and path.is_file()
    }
    expected |= {f"iqametrics/data_manifests/{path.name}" for path in MANIFESTS.iterdir() if path.is_file()}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected
    assert held >= {"iqametrics/py.typed", "iqametrics/__init__.pyi", "iqametrics/stencils/tables/sp5Filters.json"}
    assert held >= {
        f"iqametrics/data_manifests/{name}" for name in ("README.md", "live.csv", "live.toml", "published.csv")
    }


def test_wheel_holds_the_licence(wheel):
    (name,) = (name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/LICENSE"))
    assert zipfile.ZipFile(wheel).read(name) == (ROOT / "LICENSE").read_bytes()


def test_installed_command_scores_two_files(installed, pictures):
    folder, reference, distorted = pictures
    printed = _run([installed / "iqametrics", "score", "a.png", "b.png", "-m", "ssim,psnr", "--json"], folder)
    scores = {score["metric"]: score["value"] for score in json.loads(printed)["pairs"][0]["scores"]}
    assert scores == pytest.approx({"ssim": ssim(reference, distorted), "psnr": psnr(reference, distorted)}, rel=1e-12)


def test_installed_package_scores_two_files(installed, pictures):
    folder, reference, distorted = pictures
    script = "import iqametrics; from iqametrics import ssim; print(iqametrics.__file__); print(ssim('a.png', 'b.png'))"
    where, score = _run([installed / "python", "-c", script], folder).splitlines()
    assert Path(where).is_relative_to(installed.parent)
    assert float(score) == pytest.approx(ssim(reference, distorted), rel=1e-12)


def test_installed_package_reads_its_manifests(installed, tmp_path):
    script = (
        "from iqametrics import datasets\n"
        "from iqametrics.datasets.cards import manifest_folder\n"
        "live = datasets.manifest('live')\n"
        "print(manifest_folder())\n"
        "print(len(live), len(datasets.names()), len(datasets.published()), 'Permission is hereby granted' in live.notice)"
    )
    where, counts = _run([installed / "python", "-c", script], tmp_path).splitlines()
    assert Path(where).is_relative_to(installed.parent)
    assert counts == "779 12 362 True"
    printed = _run([installed / "iqametrics", "manifest", "--help"], tmp_path)
    assert "check" in printed
