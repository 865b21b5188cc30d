"""Kernels over the gradients of both images by a 3x3 operator, the images being zero beyond their borders."""

# mypy: ignore-errors
import triton
import triton.language as tl

from iqametrics.kernels.triton_.kernel_parts import tile

SIZES = ("height", "width", "tiles_down", "tiles_across", "programs")


@triton.jit
def _neighbours(image, strides, scale, plane, rows, columns, height, width, REACH: tl.constexpr):
    """Samples of the square around every place, row by row."""
    found = ()
    for i in tl.static_range(2 * REACH + 1):
        for j in tl.static_range(2 * REACH + 1):
            r, c = rows + (i - REACH), columns + (j - REACH)
            there = (r >= 0) & (r < height) & (c >= 0) & (c < width)
            at = plane * strides[0] + r.to(tl.int64) * strides[1] + c.to(tl.int64) * strides[2]
            found = found + (tl.load(image + at, mask=there, other=0).to(tl.float32) * scale,)
    return found


@triton.jit
def _derivatives(seen, centre: tl.constexpr, side: tl.constexpr, OPERATOR: tl.constexpr):
    """Both derivatives at a place of a square of samples of this side; the transpose gives the one down."""
    across = seen[centre] * OPERATOR[4]
    down = across
    for i in tl.static_range(3):
        for j in tl.static_range(3):
            if (i != 1) | (j != 1):
                sample = seen[centre + (i - 1) * side + (j - 1)]
                across = tl.fma(sample, OPERATOR[3 * i + j], across)
                down = tl.fma(sample, OPERATOR[3 * j + i], down)
    return across, down


@triton.jit(do_not_specialize=SIZES)
def sums(
    x,
    y,
    out,
    x_strides,
    y_strides,
    x_scale,
    y_scale,
    height,
    width,
    tiles_down,
    tiles_across,
    programs,
    VALUES: tl.constexpr,
    RESULTS: tl.constexpr,
    OPERATOR: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Sums of a formula over every tile, and of the squared differences of its first result from the tile's mean."""
    plane, rows, columns = tile(tiles_down, tiles_across, ROWS, COLUMNS)
    inside = (rows < height) & (columns < width)
    seen_x = _neighbours(x, x_strides, x_scale, plane, rows, columns, height, width, 1)
    seen_y = _neighbours(y, y_strides, y_scale, plane, rows, columns, height, width, 1)
    across_x, down_x = _derivatives(seen_x, 4, 3, OPERATOR)
    across_y, down_y = _derivatives(seen_y, 4, 3, OPERATOR)
    found = VALUES(across_x, down_x, across_y, down_y)
    program = tl.program_id(0)
    for k in tl.static_range(RESULTS):
        total = tl.sum(tl.sum(tl.where(inside, found[k], 0.0), 1), 0)
        tl.store(out + k * programs + program, total.to(tl.float64))
        if k == 0:
            count = tl.sum(tl.sum(tl.where(inside, 1.0, 0.0), 1), 0)
            step = tl.where(inside, found[0] - total / count, 0.0)
            tl.store(out + RESULTS * programs + program, tl.sum(tl.sum(step * step, 1), 0).to(tl.float64))
            tl.store(out + (RESULTS + 1) * programs + program, count.to(tl.float64))


@triton.jit(do_not_specialize=(*SIZES, "planes"))
def images(
    x,
    y,
    constant,
    slope,
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
    planes,
    VALUES: tl.constexpr,
    SLOPES: tl.constexpr,
    RESULTS: tl.constexpr,
    OPERATOR: tl.constexpr,
    OF_X: tl.constexpr,
    OF_Y: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Derivatives by the pixels: every place around a pixel has it in its gradient.

    What comes from upstream is for every result a constant, and for the first a multiple of its value besides.
    """
    plane, rows, columns = tile(tiles_down, tiles_across, ROWS, COLUMNS)
    inside = (rows < height) & (columns < width)
    seen_x = _neighbours(x, x_strides, x_scale, plane, rows, columns, height, width, 2)
    seen_y = _neighbours(y, y_strides, y_scale, plane, rows, columns, height, width, 2)
    multiple = tl.load(slope + plane).to(tl.float32)
    first = tl.load(constant + plane).to(tl.float32)
    sum_x = tl.zeros((ROWS, COLUMNS), tl.float32)
    sum_y = tl.zeros((ROWS, COLUMNS), tl.float32)
    for i in tl.static_range(3):
        for j in tl.static_range(3):
            r, c = rows + (i - 1), columns + (j - 1)
            there = (r >= 0) & (r < height) & (c >= 0) & (c < width)
            across_x, down_x = _derivatives(seen_x, (i + 1) * 5 + j + 1, 5, OPERATOR)
            across_y, down_y = _derivatives(seen_y, (i + 1) * 5 + j + 1, 5, OPERATOR)
            found = VALUES(across_x, down_x, across_y, down_y)
            g = first + multiple * found[0]
            if RESULTS == 1:
                by = SLOPES(across_x, down_x, across_y, down_y, g)
            else:
                other = tl.load(constant + planes + plane).to(tl.float32) + 0.0 * g
                by = SLOPES(across_x, down_x, across_y, down_y, g, other)
            # Seen from that place the pixel lies the other way.
            sum_x += tl.where(there, by[0] * OPERATOR[8 - 3 * i - j] + by[1] * OPERATOR[8 - 3 * j - i], 0.0)
            sum_y += tl.where(there, by[2] * OPERATOR[8 - 3 * i - j] + by[3] * OPERATOR[8 - 3 * j - i], 0.0)
    place = (plane * height + rows) * width + columns
    if OF_X:
        tl.store(out_x + place, (sum_x * x_scale).to(out_x.dtype.element_ty), mask=inside)
    if OF_Y:
        tl.store(out_y + place, (sum_y * y_scale).to(out_y.dtype.element_ty), mask=inside)
