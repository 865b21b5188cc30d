"""What fused passes over windows do with a chunk of formula values, which lie by columns, as sums over windows do."""

from iqametrics.kernels.numba_.compiler import part_of_kernel, subroutine
from iqametrics.kernels.numba_.names import beyond_one, log_of_one_plus
from iqametrics.kernels.numba_.rows import tally
from iqametrics.kernels.numba_.window_sums import CHUNK

#: Numbers up to which logarithms are taken of products, and of how many factors: a product is no larger than a number of
#: single precision can be.
LARGEST, FACTORS = 6e4, 8


@subroutine
def _add_rows(values, length, lanes, halves, sums, row, count):
    """Add the values of every row to its sum: one half is added to the other, and so on down to one value a row."""
    half = length // 2
    for i in range(half):
        halves[i] = 0.0 + values[i] + values[half + i]  # in double precision
    while half > lanes:
        half //= 2
        for i in range(half):
            halves[i] += halves[half + i]
    for r in range(count):
        sums[row + r] += halves[r]


@part_of_kernel
def tally_chunk(values, lanes, columns, row, count, rows, column, sums, spreads, maps, halves, line):
    """Add the values of `count` rows from this one on, and of `columns` columns from this one of the map on.

    The kernel lends `halves`, half as long as the values, and `line` ``(results, columns)``.
    """
    if spreads is not None or maps.size:
        for r in range(count):
            for k in range(values.shape[0]):
                for j in range(columns):
                    line[k, j] = values[k, j * lanes + r]
            tally(line, columns, row + r, rows, column, sums, spreads, maps)
    else:
        for k in range(values.shape[0]):
            result = values[k]
            for i in range(columns * lanes, CHUNK * lanes):
                result[i] = 0.0
            _add_rows(result, CHUNK * lanes, lanes, halves, sums[k], row, count)


@part_of_kernel
def tally_logarithms(values, lanes, columns, row, count, sums, halves):
    """Add the logarithms of values, none below 1, where neither spreads nor maps are asked for; the values are lost.

    They are taken of products, which are kept as what they are above 1, or logarithms next to 0 would lose digits.
    """
    for k in range(values.shape[0]):
        result, length, large = values[k], CHUNK * lanes, 0
        for i in range(columns * lanes, length):
            result[i] = 1.0
        for i in range(length):  # counted, since the search for a maximum does not vectorise
            large += result[i] > LARGEST
            result[i] -= 1.0
        stop = length if large else length // FACTORS
        while length > stop:
            length //= 2
            for i in range(length):
                result[i] = beyond_one(result[i], result[length + i])
        for i in range(length):
            result[i] = log_of_one_plus(result[i])
        _add_rows(result, length, lanes, halves, sums[k], row, count)
