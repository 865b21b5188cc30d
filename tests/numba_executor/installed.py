"""A copy of the package with nothing compiled yet, and programs that run with it in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import iqametrics

#: Lets a program tell which kernels it compiled: it ends with ``report(...)``, which prints JSON.
PRELUDE = """
import json
import numpy as np
import iqametrics
compiled = []
def watch():
    from numba.core import event
    class Listener(event.Listener):
        def on_start(self, happened):
            function = happened.data["dispatcher"].py_func
            compiled.append(f"{function.__module__}.{function.__qualname__}")
        def on_end(self, happened):
            pass
    event.register("numba:compile", Listener())
def pair(name, dtype="uint8"):
    rng = np.random.default_rng(0)
    side = iqametrics.metric(name).min_size + 8
    return [rng.integers(0, 2, (side, side)).astype(dtype) for _ in range(2)]
def score(name, dtype="uint8"):
    return iqametrics.metric(name)(*pair(name, dtype), data_range=1, backend="numba")
def report(**found):
    print(json.dumps({"compiled": compiled, "home": iqametrics.__file__, **found}))
"""


class Installed:
    """A copy of the package in a folder, and a home for its user.

    Attributes
    ----------
    package : Path
        The copy's top folder.
    kernels : Path
        The copy's folder of kernels, beside which Numba keeps what it compiled.
    home : Path
        Home of the user that runs it.
    """

    def __init__(self, folder):
        self.package, self.home = folder / "site" / "iqametrics", folder / "home"
        self.kernels = self.package / "kernels" / "numba_"
        self.home.mkdir()
        shutil.copytree(Path(iqametrics.__file__).parent, self.package, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, program, timeout=240, **variables):
        """What a program reports, in a process of its own."""
        command = [sys.executable, "-c", PRELUDE + program]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "XDG_"))}
        environment |= {"PYTHONPATH": str(self.package.parent), "HOME": str(self.home), **variables}
        where = {"cwd": self.package.parent, "env": environment}
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, **where)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert Path(found["home"]).parent == self.package
        return found

    def edit(self, path, old, new):
        """Change the source of the copy."""
        file = self.package / path
        source = file.read_text("utf-8")
        assert old in source, f"{path} has no {old!r} any more: choose another line to edit"
        file.write_text(source.replace(old, new), "utf-8")

    def close(self):
        """Leave no place beside the kernels to keep compiled code in (removing permissions would not stop root)."""
        (self.kernels / "__pycache__").write_text("a file where a folder should be")

    def kept(self):
        """Index files of the code kept in the user's home."""
        return sorted(path.name for path in self.home.rglob("*.nbi"))
