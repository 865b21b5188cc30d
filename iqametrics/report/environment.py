"""What a result was made with: versions, machine, threads, date."""

import os
import platform
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from iqametrics.scoring.workers import processors
from iqametrics.version import __version__

#: What has a say in scores and figures.
_PACKAGES = ("numpy", "scipy", "numba", "pandas", "scikit-image", "pillow", "imagecodecs")


def environment() -> dict[str, str]:
    """What a report says of where it comes from, in words."""
    packages = ", ".join(f"{name} {found}" for name, found in versions(_PACKAGES).items())
    return {
        "iqametrics": __version__,
        "Python": platform.python_version(),
        "Packages": packages,
        "Machine": f"{processor()}, {processors()} of {os.cpu_count()} cores usable, {platform.system()} "
        f"{platform.machine()}",
        "Threads": _threads(),
        "Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Versions of those packages that are installed."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def processor() -> str:
    """Model of the processor, which Python knows on some systems only."""
    table = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", table.read_text("utf-8"), re.MULTILINE) if table.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _threads() -> str:
    """Threads of a compiled metric; what has not been loaded has computed nothing here."""
    count = getattr(sys.modules.get("iqametrics.kernels.numba_.threads"), "thread_count", None)
    return f"up to {count()} in a compiled metric" if count else "no compiled metric was used"
