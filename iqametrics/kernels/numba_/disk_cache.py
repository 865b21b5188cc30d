"""Keep compiled kernels on disk, and load them without starting what only compiling needs."""

from typing import Any

from numba.core.caching import FunctionCache

from iqametrics.kernels.numba_ import starting


class QuickCache(FunctionCache):
    """Numba's cache of one function.

    Before it looks for machine code Numba starts its compiler, which takes longer than loading the code. Here it starts when
    something has to be compiled.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load the machine code for a signature; None where there is none, and it is going to be compiled."""
        loaded = None
        with self._guard_against_spurious_io_errors():
            loaded = self._load_overload(sig, target_context)
        if loaded is None:
            starting.start()
        return loaded


def keep(compiled: Any) -> None:
    """Keep what is compiled of a function on disk; raises RuntimeError where there is no place for it."""
    if hasattr(FunctionCache, "_load_overload") and hasattr(compiled, "_cache"):
        compiled._cache = QuickCache(compiled.py_func)
    else:  # a version of Numba that does this in another way
        compiled.enable_caching()
