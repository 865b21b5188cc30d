"""The rows of an image that a window needs, in working precision, in the cache."""

from iqametrics.kernels.numba_.compiler import part_of_kernel
from iqametrics.kernels.numba_.rows import TILE

#: Rows of results between two refills of the buffer.
BAND = 32
#: Samples between two rows of the buffer: a constant, so that the compiler can tell loads from stores, and not a multiple
#: of the cache's period, so that the rows of a window don't compete for the same lines.
STRIDE = TILE + 40


@part_of_kernel
def fill(ring, source, first, rows, column, columns, scale, shift):
    """Bring a part of some rows to working precision, less the shift."""
    for r in range(rows):
        row, given = ring[r * STRIDE : r * STRIDE + columns], source[first + r, column : column + columns]
        for j in range(columns):
            row[j] = given[j] * scale - shift
