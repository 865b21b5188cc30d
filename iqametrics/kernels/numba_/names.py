"""What the names of the formulas mean in compiled kernels, written so that loops over them vectorise."""

from types import FunctionType
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from iqametrics.formulas import names

#: Options of all that is compiled. Numba counts no references: kernels make no arrays but in memory that they ask for
#: themselves, and compile about a tenth faster.
PLAIN: Any = {"error_model": "numpy", "_nrt": False}
#: Where fast arithmetic is not ruled out, the caller's is inherited.
_INLINE: Any = PLAIN | {
    "forceinline": True,
    "fastmath": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
_LN2_HIGH = 0.693147180369123816490  # upper half of ln 2: exact times any exponent
_LN2_LOW = 1.90821492927058770002e-10
_SQRT2 = 1.4142135623730951


@intrinsic
def _bits(typing_context: Any, value: Any) -> Any:
    """The bits of a double as an integer."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def _double(typing_context: Any, value: Any) -> Any:
    """The double with the bits of an integer."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), generate


@njit(**_INLINE)
def log(x):
    """Natural logarithm of a positive, normal, finite number.

    ``log(m 2^e) = e ln 2 + 2 atanh(s)`` with ``s = (m - 1) / (m + 1)`` and m between 1/sqrt(2) and sqrt(2): a branch-free
    expression, where the C library's logarithm is a call that keeps a loop from vectorising.
    """
    bits = _bits(float(x))
    exponent = (bits >> 52) - 1023
    mantissa = _double((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000)
    large = mantissa > _SQRT2
    mantissa = mantissa * 0.5 if large else mantissa
    power = float(exponent + 1 if large else exponent)
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    # Terms in pairs, then pairs of pairs: shorter chains of operations that wait for each other than Horner's rule has.
    z2 = z * z
    z4 = z2 * z2
    low = (1 / 3 + z * (1 / 5)) + z2 * (1 / 7 + z * (1 / 9))
    middle = (1 / 11 + z * (1 / 13)) + z2 * (1 / 15 + z * (1 / 17))
    series = z * (low + z4 * (middle + z4 * (1 / 19)))
    return power * _LN2_HIGH + (2 * s + (2 * s * series + power * _LN2_LOW))


@njit(**_INLINE)
def beyond_one(x, y):
    """``(1 + x) (1 + y) - 1``, with all digits of small numbers; where sums may be reordered they would be lost."""
    return x + y + x * y


@njit(**_INLINE)
def log_of_one_plus(x):
    """Natural logarithm of ``1 + x``, with all digits of a small x."""
    sum_ = 1.0 + x
    return log(sum_) + (x - (sum_ - 1.0)) / sum_


def _compiled(function: Any) -> Any:
    """What a name means for Python's floats, for compiled callers; Numba knows the functions of the library itself."""
    return njit(**_INLINE)(function) if isinstance(function, FunctionType) else function


NAMES = {name: _compiled(getattr(names, name)) for name in names.__all__} | {"log": log}
