"""Kernels over pairs of pixels."""

# mypy: ignore-errors
import triton
import triton.language as tl

from iqametrics.kernels.triton_.kernel_parts import tile


@triton.jit
def _samples(image, strides, plane, rows, columns, inside, EXACT: tl.constexpr):
    """Samples as they are, in a type that holds their squares: whole numbers, or double precision."""
    place = plane * strides[0] + rows.to(tl.int64) * strides[1] + columns.to(tl.int64) * strides[2]
    values = tl.load(image + place, mask=inside, other=0)
    return values.to(tl.int64) if EXACT else values.to(tl.float64)


@triton.jit(do_not_specialize=("height", "width", "tiles_down", "tiles_across", "programs"))
def sums(
    x,
    y,
    out,
    x_strides,
    y_strides,
    height,
    width,
    tiles_down,
    tiles_across,
    programs,
    VALUES: tl.constexpr,
    RESULTS: tl.constexpr,
    EXACT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Sums of a formula over every tile."""
    plane, rows, columns = tile(tiles_down, tiles_across, ROWS, COLUMNS)
    inside = (rows < height) & (columns < width)
    u = _samples(x, x_strides, plane, rows, columns, inside, EXACT)
    v = _samples(y, y_strides, plane, rows, columns, inside, EXACT)
    results = VALUES(u, v)
    for k in tl.static_range(RESULTS):
        counted = tl.where(inside, results[k], 0)
        tl.store(out + k * programs + tl.program_id(0), tl.sum(tl.sum(counted, 1), 0).to(tl.float64))


@triton.jit(do_not_specialize=("height", "width", "tiles_down", "tiles_across", "planes"))
def slopes(
    x,
    y,
    upstream,
    out_x,
    out_y,
    x_strides,
    y_strides,
    height,
    width,
    tiles_down,
    tiles_across,
    planes,
    SLOPES: tl.constexpr,
    RESULTS: tl.constexpr,
    OF_X: tl.constexpr,
    OF_Y: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Derivatives by both pixels, times what comes from upstream for every plane."""
    plane, rows, columns = tile(tiles_down, tiles_across, ROWS, COLUMNS)
    inside = (rows < height) & (columns < width)
    u = _samples(x, x_strides, plane, rows, columns, inside, False)
    v = _samples(y, y_strides, plane, rows, columns, inside, False)
    if RESULTS == 1:
        of_x, of_y = SLOPES(u, v, tl.load(upstream + plane))
    else:
        of_x, of_y = SLOPES(u, v, tl.load(upstream + plane), tl.load(upstream + planes + plane))
    place = (plane * height + rows) * width + columns
    if OF_X:
        tl.store(out_x + place, (of_x + tl.zeros_like(u)).to(out_x.dtype.element_ty), mask=inside)
    if OF_Y:
        tl.store(out_y + place, (of_y + tl.zeros_like(u)).to(out_y.dtype.element_ty), mask=inside)
