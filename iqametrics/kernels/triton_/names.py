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
def arctan2(a, b):
    """Angle of the point (b, a); Triton has no such function on all devices.

    The angle in the first eighth of the circle is halved twice, by tan(x / 2) = tan(x) / (1 + sqrt(1 + tan(x)^2)), which
    leaves a series of few terms.
    """
    up, along = tl.abs(a), tl.abs(b)
    longer = tl.where(up > along, up, along)
    shorter = tl.where(up > along, along, up)
    t = divide(shorter, tl.where(longer > 0, longer, 1.0).to(longer.dtype))
    t = divide(t, 1 + sqrt(1 + t * t))
    t = divide(t, 1 + sqrt(1 + t * t))
    z = t * t
    high = 1 / 13 - z * (1 / 15 - z * (1 / 17 - z * (1 / 19 - z * (1 / 21))))
    low = 1 - z * (1 / 3 - z * (1 / 5 - z * (1 / 7 - z * (1 / 9 - z * (1 / 11 - z * high)))))
    angle = 4 * t * low
    angle = tl.where(up > along, 1.5707963267948966 - angle, angle)
    angle = tl.where(b < 0, 3.141592653589793 - angle, angle)
    return tl.where(a < 0, -angle, angle)


@triton.jit
def cos(a):
    return tl.cos(a)


@triton.jit
def divide(a, b):
    return a / b if a.dtype == tl.float64 else tl.div_rn(a, b)


@triton.jit
def exp(a):
    return tl.exp(a)


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
def sin(a):
    return tl.sin(a)


@triton.jit
def sqrt(a):
    return tl.sqrt(a) if a.dtype == tl.float64 else tl.sqrt_rn(a)


@triton.jit
def where(condition, a, b):
    return tl.where(condition, a, b)


#: Division is a name here because it has to be asked for by one.
NAMES = {name: globals()[name] for name in (*names.__all__, "divide")}
