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
#: Eigenvalues of a band's covariance (of 0..255 images) that count as 0, as a share of the largest and by themselves.
#: Those of 8-bit photographs stay above 1e-6 and 1e-5.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-8, 1e-8


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
        self.x, self.y, self.window, self.neural, self.tiny = x, y, window, neural, TINY
        self.margin = margin(window)

    def values(self) -> tuple[Any, ...]:
        ops = self.ops
        energy, eigenvalues = self.x.derive("energy of blocks", self._energy)
        gain, noise = _distortion_channel(self.x, self.y, self.window)
        inner = (slice(None), *(slice(self.margin, -self.margin),) * 2)
        signal = energy[inner][..., None] * eigenvalues[:, None, None, :]
        through, without = ops.bind(information.channel_information)(
            gain[inner][..., None], noise[inner][..., None], signal, self.neural
        )
        return through.sum(-1), without.sum(-1)

    def mixture(self, covariance: Any) -> tuple[Any, Any]:
        """Inverse and eigenvalues of the covariance of the reference's blocks.

        Directions without energy have no inverse: an image constant along an axis lacks some, a flat one all, and what
        the filters' rounded taps leave of them must not pass for a signal.
        """
        inverse = self.ops.pseudo_inverse(covariance, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE)
        return inverse, self.ops.at_least(self.ops.eigenvalues(covariance), 0.0)

    def _energy(self) -> tuple[Any, Any]:
        """Local energy of every block of the reference, and eigenvalues of the common covariance."""
        band = _cropped(self.x)
        height, width = band.shape[-2:]
        shifts = [(i, j) for i in range(BLOCK) for j in range(BLOCK)]
        overlapping = self.ops.stack(
            [band[..., i : height - BLOCK + 1 + i, j : width - BLOCK + 1 + j] for i, j in shifts], -3
        ).reshape(-1, BLOCK**2, (height - BLOCK + 1) * (width - BLOCK + 1))
        inverse, eigenvalues = self.mixture(self.ops.second_moment(overlapping - overlapping.mean(-1)[..., None]))
        blocks = self.ops.stack([band[..., i::BLOCK, j::BLOCK] for i, j in shifts], -1)
        return ((blocks @ inverse[:, None]) * blocks).sum(-1) / BLOCK**2, eigenvalues


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
        squares = window**2 * at_centres(values * values)
        return mean, ops.bind(information.energy_about_mean)(squares, mean, window**2)

    mean_x, energy_x = x.derive(("energy", window), lambda: energy_of(x))
    mean_y, energy_y = y.derive(("energy", window), lambda: energy_of(y))
    covariance = window**2 * (at_centres(_cropped(x) * _cropped(y)) - mean_x * mean_y)
    return ops.bind(information.gain_and_noise)(energy_x, energy_y, covariance, window**2, TINY)
