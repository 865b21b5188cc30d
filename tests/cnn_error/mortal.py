"""Makes an error data set and is killed after some of its parts: ``python -m tests.cnn_error.mortal PATH PARTS``."""

import os
import signal
import sys

from tests.cnn_error.small import make


def dying(after):
    def track(items, total):
        for number, item in enumerate(items):
            if number == after:
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    return track


if __name__ == "__main__":
    make(sys.argv[1], n=90, track=dying(int(sys.argv[2])))
