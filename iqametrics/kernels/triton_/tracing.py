"""Formulas as graphs of operations, and their derivatives.

A formula is called with terms in place of numbers; what it does with them is recorded. From the record come straight-line
functions, of the values and of the derivatives, that know nothing of the formula any more. No derivative is written by hand.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from iqametrics.formulas import names as formula_names
from iqametrics.kernels import binding

Number = int | float
_BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Term:
    """A value of a formula: an argument, or an operation on other values.

    Attributes
    ----------
    graph : Graph
        What records it.
    operation : str
        A symbol, the name of a function, or that of an argument.
    operands : tuple of Term or float
        What it works on.
    """

    def __init__(self, graph: Graph, operation: str, operands: tuple[Term | Number, ...]) -> None:
        self.graph, self.operation, self.operands = graph, operation, operands

    def __add__(self, other: Term | Number) -> Any:
        return self.graph.term("+", self, other)

    def __radd__(self, other: Number) -> Any:
        return self.graph.term("+", other, self)

    def __sub__(self, other: Term | Number) -> Any:
        return self.graph.term("-", self, other)

    def __rsub__(self, other: Number) -> Any:
        return self.graph.term("-", other, self)

    def __mul__(self, other: Term | Number) -> Any:
        return self.graph.term("*", self, other)

    def __rmul__(self, other: Number) -> Any:
        return self.graph.term("*", other, self)

    def __truediv__(self, other: Term | Number) -> Any:
        if isinstance(other, Term):
            return self.graph.term("/", self, other)
        return self.graph.term("*", self, 1 / other)

    def __rtruediv__(self, other: Number) -> Any:
        return self.graph.term("/", other, self)

    def __neg__(self) -> Any:
        return self.graph.term("-", 0.0, self)

    def __lt__(self, other: Term | Number) -> Any:
        return self.graph.term("<", self, other)

    def __gt__(self, other: Term | Number) -> Any:
        return self.graph.term(">", self, other)

    def __le__(self, other: Term | Number) -> Any:
        return self.graph.term("<=", self, other)

    def __ge__(self, other: Term | Number) -> Any:
        return self.graph.term(">=", self, other)


class Graph:
    """A record of operations in the order in which they were made; equal ones are made once."""

    def __init__(self) -> None:
        self.terms: dict[tuple[Any, ...], Term] = {}

    def argument(self, name: str) -> Term:
        """A value that comes from outside."""
        return self.terms.setdefault((name,), Term(self, name, ()))

    def term(self, operation: str, *operands: Term | Number) -> Term | Number:
        """The result of an operation."""
        if operation in _BINARY and not any(isinstance(each, Term) for each in operands):
            return _BINARY[operation](*operands)
        if operation == "*" and 1.0 in [each for each in operands if not isinstance(each, Term)]:
            return next(each for each in operands if isinstance(each, Term))
        key = (operation, *(id(each) if isinstance(each, Term) else float(each) for each in operands))
        return self.terms.setdefault(key, Term(self, operation, operands))

    def bind(self, formula: binding.Formula) -> binding.Formula:
        """Give a formula names that record."""

        def recorded(name: str) -> Callable[..., Any]:
            return lambda *operands: self.term(name, *operands)

        return binding.bind(formula, {name: recorded(name) for name in formula_names.__all__})


def derivatives(
    graph: Graph, results: Sequence[Term], upstream: Sequence[Term], arguments: Sequence[Term]
) -> list[Term | Number]:
    """What every argument adds to the sum of the results, each times its own upstream value (reverse mode)."""
    adjoints: dict[int, Term | Number] = {}

    def add(term: Term | Number, amount: Any) -> None:
        if isinstance(term, Term):
            before = adjoints.get(id(term))
            adjoints[id(term)] = amount if before is None else before + amount

    forward = list(graph.terms.values())
    for result, amount in zip(results, upstream, strict=True):
        add(result, amount)
    for term in reversed(forward):
        if id(term) in adjoints and term.operands:
            for operand, amount in zip(term.operands, _shares(graph, term, adjoints[id(term)]), strict=True):
                if amount is not None:
                    add(operand, amount)
    return [adjoints.get(id(argument), 0.0) for argument in arguments]


def _shares(graph: Graph, term: Term, g: Any) -> tuple[Any, ...]:
    """What the operands of a term get of its adjoint."""
    if term.operation in _COMPARISONS:
        return (None,) * len(term.operands)
    return SLOPES[term.operation](graph, term, g, term.operands[0], term.operands[-1])


def _of_power(graph: Graph, term: Term, g: Any, a: Any, b: Any) -> tuple[Any, Any]:
    of_exponent = g * (term * graph.term("log", a)) if isinstance(b, Term) else None
    return g * (b * graph.term("power", a, b - 1)), of_exponent


def _of_root(graph: Graph, term: Term, g: Any, a: Any, b: Any) -> tuple[Any]:
    """With a slope of 0 at 0, as in the torch executor."""
    some = a > 0
    return (graph.term("where", some, 0.5 * g / graph.term("where", some, term, 1.0), 0.0),)


_COMPARISONS = ("<", ">", "<=", ">=")
#: What the operands of an operation get of its adjoint g; a is the first of them, b the last.
SLOPES: dict[str, Callable[[Graph, Term, Any, Any, Any], tuple[Any, ...]]] = {
    "+": lambda graph, term, g, a, b: (g, g),
    "-": lambda graph, term, g, a, b: (g, -g),
    "*": lambda graph, term, g, a, b: (g * b, g * a),
    "/": lambda graph, term, g, a, b: (g / b, -(g / b * term)),
    "absolute": lambda graph, term, g, a, b: (graph.term("where", a > 0, g, graph.term("where", a < 0, -g, 0.0)),),
    "arctan2": lambda graph, term, g, a, b: (g * b / (a * a + b * b), -(g * a / (a * a + b * b))),
    "cos": lambda graph, term, g, a, b: (-(g * graph.term("sin", a)),),
    "exp": lambda graph, term, g, a, b: (g * term,),
    "log": lambda graph, term, g, a, b: (g / a,),
    "maximum": lambda graph, term, g, a, b: (
        graph.term("where", a >= b, g, 0.0),
        graph.term("where", a >= b, 0.0, g),
    ),
    "power": _of_power,
    "sin": lambda graph, term, g, a, b: (g * graph.term("cos", a),),
    "sqrt": _of_root,
    "where": lambda graph, term, g, a, b: (None, graph.term("where", a, g, 0.0), graph.term("where", a, 0.0, g)),
}


def source(name: str, arguments: Sequence[Term], results: Sequence[Term | Number]) -> str:
    """Python source of a function from the arguments to the results, a line for every operation that it takes."""
    graph = arguments[0].graph
    needed = {id(each) for each in results if isinstance(each, Term)}
    ordered = list(graph.terms.values())
    for term in reversed(ordered):
        if id(term) in needed:
            needed.update(id(each) for each in term.operands if isinstance(each, Term))
    names = {id(argument): argument.operation for argument in arguments}
    lines = []
    for term in ordered:
        if id(term) in needed and id(term) not in names:
            names[id(term)] = f"t{len(names)}"
            lines.append(f"    {names[id(term)]} = {_expression(term, names)}")
    parameters = ", ".join(argument.operation for argument in arguments)
    returned = "".join(f"{_text(each, names)}, " for each in results)
    return "\n".join([f"def {name}({parameters}):", *lines, f"    return ({returned.rstrip()})", ""])


def _expression(term: Term, names: dict[int, str]) -> str:
    operands = [_text(each, names) for each in term.operands]
    if term.operation == "/":
        return f"divide({', '.join(operands)})"
    if len(operands) == 2 and not term.operation.isidentifier():
        return f"{operands[0]} {term.operation} {operands[1]}"
    return f"{term.operation}({', '.join(operands)})"


def _text(each: Term | Number, names: dict[int, str]) -> str:
    return names[id(each)] if isinstance(each, Term) else repr(float(each))
