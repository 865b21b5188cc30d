"""The rows of a block of an image that windows need, in working precision, in the cache."""

from iqametrics.kernels.numba_.addressing import smaller, stretch
from iqametrics.kernels.numba_.compiler import subroutine
from iqametrics.kernels.numba_.samples import read

#: Rows and columns of results of a block.
BAND, BLOCK = 32, 256
#: Taps up to which sums are written out for every tap.
WIDEST = 65
#: Samples between two rows of the buffer: a constant, so that the compiler can tell loads from stores; an odd number of the
#: cache's lines, so that the rows of a window don't compete for the same ones. Windows begin in any of a block's columns;
#: those of a whole vector more are computed, and thrown away.
STRIDE = BLOCK + WIDEST + 39


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
