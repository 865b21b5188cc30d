"""Blocks of wavelet bands: the local gain of the distortion channel and the energy of the reference (VIF, IFC).

A band is cut into 3x3 blocks. The reference's coefficients of a block are a Gaussian vector of a common covariance times a
local energy (a Gaussian scale mixture); the distorted band is a local gain times the reference plus noise.
"""

from typing import Any

from iqametrics.fields import Field
from iqametrics.formulas import information
from iqametrics.planes import Planes
from iqametrics.stencils.moments import uniform

BLOCK = 3
TINY = 1e-15


class BandField(Field):
    """Information of every block, through the distortion channel and without it.

    Parameters
    ----------
    x, y : Planes
        The band in the reference and in the distorted image.
    window : int
        Side of the window for the local statistics.
    neural : float
        Variance of the visual channel's noise.
    """

    fused = "bands"

    def __init__(self, x: Planes, y: Planes, window: int, neural: float) -> None:
        self.executor = x.executor
        self.x, self.y, self.window, self.neural = x, y, window, neural

    def values(self) -> tuple[Any, ...]:
        ops = self.ops
        energy, eigenvalues = self.x.derive("mixture", lambda: _scale_mixture(self.x))
        gain, noise = _distortion_channel(self.x, self.y, self.window)
        inner = (slice(None), *(slice(margin(self.window), -margin(self.window)),) * 2)
        signal = energy[inner][..., None] * eigenvalues[:, None, None, :]
        through, without = ops.bind(information.channel_information)(
            gain[inner][..., None], noise[inner][..., None], signal, self.neural
        )
        return through.sum(-1), without.sum(-1)


def margin(window: int) -> int:
    """Blocks left out at every side, where the window looks beyond the band."""
    return -(-((window - 1) // 2) // BLOCK)


def _cropped(planes: Planes) -> Any:
    """The band without the rows and columns that fill no block."""
    height, width = (side // BLOCK * BLOCK for side in planes.size)
    return planes.values[..., :height, :width]


def _distortion_channel(x: Planes, y: Planes, window: int) -> tuple[Any, Any]:
    """Gain and noise at the centre of every block, from sums over a window of a band mirrored at its edge."""
    ops = x.ops
    taps = uniform(window).taps

    def at_centres(values: Any) -> Any:
        return ops.correlate(values, taps, "reflect")[..., BLOCK // 2 :: BLOCK, BLOCK // 2 :: BLOCK]

    def energy_of(planes: Planes) -> tuple[Any, Any]:
        values = _cropped(planes)
        mean = at_centres(values)
        return mean, ops.at_least(window**2 * (at_centres(values * values) - mean * mean), 0.0)

    mean_x, energy_x = x.derive(("energy", window), lambda: energy_of(x))
    mean_y, energy_y = y.derive(("energy", window), lambda: energy_of(y))
    covariance = window**2 * (at_centres(_cropped(x) * _cropped(y)) - mean_x * mean_y)
    return ops.bind(information.gain_and_noise)(energy_x, energy_y, covariance, window**2, TINY)


def _scale_mixture(planes: Planes) -> tuple[Any, Any]:
    """Local energy of every block and eigenvalues of the common covariance."""
    ops = planes.ops
    band = _cropped(planes)
    height, width = band.shape[-2:]
    shifts = [(i, j) for i in range(BLOCK) for j in range(BLOCK)]
    overlapping = ops.stack(
        [band[..., i : height - BLOCK + 1 + i, j : width - BLOCK + 1 + j] for i, j in shifts], -3
    ).reshape(-1, BLOCK**2, (height - BLOCK + 1) * (width - BLOCK + 1))
    covariance = ops.second_moment(overlapping - overlapping.mean(-1)[..., None])
    blocks = ops.stack([band[..., i::BLOCK, j::BLOCK] for i, j in shifts], -1)
    # The filters' rounding noise on a flat image must not pass for a signal; a direction that the band lacks
    # (an image constant along an axis) has no inverse.
    epsilon = ops.epsilon(band)
    inverse = ops.pseudo_inverse(covariance, relative=64 * epsilon, absolute=(64 * epsilon * 255) ** 2)
    energy = ((blocks @ inverse[:, None]) * blocks).sum(-1) / BLOCK**2
    return energy, ops.at_least(ops.eigenvalues(covariance), 0.0)
