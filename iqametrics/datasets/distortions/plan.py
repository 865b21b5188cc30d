"""What is to be made of a folder of images."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, NamedTuple


class Original(NamedTuple):
    """An undistorted image file.

    Attributes
    ----------
    path : Path
        Where it is.
    name : PurePath
        Its path in the folder it was found in, which its distorted versions keep.
    """

    path: Path
    name: PurePath


@dataclass(frozen=True)
class Plan:
    """What is to be made of every original.

    Attributes
    ----------
    folder : Path
        Where to write: ``TYPE/LEVEL/NAME.SUFFIX``.
    types : sequence of str
        Names of distortions.
    levels : sequence of int
        Levels of `preset`.
    preset : str
        What a level means.
    seed : int
        What random numbers depend on, beside the image, the type and the level.
    suffix : str
        Format of the files, one of ``iqametrics.files.writer.SUFFIXES``.
    alpha : object
        What to do with transparency, see :func:`iqametrics.read_image`.
    """

    folder: Path
    types: Sequence[str]
    levels: Sequence[int]
    preset: str
    seed: int = 0
    suffix: str = ".png"
    alpha: Any = None

    def target(self, original: Original, kind: str, level: int) -> PurePath:
        """Where a distorted image goes, seen from the folder."""
        return PurePath(kind, str(level), original.name.with_suffix(self.suffix))

    @property
    def cases(self) -> list[tuple[str, int]]:
        """Every type with every level."""
        return [(kind, level) for kind in self.types for level in self.levels]
