"""Where samples are, in a few machine instructions: Numba's own ways take longer to compile or to load from disk."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.core.imputils import impl_ret_borrowed, impl_ret_new_ref
from numba.extending import intrinsic

#: Bytes of a line of the cache, with which arrays begin.
_LINE = 64


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
def vacant(typing_context: Any, like: Any, shape: Any) -> Any:
    """A new array of another's type and of this shape ``(..., )``, which holds anything.

    A kernel that calls `empty` holds functions of Numba's: they are compiled with it, and loading it from disk imports the
    modules that they are from.
    """
    made = types.Array(like.dtype, len(shape), "C")

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        array, sample = context.make_array(made)(context, builder), context.get_data_type(made.dtype)
        shape = cgutils.unpack_tuple(builder, arguments[1])
        strides = [context.get_constant(types.intp, context.get_abi_sizeof(sample))]
        for side in reversed(shape):
            strides.insert(0, builder.mul(side, strides[0]))
        bytes_, *strides = strides
        array.meminfo = context.nrt.meminfo_alloc_aligned(builder, bytes_, _LINE)
        array.data = builder.bitcast(context.nrt.meminfo_data(builder, array.meminfo), sample.as_pointer())
        array.itemsize, array.nitems = strides[-1], builder.udiv(bytes_, strides[-1])
        array.shape, array.strides = cgutils.pack_array(builder, shape), cgutils.pack_array(builder, strides)
        array.parent = cgutils.get_null_value(array.parent.type)
        return impl_ret_new_ref(context, builder, made, array._getvalue())

    return made(like, types.UniTuple(types.intp, len(shape))), generate


@intrinsic
def smaller(typing_context: Any, a: Any, b: Any) -> Any:
    """The smaller of two whole numbers, without a function to compile, which `min` is."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        return builder.select(builder.icmp_signed("<", *arguments), *arguments)

    return types.intp(types.intp, types.intp), generate
