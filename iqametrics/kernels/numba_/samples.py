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
    return _read_single if len(arrays) == 1 else _read_double


@subroutine
def _single(row, arrays, plane, index, column, scale, shift):
    part = arrays[0][plane, index, column : column + row.size]
    for j in range(row.size):
        row[j] = part[j] * scale - shift


@subroutine
def _double(row, arrays, place, plane, index, column, scale, shift):
    """A loop for every type: as calls of one function they would take longer to compile."""
    stop = column + row.size
    if place == 0:
        bytes_ = arrays[0][plane, index, column:stop]
        for j in range(row.size):
            row[j] = bytes_[j] * scale - shift
    elif place == 1:
        words = arrays[1][plane, index, column:stop]
        for j in range(row.size):
            row[j] = words[j] * scale - shift
    elif place == 2:
        singles = arrays[2][plane, index, column:stop]
        for j in range(row.size):
            row[j] = singles[j] * scale - shift
    else:
        doubles = arrays[3][plane, index, column:stop]
        for j in range(row.size):
            row[j] = doubles[j] * scale - shift


def _read_single(row, arrays, place, plane, index, column, scale, shift):
    _single(row, arrays, plane, index, column, scale, shift)


def _read_double(row, arrays, place, plane, index, column, scale, shift):
    _double(row, arrays, place, plane, index, column, scale, shift)
