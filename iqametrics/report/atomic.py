"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file under another name, and give it its own when all went well.

    Yields
    ------
    Path
        The file to write, in the folder of `path` and with its suffix. It takes the place of `path` at the end; after an
        error it is removed, and what stood at `path` stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, its line ends as they are on every system."""
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="")
