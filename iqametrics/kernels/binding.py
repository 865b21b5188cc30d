"""Give one formula to every executor by binding the few names it uses."""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

Formula = Callable[..., Any]


def bind(formula: Formula, names: Mapping[str, Any], wrap: Callable[[Formula], Formula] = lambda f: f) -> Formula:
    """Return `formula` with its names taken from `names`.

    The functions beside it in its module are bound too, since a formula may be built from others.
    `wrap` turns each into what the executor calls (a compiler's decorator, say).
    """
    home = formula.__globals__
    scope = {**home, **names}
    for name, value in home.items():
        if isinstance(value, FunctionType) and name not in names:
            scope[name] = wrap(FunctionType(value.__code__, scope, name, value.__defaults__))
    return scope[formula.__name__]
