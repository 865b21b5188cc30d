"""Memory that kernels work in.

Kernels do without Numba's memory management: they ask Python for memory and give it back themselves.
"""

import ctypes
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

#: Bytes of a line of the cache, with which arrays begin.
_LINE = 64
#: Bytes of an address.
_ADDRESS = ctypes.sizeof(ctypes.c_void_p)
_MALLOC, _FREE = "PyMem_RawMalloc", "PyMem_RawFree"  # which may be called without the GIL

for _name in (_MALLOC, _FREE):
    binding.add_symbol(_name, ctypes.cast(getattr(ctypes.pythonapi, _name), ctypes.c_void_p).value)


@intrinsic
def allocate(typing_context: Any, like: Any, shape: Any) -> Any:
    """A new array of another's type and of this shape ``(..., )``, which holds anything; to be given back by `release`."""
    array_type = types.Array(like.dtype, len(shape), "C")

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        array, sample = context.make_array(array_type)(context, builder), context.get_data_type(array_type.dtype)
        sides = cgutils.unpack_tuple(builder, arguments[1])
        strides = [context.get_constant(types.intp, context.get_abi_sizeof(sample))]
        for side in reversed(sides):
            strides.insert(0, builder.mul(side, strides[0]))
        size = strides.pop(0)
        array.data = builder.bitcast(_aligned(context, builder, size), sample.as_pointer())
        array.itemsize, array.nitems = strides[-1], builder.udiv(size, strides[-1])
        array.shape, array.strides = cgutils.pack_array(builder, sides), cgutils.pack_array(builder, strides)
        array.meminfo, array.parent = (cgutils.get_null_value(part.type) for part in (array.meminfo, array.parent))
        return array._getvalue()

    return array_type(like, types.UniTuple(types.intp, len(shape))), generate


def _aligned(context: Any, builder: ir.IRBuilder, size: Any) -> Any:
    """Memory from the beginning of a line on; before it lies the address under which to give it back."""
    word = size.type
    function = ir.FunctionType(cgutils.voidptr_t, [word])
    malloc = cgutils.get_or_insert_function(builder.module, function, _MALLOC)
    malloc.return_value.add_attribute("noalias")
    got = builder.call(malloc, [builder.add(size, word(_LINE + _ADDRESS))])
    with builder.if_then(cgutils.is_null(builder, got), likely=False):
        context.call_conv.return_user_exc(builder, MemoryError, ("no memory to work in",))
    past = builder.and_(builder.add(builder.ptrtoint(got, word), word(_ADDRESS)), word(_LINE - 1))
    start = builder.gep(got, [builder.sub(word(_LINE + _ADDRESS), past)])
    builder.store(got, _before(builder, start))
    return start


def _before(builder: ir.IRBuilder, start: Any) -> Any:
    """Where the address lies."""
    return builder.bitcast(builder.gep(start, [ir.IntType(64)(-_ADDRESS)]), cgutils.voidptr_t.as_pointer())


@intrinsic
def release(typing_context: Any, *arrays: Any) -> Any:
    """Give the memory of arrays back."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        free = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t]), _FREE
        )
        (packed,) = signature.args
        for kind, array in zip(packed, cgutils.unpack_tuple(builder, arguments[0]), strict=True):
            start = builder.bitcast(context.make_array(kind)(context, builder, array).data, cgutils.voidptr_t)
            builder.call(free, [builder.load(_before(builder, start))])
        return context.get_dummy_value()

    return types.void(types.StarArgTuple.from_types(arrays)), generate
