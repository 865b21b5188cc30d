"""Files of weights: which ones they are."""

from pathlib import Path

from iqametrics import file_content
from iqametrics.errors import WeightsError

#: SHA-256 of files, 64 kept in memory.
_sha256 = file_content.UntilChanged(file_content.sha256_of, kept=64)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits; it is read again when it has changed.

    Raises
    ------
    WeightsError
        There is no such file.
    """
    if not path.is_file():
        raise WeightsError(f"weights={str(path)!r}: there is no such file")
    return _sha256(path)
