"""Samples of any type on their way to working precision.

A kernel is compiled for the precision it works in, not for every type that pixels come in: it takes an array of every type,
all but one of them empty, and the place of that one.
"""

import numpy as np

from iqametrics.kernels.numba_.compiler import subroutine

#: Types a kernel reads as they are.
TYPES = ("uint8", "uint16", "float32", "float64")
_NONE = tuple(np.empty((0, 0, 0), name) for name in TYPES)


def samples(array: np.ndarray) -> tuple[tuple[np.ndarray, ...], int]:
    """What a kernel takes for an array ``(planes, rows, columns)``: an array of every type, and the place of this one."""
    array = np.require(array, requirements=("C", "A"))
    place = TYPES.index(array.dtype.name)
    return (*_NONE[:place], array, *_NONE[place + 1 :]), place


@subroutine
def read(row, arrays, place, plane, index, column, scale, shift):
    """Bring samples of a row of the image, from a column on, to working precision, less the shift.

    A loop for every type: as calls of one function they would take longer to compile.
    """
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
