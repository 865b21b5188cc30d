"""Files of weights: which ones they are."""

from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from iqametrics.errors import WeightsError

#: Digests kept in memory.
_KEPT = 64

Stamp = tuple[int, ...]


def stamp(path: Path) -> Stamp | None:
    """What changes with the content of a file, without reading it; None if there is no such file.

    Times alone would not do: a copy may bring them along, and one network's weights are as long as another's. Nobody can set
    the time at which the system last saw a file change.
    """
    if not path.is_file():
        return None
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits; it is read again when it has changed.

    Raises
    ------
    WeightsError
        There is no such file.
    """
    found = stamp(path)
    if found is None:
        raise WeightsError(f"weights={str(path)!r}: there is no such file")
    return _sha256(path, found)


@lru_cache(_KEPT)
def _sha256(path: Path, stamp: Stamp) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
