"""A pool whose processes die of some files; its tasks must be importable by them."""

import os
import signal
from pathlib import Path

from iqametrics.scoring import ProcessPool


def score_or_die(call, task):
    if any(Path(file).name.startswith("deadly") for file in task.files):
        os.kill(os.getpid(), signal.SIGKILL)
    return call(task)


class MortalPool(ProcessPool):
    def submit(self, call, /, *args):
        return super().submit(score_or_die, call, *args)
