"""Bring the distorted images of a folder together with their references, without guessing.

Every distorted image looks for its one reference; a reference may have any number of distorted versions. The order of the
files decides nothing.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from iqametrics.errors import PairingError

#: What the names of image files end in; what a file is, its first bytes decide when it is read.
SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".dib", ".webp"),
    *(".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An image to score, and its reference if it has one.

    Attributes
    ----------
    reference : str or None
        Path of the undistorted image, as its user knows it; None of an image that metrics of one image judge alone.
    distorted : str
        Path of the image to score.
    folder : Path
        Where these paths start.
    name : str
        What to call the pair where space is short.
    extra : Mapping of str to str, int, float or None
        What else is known of the pair, to be carried through to the output.
    """

    reference: str | None
    distorted: str
    folder: Path = Path()
    name: str = ""
    extra: Mapping[str, str | int | float | None] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the reference, if there is one, and the distorted image are: the last is the one to score."""
        return tuple(self.folder / each for each in (self.reference, self.distorted) if each is not None)


@dataclass(frozen=True)
class Pairing:
    """The pairs of two folders, or the images of one, and what is left over.

    Attributes
    ----------
    pairs : list of Pair
        Ordered by reference, so that its share of the work is done once.
    ambiguous : Mapping of Path to list of Path
        Distorted images that more than one reference could belong to.
    without_reference, without_distorted : list of Path
        Images that nothing belongs to.
    others : list of Path
        Files that are no images by the end of their names.
    """

    pairs: list[Pair]
    ambiguous: Mapping[Path, list[Path]]
    without_reference: list[Path]
    without_distorted: list[Path]
    others: list[Path]

    @property
    def complete(self) -> bool:
        """Whether every image has found its place."""
        return not (self.ambiguous or self.without_reference or self.without_distorted)


def _prefixes(path: PurePath) -> list[str]:
    """The stem, and all that comes in it before a character other than a letter or a digit."""
    return [path.stem, *(path.stem[: mark.start()] for mark in re.finditer(r"[\W_]", path.stem) if mark.start())]


#: How to pair -> what the path of a reference, seen from its folder, must equal one of the distorted image's answers in.
MODES: dict[str, tuple[Callable[[PurePath], str], Callable[[PurePath], list[str]]]] = {
    "stem": (lambda path: path.stem, lambda path: [path.stem]),
    "name": (lambda path: path.name, lambda path: [path.name]),
    "relative": (lambda path: str(path.with_suffix("")), lambda path: [str(path.with_suffix(""))]),
    "prefix": (lambda path: path.stem, _prefixes),
}


def pair_folders(reference: Path, distorted: Path, by: str = "stem", without: Iterable[Path] = ()) -> Pairing:
    """Pair the images of two folders, those of their subfolders included.

    Parameters
    ----------
    reference, distorted : Path
        The folders. One that lies inside the other is no part of it.
    by : {"stem", "name", "relative", "prefix"}
        What must agree: the names without their last suffix, wherever the files are; the whole names; the paths seen from
        the folders, without the last suffix; or the stem of the reference and how that of the distorted image begins, up to
        a character other than a letter or a digit (``kodim01_q10`` belongs to ``kodim01``).
    without : iterable of Path
        Folders to leave out.

    Raises
    ------
    PairingError
        There are no images in a folder, or it can't be listed.
    """
    left_out = [folder.resolve() for folder in (reference, distorted, *without)]
    originals, other_originals = find_images(reference, left_out)
    versions, other_versions = find_images(distorted, left_out)
    key, wanted = MODES[by]
    known = defaultdict(list)
    for path in originals:
        known[key(path)].append(path)
    pairs, ambiguous, lonely, used = [], {}, [], set()
    for version in versions:
        found = [path for answer in wanted(version) for path in known.get(answer, ())]
        used.update(found)
        if len(found) > 1:
            ambiguous[distorted / version] = [reference / path for path in found]
        elif found:
            pairs.append((found[0], version))
        else:
            lonely.append(distorted / version)
    return Pairing(
        [
            Pair(str(reference / original), str(distorted / version), name=str(version))
            for original, version in sorted(pairs)
        ],
        ambiguous,
        lonely,
        [reference / path for path in originals if path not in used],
        [reference / path for path in other_originals] + [distorted / path for path in other_versions],
    )


def folder_images(folder: Path, without: Iterable[Path] = ()) -> Pairing:
    """The images of a folder, those of its subfolders included, for metrics that judge one image.

    Parameters
    ----------
    folder : Path
        The folder.
    without : iterable of Path
        Folders to leave out.

    Returns
    -------
    Pairing
        Pairs without a reference, by the paths of their images.

    Raises
    ------
    PairingError
        There are no images in the folder, or it can't be listed.
    """
    images, others = find_images(folder, [each.resolve() for each in without])
    return Pairing(
        [Pair(None, str(folder / image), name=str(image)) for image in images],
        ambiguous={},
        without_reference=[],
        without_distorted=[],
        others=[folder / path for path in others],
    )


def find_images(folder: Path, without: list[Path]) -> tuple[list[Path], list[Path]]:
    """Find the images of a folder and its subfolders by their names.

    Parameters
    ----------
    folder : Path
        Where to look.
    without : list of Path
        Folders to leave out, as absolute paths.

    Returns
    -------
    list of Path, list of Path
        Images and other files, sorted and seen from the folder; hidden ones don't count.

    Raises
    ------
    PairingError
        There are no images, or the folder can't be listed.
    """

    def fail(error: OSError) -> None:
        raise PairingError(f"{error.filename}: can't be listed ({error.strerror}); check its rights") from error

    images: list[Path] = []
    others: list[Path] = []
    for here, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [each for each in folders if not _hidden(each) and Path(here, each).resolve() not in without]
        for name in files:
            if not _hidden(name):
                kind = images if PurePath(name).suffix.lower() in SUFFIXES else others
                kind.append(Path(here, name).relative_to(folder))
    if not images:
        seen = f" among its {len(others)} files" if others else ""
        raise PairingError(f"{folder}: no image files{seen}; names of images end in {', '.join(SUFFIXES)}")
    return sorted(images), sorted(others)


def _hidden(name: str) -> bool:
    return name.startswith(".")
