"""Give one formula to every executor by binding the few names it uses."""

from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

Formula = Callable[..., Any]


def bind(formula: Formula, names: Mapping[str, Any], wrap: Callable[[Formula], Formula] = lambda f: f) -> Formula:
    """Return `formula` with its names taken from `names`.

    The functions of its module that it is built from are bound too; what else is there, a metric's decorator say, is left
    alone. `wrap` turns each into what the executor calls (a compiler's decorator, say).
    """
    home = formula.__globals__
    scope = {**home, **names}
    used, pending = {formula.__name__}, [formula]
    while pending:
        for name in _names(pending.pop().__code__):
            if name not in used and name not in names and isinstance(home.get(name), FunctionType):
                used.add(name)
                pending.append(home[name])
    for name, value in home.items():  # in the order of the module, since wrapping may need what stands before
        if name in used:
            scope[name] = wrap(FunctionType(value.__code__, scope, name, value.__defaults__))
    return scope[formula.__name__]


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function looks up, those of the functions inside it included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
