"""Compile kernels for a formula, once per machine.

A kernel takes the formula by name: a string that is part of its compiled signature, so that Numba's disk cache finds the
kernel again in another process (it never finds a kernel made by a closure). The cache watches only the file a kernel
stands in; the name therefore carries a hash of the equation's source and of this package, and an edit is a new kernel.
"""

import ast
import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import njit, types
from numba.extending import overload

from iqametrics import formulas
from iqametrics.garbage import gc_paused
from iqametrics.kernels import binding
from iqametrics.kernels.numba_ import disk_cache
from iqametrics.kernels.numba_.names import NAMES, PLAIN

#: Sums may be reordered and products fused; NaN and infinity keep their meaning.
_FAST = {"reassoc", "contract", "nsz", "arcp"}
_OPTIONS: dict[str, Any] = PLAIN | {"nogil": True, "fastmath": _FAST}
#: Of kernels: they are called from Python alone, never through a pointer.
_ENTRY: dict[str, Any] = _OPTIONS | {"no_cfunc_wrapper": True}
#: Of functions that only kernels call: no entry is compiled for callers from Python or C.
_PART: dict[str, Any] = _OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_equations: dict[str, binding.Formula] = {}


def kernel(function: Callable[..., None]) -> Any:
    """Compile a function at its first call and keep the result on disk, where there is a place to keep it."""
    compiled: Any = njit(**_ENTRY)(function)
    with suppress(RuntimeError):  # neither beside the source nor in the user's cache folder
        disk_cache.keep(compiled)
    return compiled


#: A function that becomes part of the kernels that call it.
part_of_kernel = njit(inline="always", **_PART)
#: A function that kernels call, for work on a whole row at least.
subroutine = njit(**_PART)


@cache
def _sources() -> str:
    """Hash of what every kernel is made of, the package's equations included: they may be built from each other."""
    files = sorted(
        file for folder in (Path(__file__).parent, Path(formulas.__path__[0])) for file in folder.glob("*.py")
    )
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@cache
def name_of(formula: binding.Formula | None) -> str:
    """The name under which kernels know a formula."""
    source = inspect.getsource(inspect.getmodule(formula)) if formula else ""  # type: ignore[arg-type]
    digest = sha256((source + _sources()).encode()).hexdigest()[:12]
    name = f"{formula.__module__}.{formula.__qualname__}@{digest}" if formula else f"@{digest}"
    if formula:
        _equations[name] = formula
    return name


def apply(name, arguments, constants):
    """Evaluate the formula of this name; always a tuple of results. For use in kernels."""
    raise NotImplementedError("apply() has a meaning inside kernels only")


@overload(apply, inline="always")
def _apply(name, arguments, constants):
    if not isinstance(name, types.StringLiteral):
        return None
    formula = _compiled(name.literal_value, str(arguments.dtype))
    if _result_count(name.literal_value) == 1:
        return lambda name, arguments, constants: (formula(*arguments, *constants),)
    return lambda name, arguments, constants: formula(*arguments, *constants)


@cache
def _result_count(name: str) -> int:
    formula = _equations[name]
    ones = [1.0] * len(inspect.signature(formula).parameters)
    result = formula(*ones)
    return len(result) if isinstance(result, tuple) else 1


def result_count(formula: binding.Formula) -> int:
    """How many values a formula returns."""
    return _result_count(name_of(formula))


@cache
def _compiled(name: str, dtype: str) -> Any:
    number = np.dtype(dtype).type
    # Formulas keep the order they are written in, so that those that are 1 for equal arguments stay exactly 1.
    options = _PART | {"fastmath": False}
    bound: Any = binding.bind(
        _equations[name], NAMES, lambda function: njit(forceinline=True, **options)(_with_numbers(function, number))
    )
    return njit(forceinline=True, **options)(bound.py_func)


def _with_numbers(function: Any, number: type) -> Any:
    """The function with its numeric constants in the working precision.

    Numba would make ``2 * x`` double for a single-precision `x`.
    """
    tree = ast.parse(inspect.getsource(inspect.unwrap(function)))
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise TypeError(f"{function} is not a plain function")
    constants: dict[str, Any] = {}
    namespace: dict[str, Any] = {}

    class Name(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            if isinstance(node.value, bool) or not isinstance(node.value, int | float):
                return node
            name = f"_number{len(constants)}"
            constants[name] = number(node.value)
            return ast.Name(name, ast.Load())

    definition.body = [Name().visit(statement) for statement in definition.body]
    scope = function.__globals__
    exec(compile(ast.fix_missing_locations(tree), inspect.getfile(function), "exec"), scope | constants, namespace)
    return namespace[function.__name__]


_entries: dict[Any, Callable[..., None]] = {}


def entry(compiled: Any, *arguments: Any) -> Callable[..., None]:
    """The machine code of a kernel for the formulas named and for arguments like these.

    Calling it directly spares Numba's dispatch, which is slow for names, and takes read-only arrays as they are.
    """
    key = (compiled, *map(_kind, arguments))
    if key not in _entries:
        signature = tuple(_numba_type(argument) for argument in arguments)
        with gc_paused():
            compiled.compile(signature)
        _entries[key] = compiled.overloads[signature].entry_point
    return _entries[key]


def _kind(argument: Any) -> Any:
    kind = type(argument)
    if kind is np.ndarray:
        return argument.dtype, argument.ndim
    if kind is tuple:
        kinds = tuple(map(type, argument))
        return tuple(map(_kind, argument)) if tuple in kinds or np.ndarray in kinds or str in kinds else kinds
    return argument if kind is str else kind


def _numba_type(argument: Any) -> types.Type:
    if isinstance(argument, np.ndarray):
        return types.Array(numba.from_dtype(argument.dtype), argument.ndim, "C")
    if isinstance(argument, tuple):
        return types.BaseTuple.from_types([_numba_type(part) for part in argument])
    return types.literal(argument) if isinstance(argument, str) else numba.typeof(argument)
