"""How far long work has come, shown to whoever waits for it: the package says it, a bar or nothing shows it."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Track(Protocol):
    """Passes items through and shows how far they have come, as a progress bar does."""

    def __call__(self, items: Iterable[T], total: int | None = None, /) -> Iterable[T]:
        """Pass these items through; `total` says how many there are where they do not know it themselves."""


def untracked(items: Iterable[T], total: int | None = None, /) -> Iterable[T]:
    """Show nothing."""
    return items


Bar = Callable[[str, Iterable[Any]], Iterable[Any]]
"""The same for work in parts: takes what the part is, in a word, and its items."""


def no_bar(text: str, items: Iterable[T]) -> Iterable[T]:
    """Show nothing."""
    return items
