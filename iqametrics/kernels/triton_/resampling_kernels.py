"""A kernel that makes every sample of a plane of some samples of another, by tables of their rows and columns."""

# mypy: ignore-errors
import triton
import triton.language as tl

from iqametrics.kernels.triton_.kernel_parts import tile


@triton.jit(do_not_specialize=("height", "width", "tiles_down", "tiles_across", "row_terms", "column_terms"))
def resample(
    image,
    out,
    rows_from,
    row_weights,
    columns_from,
    column_weights,
    strides,
    scale,
    height,
    width,
    tiles_down,
    tiles_across,
    row_terms,
    column_terms,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Weigh rows and columns of an image.

    ``out[i, j]`` is the sum of ``row_weights[i, m] * column_weights[j, n] * image[rows_from[i, m], columns_from[j, n]]``.
    """
    plane, rows, columns = tile(tiles_down, tiles_across, ROWS, COLUMNS)
    image += plane * strides[0]
    total = tl.zeros((ROWS, COLUMNS), tl.float32)
    for m in range(row_terms):
        source = tl.load(rows_from + rows * row_terms + m, mask=rows < height, other=0).to(tl.int64)
        of_row = tl.load(row_weights + rows * row_terms + m, mask=rows < height, other=0.0)
        across = tl.zeros((ROWS, COLUMNS), tl.float32)
        for n in range(column_terms):
            at = tl.load(columns_from + columns * column_terms + n, mask=columns < width, other=0).to(tl.int64)
            weight = tl.load(column_weights + columns * column_terms + n, mask=columns < width, other=0.0)
            values = tl.load(image + source * strides[1] + at * strides[2]).to(tl.float32)
            across = tl.fma(values, tl.broadcast_to(weight, (ROWS, COLUMNS)), across)
        total = tl.fma(across, tl.broadcast_to(of_row, (ROWS, COLUMNS)), total)
    inside = (rows < height) & (columns < width)
    place = (plane * height + rows) * width + columns
    tl.store(out + place, (total * scale).to(out.dtype.element_ty), mask=inside)
