"""References: read, decoded and prepared when first needed, once for all distorted images that share them."""

import pickle
from collections.abc import Callable, Sequence
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar
from weakref import WeakValueDictionary

from iqametrics.files import decode_image, read_contents
from iqametrics.scoring.settings import Settings

if TYPE_CHECKING:
    import numpy as np

    from iqametrics.errors import ShapeError
    from iqametrics.metric_set import MetricSet

T = TypeVar("T")
Use = Literal["shared", "alone", "light"]

#: Up to this size NumPy has scored a single pair before a faster executor is even imported.
_SMALL_PIXELS = 2**19


class Original:
    """A reference that several threads may share.

    It travels to other processes as its path: pixels are never sent. Tasks of one group that arrive in the same process
    find the same object. The settings are unpacked when they are first asked for: metrics are imported then, and who
    asks can tell what goes wrong, which an executor that receives a task could not.

    Parameters
    ----------
    file : str or None
        Where it is; None for images without a reference, which share nothing but the metrics.
    settings : Settings or bytes
        How its pairs are scored; the bytes are pickled ones.
    use : {"shared", "alone", "light"}
        Whether several distorted images are compared with it, so that preparing it pays; or a single one; or a single one
        with as little to import as possible.
    key : tuple, optional
        What tells it from the others of all runs, where it is sent to other processes in several tasks.
    """

    def __init__(
        self, file: str | None, settings: Settings | bytes, use: Use, key: tuple[str, int] | None = None
    ) -> None:
        self.file = file
        self._packed = settings
        self._use = use
        self._key = key
        self._settings: _Once[Settings] = _Once()
        self._contents: _Once[bytes] = _Once()
        self._digest: _Once[str | None] = _Once()
        self._pixels: _Once[np.ndarray | None] = _Once()
        self._comparisons: _Once[MetricSet] = _Once()

    def __reduce__(self) -> tuple[Any, ...]:
        packed = self._packed if isinstance(self._packed, bytes) else pickle.dumps(self._packed)
        return _arrived, (self.file, packed, self._use, self._key)

    @property
    def settings(self) -> Settings:
        """How its pairs are scored."""
        return self._settings.get(self._unpack)

    def digest(self) -> str | None:
        """The sha256 of the file, if there is one."""
        file = self.file
        return None if file is None else self._digest.get(lambda: self._hash(file))

    def pixels(self) -> "np.ndarray | None":
        """The decoded file, if there is one."""
        file = self.file
        return None if file is None else self._pixels.get(lambda: self._decode(file))

    def compare(self, y: "np.ndarray", places: Sequence[int]) -> "list[float | ShapeError]":
        """The scores that the metrics of some places give a distorted image, or why it is too small for them."""
        return self._comparisons.get(lambda: self._together(y))(y, places)

    def _unpack(self) -> Settings:
        if isinstance(self._packed, Settings):
            return self._packed
        found: Settings = pickle.loads(self._packed)
        return found

    def _hash(self, file: str) -> str:
        return sha256(self._contents.get(lambda: read_contents(file))).hexdigest()

    def _decode(self, file: str) -> "np.ndarray":
        self.digest()  # the bytes go with the next line
        contents = self._contents.take(lambda: read_contents(file))
        return decode_image(contents, file, alpha=self.settings.alpha)

    def _together(self, y: "np.ndarray") -> "MetricSet":
        from iqametrics.metric_set import MetricSet, planned

        options = self.settings.given
        if self._use == "light" and y.shape[0] * y.shape[1] <= _SMALL_PIXELS:
            options["backend"] = "numpy"
        metrics = [metric.with_options(**options) for metric in self.settings.metrics]
        return MetricSet(planned(metrics, {}), self.pixels(), prepare=self._use == "shared")


class _Once(Generic[T]):
    """A value that the first who asks for it makes; others who ask meanwhile wait. An error is remembered as well.

    It does not keep what makes it: a cycle of references would keep pixels until Python's collector comes by.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: list[T] = []
        self._error: Exception | None = None

    def get(self, make: Callable[[], T]) -> T:
        """The value."""
        with self._lock:
            if self._error is not None:
                raise _bare(self._error)
            if not self._made:
                try:
                    self._made.append(make())
                except Exception as error:
                    self._error = _bare(error)
                    raise
            return self._made[0]

    def take(self, make: Callable[[], T]) -> T:
        """The value, which is not kept any longer."""
        value = self.get(make)
        with self._lock:
            self._made.clear()
        return value


def _bare(error: Exception) -> Exception:
    """The error without its traceback, whose frames hold images. Not a copy, which other packages let have the traceback."""
    bare = type(error).__new__(type(error), *error.args)
    bare.__dict__.update(error.__dict__)
    return bare


#: The originals that tasks in this process work with, and the last one that came in several tasks: the next may bring more.
_alive: WeakValueDictionary[tuple[str, int], Original] = WeakValueDictionary()
_last: list[Original] = []
_arrival = Lock()


def _arrived(file: str | None, settings: bytes, use: Use, key: tuple[str, int] | None) -> Original:
    """The original that was sent here: the one that is here already, if there is one."""
    if key is None:
        return Original(file, settings, use)
    with _arrival:
        found = _alive.get(key)
        if found is None:
            found = _alive[key] = Original(file, settings, use, key)
        _last[:] = [found]
        return found
