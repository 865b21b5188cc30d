"""A data set's folder, looked into without regard to case, and never left."""

import os
from pathlib import Path, PureWindowsPath

from iqametrics.errors import DatasetError


def checked_relative(name: str) -> str:
    """Return ``name`` if it is a plain relative path with forward slashes; raise otherwise.

    Manifests come from strangers: a path that is absolute, climbs, names a drive or uses backslashes is
    refused before any file is touched.
    """
    parts = name.split("/")
    harmless = (
        bool(name)
        and not {"", ".", ".."} & set(parts)
        and "\\" not in name
        and "\0" not in name
        and not PureWindowsPath(name).drive
    )
    if not harmless:
        raise DatasetError(
            f"The path {name!r} is refused: paths must be relative, with forward slashes, and stay inside the root."
        )
    return name


class Tree:
    """A case-insensitive view of the folder ``root``.

    The sets are passed on in many spellings (``AWGN`` or ``awgn``, ``i25.bmp`` among ``I01.BMP``), so names
    are compared without case; two files whose names differ in nothing else are an error, since guessing would
    pair the wrong images. ``homes`` are folders that an unpacked archive may have put around everything.
    """

    def __init__(self, root: str | os.PathLike[str], homes: tuple[str, ...] = ()):
        self.root = Path(root)
        if not self.root.is_dir():
            raise DatasetError(f"{self.root} is not a folder: give the folder that holds the data set.")
        self._real_root = self.root.resolve()
        self._listings: dict[str, dict[str, list[os.DirEntry[str]]]] = {}
        self._prefixes = [""] + [f"{home}/" for home in homes]

    def find(self, name: str) -> str | None:
        """Return the path of a file as spelled on disk, relative to the root, or None if it is absent."""
        return self._search(name, folder=False)

    def folder(self, *candidates: str) -> str | None:
        """Return the first of some folders that exists, as spelled on disk, or None."""
        return next((hit for name in candidates if (hit := self._search(name, folder=True))), None)

    def path(self, found: str) -> Path:
        """Return the full path of something that was found."""
        return self.root / found

    def is_empty(self, found: str) -> bool:
        """Tell whether a file that was found has no bytes, as an interrupted copy leaves it."""
        return self.path(found).stat().st_size == 0

    def _search(self, name: str, folder: bool) -> str | None:
        checked_relative(name)
        for prefix in self._prefixes:
            hit = self._walk(f"{prefix}{name}".split("/"), folder)
            if hit is not None:
                return hit
        return None

    def _walk(self, parts: list[str], folder: bool) -> str | None:
        spelled = ""
        for depth, part in enumerate(parts):
            entry = self._entry(spelled, part)
            if entry is None:
                return None
            spelled = f"{spelled}/{entry.name}" if spelled else entry.name
            if entry.is_symlink():
                self._refuse_escape(spelled)
            wants_folder = folder or depth < len(parts) - 1
            if not (entry.is_dir() if wants_folder else entry.is_file()):
                return None
        return spelled

    def _entry(self, folder: str, part: str) -> os.DirEntry[str] | None:
        if folder not in self._listings:
            listing: dict[str, list[os.DirEntry[str]]] = {}
            try:
                with os.scandir(self.root / folder) as entries:
                    for entry in entries:
                        listing.setdefault(entry.name.casefold(), []).append(entry)
            except OSError as error:
                raise DatasetError(f"The folder {self.root / folder} can't be read: {error}") from error
            self._listings[folder] = listing
        found = self._listings[folder].get(part.casefold(), [])
        if len(found) > 1:
            spellings = ", ".join(sorted(entry.name for entry in found))
            raise DatasetError(
                f"{self.root / folder} holds {spellings}, which differ in case alone: keep the right one."
            )
        return found[0] if found else None

    def _refuse_escape(self, spelled: str) -> None:
        target = (self.root / spelled).resolve()
        if not target.is_relative_to(self._real_root):
            raise DatasetError(
                f"{self.root / spelled} is a link to {target}, outside the root: "
                "put the files inside, or give the folder they are in as the root."
            )
