"""Weights of places by the information that a viewer may draw from them (Wang and Li 2011).

A band of the reference is a Gaussian scale mixture: vectors of neighbouring coefficients of a common covariance,
times a local energy; the distorted band is a local gain times the reference plus noise.
"""

from typing import Any

from iqametrics.formulas.information import gain_and_noise_of_moments, shared_information, worth
from iqametrics.planes import Planes
from iqametrics.stencils.imresize import doubled
from iqametrics.stencils.moments import MomentField, uniform

#: Side of the neighbourhood, variance of the visual channel's noise, and what counts as no energy.
SIDE, NEURAL, TINY = 3, 0.4, 1e-15
#: Eigenvalues of a covariance that count as 0, as a share of the largest and by themselves.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-12, 1e-12


def information_weights(x: Planes, y: Planes, parent: Planes | None) -> Planes:
    """Information at every place of a band that has all its neighbours.

    Parameters
    ----------
    x, y : Planes
        The band in the reference and in the distorted image.
    parent : Planes, optional
        The next coarser band of the reference.
    """
    ops = y.ops
    gain, noise = MomentField(x, y, uniform(SIDE), gain_and_noise_of_moments, (TINY,)).maps()
    energy, eigenvalues = x.derive("mixture", lambda: _mixture(x, parent))
    factor: Any = 1.0
    for place in range(eigenvalues.shape[-1]):
        signal = energy * eigenvalues[:, place, None, None]
        factor = factor * ops.bind(shared_information)(gain, noise, signal, NEURAL)
    return y.made(ops.bind(worth)(factor, TINY))


def _mixture(band: Planes, parent: Planes | None) -> tuple[Any, Any]:
    """Local energy of the neighbourhoods, and eigenvalues of their covariance."""
    ops, x = band.ops, band.values
    height, width = (side - SIDE + 1 for side in band.size)
    near = [x[..., i : i + height, j : j + width] for i in range(SIDE) for j in range(SIDE)]
    if parent is not None:
        edge = SIDE // 2
        near.append(doubled(parent, band.size).values[..., edge : edge + height, edge : edge + width])
    vectors = ops.stack(near, -3)
    flat = vectors.reshape(len(x), len(near), height * width)
    covariance = ops.second_moment(flat)
    inverse = ops.pseudo_inverse(covariance, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE)
    energy = (flat * (inverse @ flat)).sum(-2) / len(near)
    return energy.reshape(len(x), height, width), ops.at_least(ops.eigenvalues(covariance), 0.0)
