"""Files that belong to one process at a time; the system gives them back when the process ends, however it ends."""

import os
import sys


def take(descriptor: int) -> bool:
    """Whether an open file is ours from now on, until it is closed; False if it is another's."""
    try:
        _take(descriptor)
    except (BlockingIOError, PermissionError):
        return False
    return True


if sys.platform == "win32":
    import msvcrt

    #: Locks on Windows keep others from reading; nothing is ever written so far behind.
    _FAR = 2**62

    def _take(descriptor: int) -> None:
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, position, os.SEEK_SET)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
