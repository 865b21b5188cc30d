"""What is wrong with a copy of a data set, gathered so that one error can tell all of it."""

from pathlib import Path

from iqametrics.errors import DatasetError

SHOWN = 10


class Findings:
    """Collects the faults of the tree at ``root``; :meth:`raise_if_any` tells them together."""

    def __init__(self, title: str, root: Path):
        self.title = title
        self.root = root
        self._missing: dict[str, list[str]] = {}
        self._faults: list[str] = []

    def missing(self, kind: str, paths: list[str]) -> None:
        """Record files that are not there; ``kind`` says what they are ("label files", "images")."""
        if paths:
            self._missing.setdefault(kind, []).extend(paths)

    def fault(self, text: str) -> None:
        """Record anything else, in a sentence that says what was seen and what was expected."""
        self._faults.append(text)

    def raise_if_any(self, advice: str = "") -> None:
        """Raise a DatasetError that lists every finding, if there is one."""
        if not self._missing and not self._faults:
            return
        lines = [f"{self.title} in {self.root} can't be used:"]
        for kind, paths in self._missing.items():
            lines.append(f"- missing {kind} ({len(paths)}): {some_of(paths)}")
        lines += [f"- {fault}" for fault in self._faults]
        lines += [advice] if advice else []
        everything = tuple(path for paths in self._missing.values() for path in paths)
        raise DatasetError("\n".join(lines), missing=everything)


def some_of(items: list[str]) -> str:
    """Return the first items in words, and how many more there are."""
    rest = len(items) - SHOWN
    return ", ".join(items[:SHOWN]) + (f", and {rest} more" if rest > 0 else "")
