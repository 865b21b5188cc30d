"""What a viewer sees of every frequency: Mannos and Sakrison's curve, less along the diagonals (Mitsa and Varkur)."""

from math import exp

import numpy as np

from iqametrics.stencils.fourier import Filter, filters, grid, halved

#: Cycles per degree below which sensitivity is taken to be the same, and that sensitivity.
_FLAT, _LEVEL = 7.8909, 0.9809
#: Sensitivity along the diagonals is that at a frequency so many times lower.
_DIAGONAL = 0.7


def sensitivity(frequency: float) -> float:
    """Sensitivity at a frequency in cycles per degree."""
    return 2.6 * (0.0192 + 0.114 * frequency) * exp(-((0.114 * frequency) ** 1.1))


def contrast_sensitivity(size: tuple[int, int], scale: float) -> Filter:
    """A filter by sensitivity, `scale` being what turns cycles per picture into cycles per degree along both axes.

    The grid of the authors' release lies half a sample off, so that the filter has no zero frequency and is not symmetric.
    """

    def make() -> Filter:
        down, across = (frequencies * scale for frequencies in grid(size, "half samples"))
        oblique = (1 - _DIAGONAL) / 2 * np.cos(4 * np.arctan2(across, down)) + (1 + _DIAGONAL) / 2
        seen = np.hypot(down, across) / oblique
        curve = 2.6 * (0.0192 + 0.114 * seen) * np.exp(-((0.114 * seen) ** 1.1))
        return halved(np.where(seen < _FLAT, _LEVEL, curve))

    found: Filter = filters(("contrast sensitivity", size, scale), make)
    return found
