"""Errors of 8x8 blocks as the eye sees them: by its sensitivity to frequencies, and hidden in contrast."""

from typing import Any

from iqametrics.formulas.error import difference
from iqametrics.formulas.frequency import larger, masking, squared_above, squared_times
from iqametrics.planes import Planes
from iqametrics.stencils.dct import BLOCK, coefficient
from iqametrics.stencils.pixels import PixelField
from iqametrics.stencils.sensitivity import CSF, MASK

_PLACES = [(row, column) for row in range(BLOCK) for column in range(BLOCK)]


def block_errors(x: Planes, y: Planes, masked: bool) -> Planes:
    """Mean weighted squared error of the coefficients of every block, less what contrast hides if it is `masked`."""
    ops = y.ops
    (lost,) = PixelField(x, y, difference).maps()  # before the transform: small differences keep their digits
    error = y.made(lost * y.scale)
    mask: Any = ops.bind(larger)(_mask(x), _mask(y)) if masked else None
    total: Any = 0
    for row, column in _PLACES:
        found, weight = coefficient(error, row, column).values, CSF[row][column]
        if masked and (row or column):
            total = total + ops.bind(squared_above)(found, mask, 1 / MASK[row][column], weight)
        else:
            total = total + ops.bind(squared_times)(found, weight)
    return y.made(total / BLOCK**2)


def _mask(planes: Planes) -> Any:
    """What every block of an image hides."""

    def compute() -> Any:
        energy: Any = 0
        for row, column in _PLACES[1:]:
            found = coefficient(planes, row, column).values
            energy = energy + found * found * MASK[row][column]
        blocks, half = _blocks(planes), BLOCK // 2
        halves = slice(half), slice(half, None)
        quarters = sum(_energy(blocks[..., down, :, along]) for down in halves for along in halves)
        return planes.ops.bind(masking)(energy, quarters, _energy(blocks))

    return planes.derive("mask", compute)


def _blocks(planes: Planes) -> Any:
    """Pixels of every block less its first, ``(count, rows, 8, columns, 8)``: exactly 0 in a flat one."""
    height, width = (side // BLOCK * BLOCK for side in planes.size)
    whole = planes.values[..., :height, :width]
    blocks = whole.reshape(-1, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    return blocks - blocks[..., :1, :, :1]


def _energy(blocks: Any) -> Any:
    """Sample variance of every block, times its pixels."""
    count = blocks.shape[-3] * blocks.shape[-1]
    total = blocks.sum((-3, -1))
    return ((blocks * blocks).sum((-3, -1)) - total * total / count) * (count / (count - 1))
