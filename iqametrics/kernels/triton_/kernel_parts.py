"""What several kernels have in common."""

# mypy: ignore-errors
import triton
import triton.language as tl


@triton.jit
def tile(tiles_down, tiles_across, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    """The plane of a program, and the places of its tile."""
    program = tl.program_id(0)
    rows = (program // tiles_across) % tiles_down * ROWS + tl.arange(0, ROWS)
    columns = program % tiles_across * COLUMNS + tl.arange(0, COLUMNS)
    return (program // (tiles_across * tiles_down)).to(tl.int64), rows[:, None], columns[None, :]


@triton.jit
def sample(image, strides, plane, row, column, scale):
    """A sample, to take moments about."""
    return tl.load(image + plane * strides[0] + row * strides[1] + column * strides[2]).to(tl.float32) * scale
