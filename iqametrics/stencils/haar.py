"""Coefficients of the Haar wavelet, without decimation."""

from functools import partial

import numpy as np

from iqametrics.planes import Planes
from iqametrics.stencils.resampling import correlate2d


def haar(planes: Planes, scale: int) -> tuple[Planes, Planes]:
    """Differences of the two halves of a square of ``2 ** scale`` samples around each: down the columns, and along the rows.

    The square looks one sample further ahead than back, and beyond the border all is 0; sums over the square are divided by
    its side.
    """
    side = 2**scale
    kernel = np.full((side, side), 1 / side)
    kernel[side // 2 :] *= -1
    down, along = (
        planes.derive(("haar", scale, axis), partial(correlate2d, planes, weights, "zero"))
        for axis, weights in enumerate((kernel, np.ascontiguousarray(kernel.T)))
    )
    return down, along


def local_mean(planes: Planes, side: int) -> Planes:
    """Mean over a square around each sample, which looks one sample further ahead than back where its side is even."""
    weights = np.full((side, side), 1 / side**2)
    return planes.derive(("local mean", side), lambda: correlate2d(planes, weights, "zero"))
