"""What has been derived from an image, for as long as it may be asked for again."""

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, TypeVar

T = TypeVar("T")
_MISSING = object()


class Cache:
    """Values by what they are, each made when it is first asked for. Several threads may ask a prepared one.

    Parameters
    ----------
    prepared : bool
        Whether it outlives the call: what is in it belongs to a prepared reference. Otherwise it serves the metrics of one
        call.
    """

    __slots__ = ("_found", "_lock", "prepared")

    def __init__(self, prepared: bool = False) -> None:
        self.prepared = prepared
        self._found: dict[Hashable, Any] = {}
        self._lock = RLock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of this key, made now if it is not there."""
        found: Any = self._found.get(key, _MISSING)
        if found is not _MISSING:
            value: T = found
            return value
        if not self.prepared:
            return self._found.setdefault(key, make())
        with self._lock:  # others wait for what one of them makes
            if key not in self._found:
                self._found[key] = make()
            return self._found[key]

    def find(self, key: Hashable) -> Any:
        """The value of this key; None if it is not there."""
        return self._found.get(key)

    def for_derived(self) -> "Cache":
        """An empty one for what is made of the same image, kept as long."""
        return Cache(self.prepared)
