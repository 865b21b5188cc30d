"""Where samples are, in a few machine instructions: Numba's slices take twice as long to compile."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.core.imputils import impl_ret_borrowed
from numba.extending import intrinsic


def data(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any, place: int) -> Any:
    """For intrinsics: the address of the samples of the array that is the argument at a place."""
    return context.make_array(signature.args[place])(context, builder, arguments[place]).data


@intrinsic
def stretch(typing_context: Any, row: Any, start: Any) -> Any:
    """A contiguous row from a sample on."""
    if row.ndim != 1 or row.layout != "C":
        raise TypingError(f"stretch() takes contiguous rows, this is {row}")

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.return_type)
        whole, part = array(context, builder, arguments[0]), array(context, builder)
        count = builder.sub(whole.nitems, arguments[1])
        part.data, part.nitems = builder.gep(whole.data, [arguments[1]]), count
        part.itemsize, part.strides, part.shape = whole.itemsize, whole.strides, cgutils.pack_array(builder, [count])
        part.meminfo, part.parent = whole.meminfo, whole.parent
        return impl_ret_borrowed(context, builder, signature.return_type, part._getvalue())

    return row(row, types.intp), generate


@intrinsic
def smaller(typing_context: Any, a: Any, b: Any) -> Any:
    """The smaller of two whole numbers, without a function to compile, which `min` is."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        return builder.select(builder.icmp_signed("<", *arguments), *arguments)

    return types.intp(types.intp, types.intp), generate


@intrinsic
def taken(typing_context: Any, lines: Any, pitch: Any, place: Any, like: Any) -> Any:
    """The samples at a place of as many lines as a tuple is long, which lie `pitch` samples apart, as a tuple."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        start = data(context, builder, signature, arguments, 0)
        places = [builder.add(arguments[2], builder.mul(arguments[1], arguments[1].type(k))) for k in range(len(like))]
        found = [builder.load(builder.gep(start, [at])) for at in places]
        return context.make_tuple(builder, signature.return_type, found)

    return types.UniTuple(lines.dtype, len(like))(lines, types.intp, types.intp, like), generate


@intrinsic
def put(typing_context: Any, rows: Any, place: Any, values: Any) -> Any:
    """Write a tuple at a place of as many rows ``(rows, columns)``."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        pitch = cgutils.unpack_tuple(builder, array.shape)[1]
        for k, value in enumerate(cgutils.unpack_tuple(builder, arguments[2])):
            at = builder.add(arguments[1], builder.mul(pitch, pitch.type(k)))
            sample = context.cast(builder, value, values[k], rows.dtype)
            builder.store(sample, builder.gep(array.data, [at]))
        return context.get_dummy_value()

    return types.void(rows, types.intp, values), generate
