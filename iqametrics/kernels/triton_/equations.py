"""Formulas as functions that kernels call, with their constants compiled in."""

import linecache
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from typing import Any, NamedTuple

import triton
import triton.language as tl

from iqametrics.fields import as_tuple
from iqametrics.formulas.similarity import magnitude
from iqametrics.kernels.binding import Formula
from iqametrics.kernels.triton_.names import NAMES
from iqametrics.kernels.triton_.tracing import Graph, Term, derivatives, source


class Equation(NamedTuple):
    """A formula inside kernels.

    Attributes
    ----------
    values : function
        From the arguments to a tuple of results.
    slopes : function
        From the arguments, and a number for every result, to the derivative of their sum of products by every argument.
    results : int
        How many results there are.
    """

    values: Any
    slopes: Any
    results: int


def name_of(formula: Formula) -> str:
    """The name by which operators know a formula: it has to be a word."""
    return f"{formula.__module__}:{formula.__qualname__}"


@cache
def equation(name: str, arguments: int, constants: tuple[float, ...], of_gradients: bool = False) -> Equation:
    """The formula of a name; of gradients, it takes the lengths of pairs of derivatives."""
    module, _, function = name.partition(":")
    formula = getattr(import_module(module), function)
    graph = Graph()
    taken = [graph.argument(f"a{place}") for place in range(arguments)]
    seen: list[Any] = taken
    if of_gradients:
        length = graph.bind(magnitude)
        seen = [length(*taken[place : place + 2]) for place in range(0, arguments, 2)]
    results: list[Term] = list(as_tuple(graph.bind(formula)(*seen, *constants)))
    upstream = [graph.argument(f"g{place}") for place in range(len(results))]
    slopes = derivatives(graph, results, upstream, taken)
    label = f"{function}{'_of_gradients' * of_gradients}"
    return Equation(
        _compiled(f"values_of_{label}", source(f"values_of_{label}", taken, results)),
        _compiled(f"slopes_of_{label}", source(f"slopes_of_{label}", [*taken, *upstream], slopes)),
        len(results),
    )


def _compiled(name: str, text: str) -> Any:
    """A function of Triton, which reads the source of what it compiles."""
    file = f"<iqametrics {name} {sha256(text.encode()).hexdigest()[:12]}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope: dict[str, Any] = {**NAMES, "tl": tl, "__name__": __name__}
    exec(compile(text, file, "exec"), scope)
    made: Callable[..., Any] = triton.jit(scope[name])
    return made
