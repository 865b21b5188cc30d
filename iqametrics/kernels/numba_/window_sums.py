"""Weighted sums over windows, for as many rows of windows at a time as a vector has samples.

Down the columns a vector holds neighbouring columns, and a sample is read once for all the sums it is part of, where a loop
over the rows would read it for every tap. A square of sums is then turned over in registers, and across the rows a vector
holds the rows: sums across are sums of whole vectors too, where a loop would read samples from addresses that cross the
borders of cache lines. Results stay so: those of column j and row r lie at ``j * lanes + r``.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from iqametrics.kernels.numba_.addressing import data, stretch
from iqametrics.kernels.numba_.compiler import subroutine
from iqametrics.kernels.numba_.ring import STRIDE
from iqametrics.kernels.numba_.vectors import BYTES, Vectors

#: Columns of windows in a call, and a chunk of results: they stay in the cache nearest to the processor.
CHUNK = 64


@subroutine
def room(lanes):
    """Samples between the sums down the columns of two quantities."""
    return STRIDE * lanes


#: A line of the quantity that is summed, from readers of the same line of two buffers.
_Quantity = Callable[[Vectors, Callable[[], Any], Callable[[], Any]], Any]


def _sample(vectors: Vectors, a: Callable[[], Any], b: Callable[[], Any]) -> Any:
    return a()


def _product(vectors: Vectors, a: Callable[[], Any], b: Callable[[], Any]) -> Any:
    return vectors.product(a(), b())


def _energy(vectors: Vectors, a: Callable[[], Any], b: Callable[[], Any]) -> Any:
    x, y = a(), b()
    return vectors.fused(y, y, vectors.product(x, x))


def _step(mirrored: bool, count: int | None, quantity: _Quantity | None) -> Any:
    """Make the function that writes the sums of windows that begin in a vector's columns.

    Those down the columns are of a quantity, and are turned over; those across are of sums down the columns.
    """

    @intrinsic
    def write(typing_context: Any, a: Any, b: Any, taps: Any, column: Any, out: Any) -> Any:
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
            first, second, target = (data(context, builder, signature, arguments, place) for place in (0, 1, 4))
            column = arguments[3]
            if count is None:
                weights = cgutils.unpack_tuple(builder, arguments[2])
            else:
                start = data(context, builder, signature, arguments, 2)
                weights = [builder.load(builder.gep(start, [column.type(k)])) for k in range(count)]
            vectors = Vectors(context, builder, weights)
            place = builder.mul(column, column.type(vectors.width))

            def line(k: int) -> Any:
                if quantity is None:
                    return vectors.read(first, place, k * vectors.width)
                return quantity(vectors, *(partial(vectors.read, at, column, k * STRIDE) for at in (first, second)))

            sums = vectors.windows(line, mirrored)
            for k, each in enumerate(vectors.transposed(sums) if quantity else sums):
                vectors.write(each, target, place, k * vectors.width)
            return context.get_dummy_value()

        return types.void(a, b, taps, column, out), generate

    return write


def window_sums(products: tuple[tuple[int, int], ...], energy: bool, mirrored: bool, count: int | None = None) -> Any:
    """Make the function for weighted sums over windows of two buffers: of their samples, of products, of their energy.

    Parameters
    ----------
    products : tuple
        The buffers of the factors of every product.
    energy : bool
        Whether sums of the squares of both come last.
    mirrored : bool
        Whether taps are the same from both ends.
    count : int, optional
        How many taps there are, in an array; without it they come as a tuple.
    """
    of_samples, of_products, of_energy, across = (
        _step(mirrored, count, quantity) for quantity in (_sample, _product, _energy, None)
    )
    left, right = zip(*products, strict=True)
    stop = 2 + len(products)

    @subroutine
    def sums(rings, row, taps, first, columns, stacked, out):
        """Sums over the windows of a chunk, the first of which begins in this row and column of the buffers.

        Sums down the columns are kept for the next chunk: chunks of a row follow each other, from column 0 on.
        """
        lanes = BYTES // out.itemsize
        reach = (len(taps) - 1 + lanes - 1) // lanes * lanes
        begin, end, start = first + reach if first else 0, first + columns + reach, row * STRIDE
        x, y = stretch(rings[0], start), stretch(rings[1], start)
        for q in range(stop + energy):
            kept = stretch(stacked, q * room(lanes))
            if q < 2:
                ring = stretch(rings[q], start)
                for j in range(begin, end, lanes):
                    of_samples(ring, ring, taps, j, kept)
            elif q < stop:
                a, b = stretch(rings[left[q - 2]], start), stretch(rings[right[q - 2]], start)
                for j in range(begin, end, lanes):
                    of_products(a, b, taps, j, kept)
            elif energy:
                for j in range(begin, end, lanes):
                    of_energy(x, y, taps, j, kept)
            kept = stretch(kept, first * lanes)
            for j in range(0, columns, lanes):
                across(kept, kept, taps, j, out[q])

    return sums
