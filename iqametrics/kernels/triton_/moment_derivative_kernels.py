"""The kernel that brings derivatives by local moments back to the pixels.

A program works on a strip, as those of ``moment_kernels`` do: it goes down the rows of the maps of derivatives, and adds
their weighted sums to those of all rows of pixels that the windows cover, which wait in registers.
"""

# mypy: ignore-errors
import triton
import triton.language as tl

from iqametrics.kernels.triton_.kernel_parts import sample
from iqametrics.kernels.triton_.moment_kernels import SIZES


@triton.jit
def _map_across(maps, row, columns, width, readable, zero, TAPS: tl.constexpr, SIZE: tl.constexpr):
    """Sums across a row of a map, which is zero beyond its ends, over the windows that a column is part of."""
    out = zero
    last = maps + row * width + columns  # the only address that takes registers: the others lie a constant before it
    for k in tl.static_range(SIZE):
        at = columns - k
        values = tl.load(last - k, mask=readable & (at >= 0) & (at < width), other=0.0)
        out = tl.fma(values, TAPS[k], out)
    return out


@triton.jit
def _begun(across, waiting, TAPS: tl.constexpr, SIZE: tl.constexpr):
    """Sums of the waiting rows of pixels with those of another row of windows; the first is then complete."""
    out = ()
    for i in tl.static_range(SIZE):
        out = out + (tl.fma(across, TAPS[i], waiting[i]),)
    return out


@triton.jit(do_not_specialize=SIZES)
def images(
    x,
    y,
    maps,
    out_x,
    out_y,
    x_strides,
    y_strides,
    x_scale,
    y_scale,
    height,
    width,
    tiles_down,
    tiles_across,
    strip,
    whole,
    OF_X: tl.constexpr,
    OF_Y: tl.constexpr,
    TAPS: tl.constexpr,
    SIZE: tl.constexpr,
    JOINT: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Derivatives by the pixels, from the maps that ``moments`` stores of every window of ``height x width``."""
    program = tl.program_id(0)
    plane = (program // (tiles_across * tiles_down)).to(tl.int64)
    high, wide = height + SIZE - 1, width + SIZE - 1
    first = (program // tiles_across) % tiles_down * strip
    stop = tl.minimum(first + strip, high)
    columns = program % tiles_across * COLUMNS + tl.arange(0, COLUMNS)
    inside = columns < wide
    zero = tl.zeros((COLUMNS,), tl.float32)
    middle_row, middle_column = (height + SIZE) // 2 - 1, (width + SIZE) // 2 - 1
    shift_x = sample(x, x_strides, plane, middle_row, middle_column, x_scale)
    shift_y = sample(y, y_strides, plane, middle_row, middle_column, y_scale)
    whole += 0 * plane  # in 64 bits
    maps += plane * height * width
    waiting_mx = (zero,) * SIZE
    waiting_my = (zero,) * SIZE
    waiting_vx = (zero,) * SIZE
    waiting_vy = (zero,) * SIZE
    waiting_cxy = (zero,) * SIZE
    for row in range(first - (SIZE - 1), stop):
        lines = columns * 0 + row
        readable = inside & (lines >= 0) & (lines < height)
        pixel = tl.maximum(row, 0)
        at_x = plane * x_strides[0] + pixel * x_strides[1] + columns.to(tl.int64) * x_strides[2]
        at_y = plane * y_strides[0] + pixel * y_strides[1] + columns.to(tl.int64) * y_strides[2]
        written = inside & (lines >= first)
        u = tl.load(x + at_x, mask=written, other=0.0).to(tl.float32) * x_scale - shift_x
        v = tl.load(y + at_y, mask=written, other=0.0).to(tl.float32) * y_scale - shift_y
        by_cxy = _map_across(maps + 2 * whole, row, columns, width, readable, zero, TAPS, SIZE)
        by_vx = _map_across(maps + 3 * whole, row, columns, width, readable, zero, TAPS, SIZE)
        # A window that begins at this row covers the rows from here on: the first to wait is this one.
        sums_cxy = _begun(by_cxy, waiting_cxy, TAPS, SIZE)
        sums_vx = _begun(by_vx, waiting_vx, TAPS, SIZE)
        place = (plane * high + pixel) * wide + columns
        if OF_X:
            by_mx = _map_across(maps, row, columns, width, readable, zero, TAPS, SIZE)
            sums_mx = _begun(by_mx, waiting_mx, TAPS, SIZE)
            slope = (sums_mx[0] + (2.0 * u) * sums_vx[0] + v * sums_cxy[0]) * x_scale
            tl.store(out_x + place, slope.to(out_x.dtype.element_ty), mask=written)
            waiting_mx = sums_mx[1:] + (zero,)
        if OF_Y:
            by_my = _map_across(maps + whole, row, columns, width, readable, zero, TAPS, SIZE)
            sums_my = _begun(by_my, waiting_my, TAPS, SIZE)
            waiting_my = sums_my[1:] + (zero,)
            if JOINT:
                along = sums_vx[0]
            else:
                by_vy = _map_across(maps + 4 * whole, row, columns, width, readable, zero, TAPS, SIZE)
                sums_vy = _begun(by_vy, waiting_vy, TAPS, SIZE)
                waiting_vy = sums_vy[1:] + (zero,)
                along = sums_vy[0]
            slope = (sums_my[0] + (2.0 * v) * along + u * sums_cxy[0]) * y_scale
            tl.store(out_y + place, slope.to(out_y.dtype.element_ty), mask=written)
        waiting_vx = sums_vx[1:] + (zero,)
        waiting_cxy = sums_cxy[1:] + (zero,)
