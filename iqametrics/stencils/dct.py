"""The 8x8 discrete cosine transform, a plane for every coefficient of all blocks."""

from functools import cache
from math import cos, pi, sqrt

import numpy as np

from iqametrics.planes import Planes
from iqametrics.stencils.resampling import correlate2d

#: Side of a block.
BLOCK = 8


@cache
def basis(row: int, column: int) -> np.ndarray:
    """The pattern of which a block's coefficient says how much it holds, of energy 1; not to be written to."""
    down, along = (
        [sqrt((2 if k else 1) / BLOCK) * cos(pi * (2 * i + 1) * k / (2 * BLOCK)) for i in range(BLOCK)]
        for k in (row, column)
    )
    pattern = np.outer(down, along)
    pattern.flags.writeable = False
    return pattern


def coefficient(planes: Planes, row: int, column: int) -> Planes:
    """A coefficient of every whole block, from the top left on: that of `row` half waves down and `column` along.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.planes import Planes
    >>> flat = Planes(np.full((1, 19, 16), 3.0), "numpy")
    >>> coefficient(flat, 0, 0).values.round(12)
    array([[[24., 24.],
            [24., 24.]]])
    """
    return planes.derive(("dct", row, column), lambda: correlate2d(planes, basis(row, column), "valid", BLOCK))
