"""Statistics of blocks of 16x16 that begin at every fourth pixel (MAD)."""

from typing import Any, NamedTuple

from iqametrics.formulas.moments import joined

#: Side of a block and of the cells that it is made of, which is also the step from block to block.
BLOCK, CELL = 16, 4


class Moments(NamedTuple):
    """Mean and central moments of blocks: sums over a block divided by its number of pixels."""

    mean: Any
    second: Any
    third: Any
    fourth: Any


def block_count(side: int) -> int:
    """Number of blocks along a side."""
    return (side - BLOCK) // CELL + 1


def of_cells(values: Any) -> Moments:
    """Moments of cells of 4x4, as many as blocks cover."""
    height, width = (CELL * (block_count(side) + BLOCK // CELL - 1) for side in values.shape[-2:])
    cells = values[..., :height, :width].reshape(*values.shape[:-2], height // CELL, CELL, width // CELL, CELL)
    within = (-3, -1)
    mean = cells.mean(within)
    away = cells - mean[..., :, None, :, None]
    squares = away * away
    return Moments(mean, squares.mean(within), (squares * away).mean(within), (squares * squares).mean(within))


def doubled(moments: Moments, step: int, ops: Any) -> Moments:
    """Moments of blocks of twice the side, each made of four that are `step` places apart."""
    height, width = (side - step for side in moments.mean.shape[-2:])

    def at(part: Any, i: int, j: int) -> Any:
        return part[..., i : i + height, j : j + width]

    quarters = [Moments(*(at(part, i, j) for part in moments)) for i in (0, step) for j in (0, step)]
    mean = sum(quarter.mean for quarter in quarters) / 4
    parts = [ops.bind(joined)(*quarter, mean) for quarter in quarters]
    return Moments(mean, *(sum(part) / 4 for part in zip(*parts, strict=True)))


def of_blocks(values: Any, ops: Any) -> tuple[Moments, Moments]:
    """Moments of blocks of 8x8 and of 16x16, which begin at the same places; there are more of the smaller ones."""
    eights = doubled(of_cells(values), 1, ops)
    return eights, doubled(eights, 2, ops)
