"""Executors: what carries out the stencils and formulas on one kind of array.

``ops(name)`` gives the primitive operations of an executor (``operations.py`` lists them), and ``fused(name, stencil)`` the
pass that does a whole stencil at once, where an executor has it. Modules are loaded at their first use.
"""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from iqametrics.garbage import gc_paused

#: The executors, the truth first.
EXECUTORS = ("numpy", "numba", "torch", "triton")
#: Those that need no device but the CPU.
ON_CPU = ("numpy", "numba", "torch")
#: Those that work on arrays; the others work on tensors.
OF_ARRAYS = ("numpy", "numba")
#: What executors do in one pass, and the module that does it.
_FUSED = {
    "numba": {
        "bands": "bands",
        "color": "color",
        "decimation": "resampling",
        "filtering": "resampling",
        "gradients": "gradients",
        "magnitudes": "gradients",
        "maxima": "pixels",
        "moments": "moments",
        "pixels": "pixels",
        "points": "pixels",
    },
    "triton": {
        "decimation": "resampling",
        "gradients": "gradients",
        "identity": "pixels",
        "moments": "moments",
        "pixels": "pixels",
    },
}


@cache
def ops(executor: str) -> Any:
    """Primitive operations of the executor of this name: NumPy's on arrays, torch's on tensors."""
    return _load("numpy" if executor in OF_ARRAYS else "torch", "ops")


@cache
def fused(executor: str, stencil: str) -> ModuleType | None:
    """The executor's fused pass over a stencil, if it has one."""
    module = _FUSED.get(executor, {}).get(stencil)
    return None if module is None else _load(executor, module)


def _load(executor: str, module: str) -> ModuleType:
    with gc_paused():
        return import_module(f"iqametrics.kernels.{executor}_.{module}")
