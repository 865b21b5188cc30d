"""The rows of an image that a window needs, in working precision, in the cache."""

from iqametrics.kernels.numba_.compiler import subroutine
from iqametrics.kernels.numba_.rows import TILE
from iqametrics.kernels.numba_.samples import read

#: Rows of results between two refills of the buffer.
BAND = 32
#: Samples between two rows of the buffer: a constant, so that the compiler can tell loads from stores, and not a multiple
#: of the cache's period, so that the rows of a window don't compete for the same lines.
STRIDE = TILE + 40


@subroutine
def fill(ring, arrays, place, plane, size, first, rows, column, columns, scale, shift):
    """Bring a part of some rows of an image (of `size` rows and columns) to working precision, less the shift.

    Beyond the image, where the weights of a widened window are 0, the sample at its edge stands in.
    """
    left, right = max(0, -column), max(0, column + columns - size[1])
    for r in range(rows):
        row = ring[r * STRIDE : r * STRIDE + columns]
        index = min(max(first + r, 0), size[0] - 1)
        read(row[left : columns - right], arrays, place, plane, index, column + left, scale, shift)
        for j in range(left):
            row[j] = row[left]
        for j in range(columns - right, columns):
            row[j] = row[columns - right - 1]
