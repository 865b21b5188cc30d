"""What the names of the formulas mean inside Triton's kernels.

Divisions and roots are correctly rounded: a formula that is 1 for equal arguments is then exactly 1.
"""

# mypy: ignore-errors
import triton
import triton.language as tl

from iqametrics.formulas import names


@triton.jit
def absolute(a):
    return tl.abs(a)


@triton.jit
def divide(a, b):
    return a / b if a.dtype == tl.float64 else tl.div_rn(a, b)


@triton.jit
def log(a):
    return tl.log(a)


@triton.jit
def maximum(a, b):
    return tl.where(a >= b, a, b)


@triton.jit
def power(a, b):
    return tl.exp(b * tl.log(a))


@triton.jit
def sqrt(a):
    return tl.sqrt(a) if a.dtype == tl.float64 else tl.sqrt_rn(a)


@triton.jit
def where(condition, a, b):
    return tl.where(condition, a, b)


#: Division is a name here because it has to be asked for by one.
NAMES = {name: globals()[name] for name in (*names.__all__, "divide")}
