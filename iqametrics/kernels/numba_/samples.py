"""Samples of any type on their way to working precision.

A kernel is compiled for the precision it works in, not for every type that pixels come in: it takes an array of every type
that may be read in this precision, all but one of them empty, and the place of that one.
"""

from typing import Any

import numpy as np
from numba.extending import overload

from iqametrics.kernels.numba_.compiler import subroutine

#: Types a kernel reads as they are; single precision reads float32 only, double precision all of them.
TYPES = ("uint8", "uint16", "float32", "float64")
_NONE = tuple(np.empty((0, 0, 0), name) for name in TYPES)


def samples(array: np.ndarray, number: Any) -> tuple[tuple[np.ndarray, ...], int]:
    """What a kernel takes for an array ``(planes, rows, columns)``: an array of every type, and the place of this one."""
    array = np.require(array, requirements=("C", "A"))
    if number is np.float32:
        return (array,), 0
    place = TYPES.index(array.dtype.name)
    return (*_NONE[:place], array, *_NONE[place + 1 :]), place


def read(row, arrays, place, plane, index, column, scale, shift):
    """Bring samples of a row of the image, from a column on, to working precision, less the shift."""
    raise NotImplementedError("a part of kernels only")


@overload(read, inline="always")
def _read_any(row, arrays, place, plane, index, column, scale, shift):
    if len(arrays) == 1:
        return lambda row, arrays, place, plane, index, column, scale, shift: _read(
            row, arrays[0], plane, index, column, scale, shift
        )
    return lambda row, arrays, place, plane, index, column, scale, shift: _read_one(
        row, arrays, place, plane, index, column, scale, shift
    )


@subroutine
def _read_one(row, arrays, place, plane, index, column, scale, shift):
    if place == 0:
        _read(row, arrays[0], plane, index, column, scale, shift)
    elif place == 1:
        _read(row, arrays[1], plane, index, column, scale, shift)
    elif place == 2:
        _read(row, arrays[2], plane, index, column, scale, shift)
    else:
        _read(row, arrays[3], plane, index, column, scale, shift)


@subroutine
def _read(row, array, plane, index, column, scale, shift):
    part = array[plane, index, column : column + row.size]
    for j in range(row.size):
        row[j] = part[j] * scale - shift
