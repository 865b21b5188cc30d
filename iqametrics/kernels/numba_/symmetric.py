"""Weighted sums across a row in vector registers, for windows that are the same from both ends.

A loop over columns reads every sample once for each tap, from addresses that cross the borders of cache lines, and these
reads bound it. Here most of them are made of registers already read, and the samples that share a weight are added first,
which saves every second multiplication.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from iqametrics.kernels.numba_.compiler import subroutine

#: Bytes of a vector; where the processor's are shorter, the compiler takes several.
_BYTES = 64
#: Every third sample that a vector does not begin with is read again: reading and shuffling then take about as long.
_READ_AGAIN = 3
#: Sums may be computed with fused products.
_FUSED = ("contract",)


#: Samples that `across` may read and write beyond the last one it is asked for, and more.
VECTOR = _BYTES // 4


@intrinsic
def _sums(typing_context: Any, row: Any, taps: Any, out: Any, column: Any) -> Any:
    """Write the sums of a vector's columns, from a column on."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        source, target = (context.make_array(signature.args[i])(context, builder, arguments[i]).data for i in (0, 2))
        weights = cgutils.unpack_tuple(builder, arguments[1])
        sample = weights[0].type
        size, width = len(weights), _BYTES // context.get_abi_sizeof(sample)
        vector = ir.VectorType(sample, width)

        def address(pointer: Any, offset: int) -> Any:
            place = builder.gep(pointer, [builder.add(arguments[3], ir.Constant(arguments[3].type, offset))])
            return builder.bitcast(place, vector.as_pointer())

        def shuffled(a: Any, b: Any, order: list[int]) -> Any:
            return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), width), order))

        def read(offset: int) -> Any:
            return builder.load(address(source, offset), align=context.get_abi_sizeof(sample))

        whole = [read(first) for first in range(0, size + width - 1, width)]

        def samples(offset: int) -> Any:
            index, begin = divmod(offset, width)
            if not begin:
                return whole[index]
            if offset % _READ_AGAIN == 1:
                return read(offset)
            return shuffled(whole[index], whole[index + 1], list(range(begin, begin + width)))

        total = ir.Constant(vector, None)
        for k in range((size + 1) // 2):
            opposite = size - 1 - k
            values = samples(k) if opposite == k else builder.fadd(samples(k), samples(opposite))
            undefined = ir.Constant(vector, ir.Undefined)
            weight = builder.insert_element(undefined, weights[k], ir.Constant(ir.IntType(32), 0))
            product = builder.fmul(shuffled(weight, undefined, [0] * width), values, flags=_FUSED)
            total = builder.fadd(total, product, flags=_FUSED)
        builder.store(total, address(target, 0), align=context.get_abi_sizeof(sample))
        return context.get_dummy_value()

    return types.void(row, taps, out, column), generate


@subroutine
def across(row, taps, columns, out):
    """Weighted sums across a row, of this many columns and of some more up to a whole vector, for which there is room."""
    for j in range(0, columns, _BYTES // row.itemsize):
        _sums(row, taps, out, j)
