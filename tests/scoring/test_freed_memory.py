"""Memory of images stays with the process that scores many of them."""

import os
import platform
import subprocess
import sys

import pytest

#: How often the system had to hand out a page while images came and went, after the first have.
FAULTS = """
from resource import RUSAGE_SELF, getrusage
from iqametrics.scoring.freed_memory import keep_freed_memory

kept = keep_freed_memory() if KEEP else None
def images():
    return [bytearray(6 << 20) for _ in range(6)]
images()
before = getrusage(RUSAGE_SELF).ru_minflt
for _ in range(5):
    images()
print(kept, getrusage(RUSAGE_SELF).ru_minflt - before)
"""

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked to keep memory")


def run(keep, **variables):
    code = FAULTS.replace("KEEP", str(keep))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    output = subprocess.run(
        [sys.executable, "-c", code], env=clean | variables, capture_output=True, text=True, check=True
    )
    kept, faults = output.stdout.split()
    return kept, int(faults)


@glibc
def test_pages_are_handed_out_once():
    _, before = run(False)
    kept, after = run(True)
    assert kept == "True"
    assert before > 20_000
    assert after < 100


@glibc
@pytest.mark.parametrize("name", ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"])
def test_the_environment_has_the_last_word(name):
    assert run(True, **{name: "131072"})[0] == "False"
