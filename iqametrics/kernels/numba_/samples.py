"""Samples of any type on their way to working precision.

A kernel is compiled for the precision it works in, not for every type that pixels come in: it takes their bytes, and the
number of their type.
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from iqametrics.kernels.numba_.addressing import data
from iqametrics.kernels.numba_.compiler import subroutine

#: Types a kernel reads as they are, and the numbers that kernels know them by.
TYPES = {np.dtype(name): kind for kind, name in enumerate(("uint8", "uint16", "float32", "float64"))}


def samples(array: np.ndarray) -> tuple[np.ndarray, int]:
    """What a kernel takes for an array ``(planes, rows, columns)``: its bytes, and the number of its type."""
    return np.require(array, requirements=("C", "A")).view(np.uint8), TYPES[array.dtype]


def _sample(dtype: np.dtype) -> Any:
    """Make the function that reads a sample of this type from a row of bytes."""
    number = numba.from_dtype(dtype)

    @intrinsic
    def sample(typing_context: Any, row: Any, index: Any) -> Any:
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
            samples_at = data(context, builder, signature, arguments, 0)
            pointer = builder.bitcast(samples_at, context.get_value_type(number).as_pointer())
            return builder.load(builder.gep(pointer, [arguments[1]]))

        return number(row, index), generate

    return sample


_byte, _word, _single, _double = (_sample(dtype) for dtype in TYPES)


@subroutine
def read(row, count, pixels, kind, plane, index, column, scale, shift):
    """Bring this many samples of a row of the image, from a column on, to working precision, less the shift.

    A loop for every type: as calls of one function they would take longer to compile.
    """
    line = pixels[plane, index]
    if kind == 0:
        for j in range(count):
            row[j] = _byte(line, column + j) * scale - shift
    elif kind == 1:
        for j in range(count):
            row[j] = _word(line, column + j) * scale - shift
    elif kind == 2:
        for j in range(count):
            row[j] = _single(line, column + j) * scale - shift
    else:
        for j in range(count):
            row[j] = _double(line, column + j) * scale - shift
