"""Peak memory of every metric on a large pair, beside what the images take: run this file.

Run ``python tests/numba_executor/memory_report.py``. Every metric has a process of its own, which holds the pair and has
scored a small one before, so that neither images nor compilation count. Linux only: the peak comes from ``/proc``.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

MIB = 2**20
#: Side of the pair that compiles, imports and starts threads.
WARM_SIDE = 512


def status(field):
    """A size in bytes from ``/proc/self/status``."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024


def reset_peak():
    """Let the kernel forget the peak, so that it counts from what is resident now."""
    Path("/proc/self/clear_refs").write_text("5")


def pair(side):
    """A grey pair in 8 bits, made without larger temporary arrays."""
    reference = np.random.default_rng(0).integers(0, 256, (side, side), np.uint8)
    return reference, np.bitwise_xor(reference, 5)


def measure(name, side, backend):
    """Bytes by which a call grows the process at its peak, and its seconds."""
    import iqametrics

    metric = iqametrics.metric(name, backend=backend)
    metric(*pair(WARM_SIDE))
    images = pair(side)
    reset_peak()
    before, start = status("VmRSS"), time.perf_counter()
    metric(*images)
    return status("VmHWM") - before, time.perf_counter() - start


def measure_apart(name, side, backend="numba"):
    """What :func:`measure` finds in a fresh process."""
    command = [sys.executable, __file__, "--side", str(side), "--backend", backend, "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} at {side}x{side} ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def main():
    import iqametrics

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=10_000, help="side of the images in pixels")
    parser.add_argument("--only", metavar="METRIC", help="measure one metric in this process and print JSON")
    parser.add_argument("--backend", default="numba", help="executor")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure(arguments.only, arguments.side, arguments.backend)))
        return
    print(f"{arguments.side}x{arguments.side} uint8, executor {arguments.backend}")
    for name in iqametrics.metrics(task="fr"):
        growth, seconds = measure_apart(name, arguments.side, arguments.backend)
        print(f"{name:<10}{growth / MIB:10.1f} MiB{seconds:10.2f} s", flush=True)


if __name__ == "__main__":
    main()
