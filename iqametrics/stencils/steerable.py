"""The spatial steerable pyramid with six orientations (matlabPyrTools' ``buildSpyr`` with ``sp5Filters``)."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from iqametrics.planes import Planes
from iqametrics.stencils.resampling import correlate2d

#: Side of the low-pass filter: a level smaller than it can't be filtered.
FILTER_SIZE = 9


@cache
def _filters() -> dict[str, np.ndarray]:
    table = json.loads(files("iqametrics.stencils").joinpath("tables/sp5Filters.json").read_text("utf-8"))
    return {name: np.array(taps) for name, taps in table["values"].items()}


def oriented_bands(planes: Planes, levels: int, orientations: Sequence[int]) -> list[list[Planes]]:
    """Band-pass planes ``[level][orientation]``, the finest level first.

    Filters are correlated, not convolved, and the image is mirrored without repeating its edge.
    """

    def compute() -> list[list[Planes]]:
        filters = _filters()
        low = correlate2d(planes, filters["lo0filt"], "reflect")
        bands = []
        for level in range(levels):
            bands.append([correlate2d(low, filters["bfilts"][o], "reflect") for o in orientations])
            if level < levels - 1:
                low = correlate2d(low, filters["lofilt"], "reflect", step=2)
        return bands

    return planes.derive(("steerable", levels, tuple(orientations)), compute)
