"""Weighted sums in vector registers, for windows that are the same from both ends.

Samples that share a weight are added first, which saves every second multiplication. Down the columns, several rows of sums
are made at a time: a sample is read once, or a product made once, for all the sums it is part of, where a loop over the rows
would do so for every tap. Across, a loop would read every sample for each tap, from addresses that cross the borders of
cache lines; here most of them are made of registers already read.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from iqametrics.kernels.numba_.addressing import data
from iqametrics.kernels.numba_.compiler import subroutine
from iqametrics.kernels.numba_.ring import STRIDE

#: Bytes of a vector; where the processor's are shorter, the compiler takes several.
_BYTES = 64
#: Samples that sums may read and write beyond the last one they are asked for, and more.
VECTOR = _BYTES // 4
#: Rows of sums made at a time.
ROWS = 8
#: Every third sample that a vector does not begin with is read again: reading and shuffling then take about as long.
_READ_AGAIN = 3
#: Products and sums may be fused.
_FUSED = ("contract",)


class _Vectors:
    """Instructions for vectors of samples, and the window they are weighted by."""

    def __init__(self, context: Any, builder: ir.IRBuilder, taps: Any) -> None:
        self.builder, self.taps = builder, cgutils.unpack_tuple(builder, taps)
        sample = self.taps[0].type
        self._align = context.get_abi_sizeof(sample)
        self.width = _BYTES // self._align
        self._type = ir.VectorType(sample, self.width)

    def _address(self, data: Any, index: Any) -> Any:
        return self.builder.bitcast(self.builder.gep(data, [index]), self._type.as_pointer())

    def read(self, data: Any, index: Any) -> Any:
        return self.builder.load(self._address(data, index), align=self._align)

    def write(self, value: Any, data: Any, index: Any) -> None:
        self.builder.store(value, self._address(data, index), align=self._align)

    def picked(self, a: Any, b: Any, order: list[int]) -> Any:
        """Samples of two vectors."""
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), self.width), order))

    def fused(self, a: Any, b: Any, total: Any) -> Any:
        """The product of two vectors, added to a third."""
        return self.builder.fadd(total, self.builder.fmul(a, b, flags=_FUSED), flags=_FUSED)

    def weighted(self, samples: Callable[[int], Any]) -> Any:
        """The weighted sum of the vectors that belong to the taps."""
        total, last = ir.Constant(self._type, None), len(self.taps) - 1
        undefined = ir.Constant(self._type, ir.Undefined)
        for k in range(last // 2 + 1):
            values = samples(k) if k == last - k else self.builder.fadd(samples(k), samples(last - k))
            tap = self.builder.insert_element(undefined, self.taps[k], ir.Constant(ir.IntType(32), 0))
            total = self.fused(self.picked(tap, undefined, [0] * self.width), values, total)
        return total


@intrinsic
def _across(typing_context: Any, row: Any, taps: Any, out: Any, column: Any) -> Any:
    """Write the sums of a vector's columns, from a column on."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        source, target = (data(context, builder, signature, arguments, place) for place in (0, 2))
        vectors = _Vectors(context, builder, arguments[1])
        width, column = vectors.width, arguments[3]

        def read(offset: int) -> Any:
            return vectors.read(source, builder.add(column, ir.Constant(column.type, offset)))

        whole = [read(first) for first in range(0, len(vectors.taps) + width - 1, width)]

        def samples(offset: int) -> Any:
            index, begin = divmod(offset, width)
            if not begin:
                return whole[index]
            if offset % _READ_AGAIN == 1:
                return read(offset)
            return vectors.picked(whole[index], whole[index + 1], list(range(begin, begin + width)))

        vectors.write(vectors.weighted(samples), target, column)
        return context.get_dummy_value()

    return types.void(row, taps, out, column), generate


@subroutine
def across(row, taps, columns, out):
    """Weighted sums across a row, of this many columns and of some more up to a whole vector, for which there is room."""
    for j in range(0, columns, _BYTES // row.itemsize):
        _across(row, taps, out, j)


#: Reads a vector of an image.
_Image = Callable[[], Any]


def of_x(vectors: _Vectors, x: _Image, y: _Image) -> Any:
    """Samples of the first image."""
    return x()


def of_y(vectors: _Vectors, x: _Image, y: _Image) -> Any:
    """Samples of the second image."""
    return y()


def of_xy(vectors: _Vectors, x: _Image, y: _Image) -> Any:
    """Products of both images."""
    return vectors.builder.fmul(x(), y())


def of_energy(vectors: _Vectors, x: _Image, y: _Image) -> Any:
    """Sums of the squares of both images."""
    a, b = x(), y()
    return vectors.fused(b, b, vectors.builder.fmul(a, a))


def down(*quantities: Callable[[_Vectors, _Image, _Image], Any]) -> Any:
    """Make the function for weighted sums of quantities down the columns of two buffers.

    It makes `ROWS` rows of sums. Those of row and quantity ``(r, q)`` begin at ``(r * len(quantities) + q) * pitch``, with
    room up to a whole vector.
    """

    @intrinsic
    def step(typing_context: Any, x: Any, y: Any, start: Any, taps: Any, out: Any, pitch: Any, column: Any) -> Any:
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
            first, second, target = (data(context, builder, signature, arguments, place) for place in (0, 1, 4))
            vectors = _Vectors(context, builder, arguments[3])
            _, _, start, _, _, pitch, column = arguments
            begin = builder.add(start, column)

            def reader(image: Any, row: int) -> _Image:
                return lambda: vectors.read(image, builder.add(begin, ir.Constant(begin.type, row * STRIDE)))

            for place, quantity in enumerate(quantities):
                lines: list[Any] = []
                for row in range(ROWS):
                    # Read no sooner than needed: registers are few.
                    missing = range(len(lines), row + len(vectors.taps))
                    lines += [quantity(vectors, reader(first, line), reader(second, line)) for line in missing]
                    total = vectors.weighted(lines[row:].__getitem__)
                    offset = builder.mul(pitch, ir.Constant(pitch.type, row * len(quantities) + place))
                    vectors.write(total, target, builder.add(column, offset))
            return context.get_dummy_value()

        return types.void(x, y, start, taps, out, pitch, column), generate

    @subroutine
    def sums(x, y, start, taps, columns, out, pitch):
        for j in range(0, columns, _BYTES // out.itemsize):
            step(x, y, start, taps, out, pitch, j)

    return sums
