"""The names a formula may use beside ``+ - * /`` and comparisons, in their meaning for Python floats.

This is the one list of them. Names are NumPy's, and what NumPy, Numba and torch do with a new one follows from it; Triton
needs a function (``kernels/triton_/names.py``) and a derivative (``kernels/triton_/tracing.py``).
"""

from builtins import abs as absolute
from math import atan2 as arctan2
from math import cos as cos
from math import exp as exp
from math import log as log
from math import pow as power
from math import sin as sin
from math import sqrt as sqrt

__all__ = ["absolute", "arctan2", "cos", "exp", "log", "maximum", "power", "sin", "sqrt", "where"]


def where(condition, if_true, if_false):
    """Choose one of two values; both are evaluated, so neither may fail where it is not chosen."""
    return if_true if condition else if_false


def maximum(a, b):
    """Return the larger of two values."""
    return a if a > b else b
