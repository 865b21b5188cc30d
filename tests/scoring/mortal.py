"""A pool whose processes die of some files; its tasks must be importable by them."""

import os
import signal
from pathlib import Path

from iqametrics.scoring import ProcessPool


def score_or_die(task, part):
    if any(Path(file).name.startswith("deadly") for file in part.files):
        os.kill(os.getpid(), signal.SIGKILL)
    return task(part)


class MortalPool(ProcessPool):
    def submit(self, task, /, *args):
        return super().submit(score_or_die, task, *args)
