"""The rows of an image that a window needs, in working precision, in the cache."""

from iqametrics.kernels.numba_.addressing import smaller, stretch
from iqametrics.kernels.numba_.compiler import subroutine
from iqametrics.kernels.numba_.rows import TILE
from iqametrics.kernels.numba_.samples import read

#: Rows of results between two refills of the buffer.
BAND = 32
#: Samples between two rows of the buffer: a constant, so that the compiler can tell loads from stores, and not a multiple
#: of the cache's period, so that the rows of a window don't compete for the same lines.
STRIDE = TILE + 40


@subroutine
def fill(ring, pixels, kind, plane, size, first, rows, column, columns, scale, shift):
    """Bring a part of some rows of an image (of `size` rows and columns) to working precision, less the shift.

    Below the image and to its right, where the weights of a padded window are 0, the sample at the edge stands in.
    """
    within = smaller(columns, size[1] - column)
    for r in range(rows):
        row = stretch(ring, r * STRIDE)
        read(row, within, pixels, kind, plane, smaller(first + r, size[0] - 1), column, scale, shift)
        for j in range(within, columns):
            row[j] = row[within - 1]
