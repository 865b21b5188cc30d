"""What is in a file: its digest, whether it has changed, and what was read from it until it does."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
Stamp = tuple[int, ...]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits.

    Raises
    ------
    OSError
        It can't be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def stamp(path: Path) -> Stamp | None:
    """What changes with the content of a file, without reading it; None if there is no such file.

    Times alone would not do: a copy may bring them along, and one network's weights are as long as another's. Nobody can set
    the time at which the system last saw a file change.
    """
    if not path.is_file():
        return None
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class UntilChanged(Generic[T]):
    """A function of a file that keeps its results, each until its file changes. Threads that want the same one get the same.

    Parameters
    ----------
    read : callable
        Takes the path, or None where the result needs no file, and more that can be a key.
    kept : int
        How many results are kept, those asked for last.
    """

    def __init__(self, read: Callable[..., T], kept: int) -> None:
        def of_stamp(stamp: Stamp | None, path: Path | None, *args: Hashable) -> T:
            return read(path, *args)

        self._read = lru_cache(kept)(of_stamp)
        self._reading = Lock()
        self.cache_info, self.cache_clear = self._read.cache_info, self._read.cache_clear

    def __call__(self, path: Path | None, *args: Hashable) -> T:
        with self._reading:
            return self._read(None if path is None else stamp(path), path, *args)
