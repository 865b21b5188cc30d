"""Log-Gabor filters: bell-shaped on a logarithmic scale of frequency, Gaussian in angle, one-sided."""

from collections.abc import Sequence

import numpy as np

from iqametrics.stencils.fourier import Filter, filters, grid, halved


def radial(
    size: tuple[int, int],
    convention: str,
    centres: Sequence[float],
    bandwidth: float,
    low_pass: tuple[float, int] | None = None,
) -> list[Filter]:
    """A filter for every centre frequency, in the convention's unit; none lets a constant pass.

    Parameters
    ----------
    bandwidth : float
        Standard deviation over the centre: the filter is ``exp(-log(r / centre)^2 / (2 log(bandwidth)^2))``.
    low_pass : tuple, optional
        Cutoff and order of a Butterworth filter that goes with each.
    """

    def make() -> list[Filter]:
        down, across = grid(size, convention)
        radius = np.hypot(down, across)
        nothing = radius == 0
        logarithm = np.log(np.where(nothing, 1.0, radius))
        damping = 1.0
        if low_pass:
            cutoff, order = low_pass
            damping = 1 / (1 + (radius / cutoff) ** (2 * order))
        found = []
        for centre in centres:
            bell = damping * np.exp(-((logarithm - np.log(centre)) ** 2) / (2 * np.log(bandwidth) ** 2))
            bell[0, 0] = 0  # also where the grid is half a sample off
            found.append(halved(bell))
        return found

    return filters(("radial", size, convention, tuple(centres), bandwidth, low_pass), make)


def angular(size: tuple[int, int], convention: str, orientations: int, spread: float) -> list[Filter]:
    """A filter for each of so many angles from 0 on, a half turn in all; `spread` is the standard deviation in radians."""

    def make() -> list[Filter]:
        down, across = grid(size, convention)
        theta = np.arctan2(-down, across)
        found = []
        for number in range(orientations):
            angle = number * np.pi / orientations
            away = np.abs(np.arctan2(np.sin(theta - angle), np.cos(theta - angle)))
            found.append(halved(np.exp(-(away**2) / (2 * spread**2))))
        return found

    return filters(("angular", size, convention, orientations, spread), make)
