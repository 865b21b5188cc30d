"""What a measurement was made on: the machine, the versions and the commit."""

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from iqametrics.report import environment

ROOT = Path(__file__).parents[1]
#: What had a say in the figures.
PACKAGES = (
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
    "torch",
    "triton",
    "scikit-image",
    "piq",
    "pytorch-msssim",
    "torchmetrics",
    "sewar",
    "fused-ssim",
    "frame-analytics",
)


def describe(name: str | None = None) -> dict[str, Any]:
    """The machine; unless it is given a name, it is called by its processor."""
    processor, cores = environment.processor(), os.cpu_count()
    given = name or f"{processor} {cores} cores"
    return {
        "name": re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-"),
        "processor": processor,
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
    }


def load() -> float:
    """How many processes were at work in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that are there."""
    return {"python": platform.python_version(), **environment.versions(PACKAGES)}


def commit() -> tuple[str, bool]:
    """Commit of the checkout, and whether what is measured differs from it; of a copy without its history, nobody knows."""
    try:
        changed = _git("status", "--porcelain", "--", "iqametrics", "benchmarks", ":!benchmarks/results")
        return _git("rev-parse", "HEAD"), bool(changed)
    except (OSError, subprocess.CalledProcessError):
        return "unknown", True


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()
