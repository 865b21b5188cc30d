"""The 5-point Laplacian."""

from typing import Any

import numpy as np

from iqametrics.planes import Planes
from iqametrics.stencils.resampling import correlate2d

#: Sum of the four neighbours less four times the pixel: exactly 0 where all are equal, whatever the rounding.
_KERNEL = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def laplacian(planes: Planes, border: str) -> Planes:
    """Laplacian inside the image (``"valid"``), or of its size (``"extrapolated"``).

    Second differences at the border are those inside, continued along a line, as MATLAB's ``del2`` has them.
    """

    def compute() -> Any:
        source = planes if border == "valid" else planes.made(_extended(planes))
        return correlate2d(source, _KERNEL, "valid").source

    return planes.derive_planes(("laplacian", border), compute)


def _extended(planes: Planes) -> Any:
    """One more row and column at every end, such that the second difference there is the one extrapolated.

    ``d[0] = 2 d[1] - d[2]`` with ``d[i] = x[i - 1] - 2 x[i] + x[i + 1]`` gives ``x[-1] = 4 x[0] - 6 x[1] + 4 x[2] - x[3]``.
    The corners do not matter to a 5-point Laplacian.
    """
    x = planes.values
    for axis in (-2, -1):
        first, last = (_continued(x.swapaxes(axis, 0), ends) for ends in ((0, 1, 2, 3), (-1, -2, -3, -4)))
        before, after = first.swapaxes(axis, 0), last.swapaxes(axis, 0)
        x = planes.ops.concatenate([before, x, after], axis)
    return x


def _continued(x: Any, ends: tuple[int, int, int, int]) -> Any:
    """What comes before the first, or after the last, of four samples along the first axis."""
    a, b, c, d = (x[end][None] for end in ends)
    return 4 * a - 6 * b + 4 * c - d
