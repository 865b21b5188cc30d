"""Memory that images leave behind, kept for those to come.

The C library of most Linux systems gives large pieces of memory back to the system as soon as they are free, which hands
out every page anew, filled with zeros, for the next image. That is about a seventh of the time that a folder of large
pictures takes.
"""

import ctypes
import os

#: Numbers of ``mallopt``, from glibc's malloc.h, each with the variable by which a user says so instead.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_VARIABLES = "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"
#: Bytes that are kept at most at the end of an arena: one for each thread.
_KEPT = 256 << 20
#: Bytes from which memory is asked for and given back apart; the largest number that glibc takes.
_APART = 32 << 20


def keep_freed_memory() -> bool:
    """Let this process keep what is freed; for programs, since it is the process's owner who decides.

    Returns
    -------
    bool
        Whether it does from now on: never where the C library is not glibc, or where the environment says how it is to be.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is None or any(name in os.environ for name in _VARIABLES):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT) and mallopt(_MMAP_THRESHOLD, _APART))
