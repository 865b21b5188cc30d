"""Start Numba's compiler in less time than Numba does."""

from importlib import import_module
from threading import Lock
from typing import Any

_lock = Lock()


def start() -> None:
    """Load what Numba knows of NumPy, without SciPy's linear algebra.

    Numba would import that, which takes longer than all the rest, for no more than to know that it is there; a function
    that calls it imports it when it is compiled.
    """
    with _lock:
        linalg: Any = import_module("numba.np.linalg")
        if not hasattr(linalg, "ensure_blas"):  # a version of Numba that does this in another way
            return
        ask = linalg.ensure_blas
        linalg.ensure_blas = lambda: None  # SciPy is there: this package needs it
        try:
            import_module("numba.np.arraymath")
        finally:
            linalg.ensure_blas = ask
