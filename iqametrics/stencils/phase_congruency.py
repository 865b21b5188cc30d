"""Phase congruency: where the frequencies of an image are in phase, as at an edge, whatever its contrast (Kovesi 1999)."""

from collections.abc import Sequence
from math import log, pi, sqrt
from typing import Any

import numpy as np

from iqametrics.formulas import phase
from iqametrics.formulas.similarity import root
from iqametrics.planes import Planes
from iqametrics.stencils import fourier, log_gabor
from iqametrics.stencils.fourier import Filter

GRID = "cycles per pixel"
SCALES, ORIENTATIONS = 4, 4
#: Wavelength of the finest scale in pixels, and the ratio of two scales.
WAVELENGTH, RATIO = 6, 2
BANDWIDTH = 0.55
SPREAD = pi / ORIENTATIONS / 1.2
#: Cutoff and order of the filter that rounds the corners of the spectrum off.
LOW_PASS = 0.45, 15
#: Standard deviations above its mean up to which energy is taken for noise, and what this threshold is divided by.
DEVIATIONS, EASE = 2.0, 1.7
#: Keeps a response without length from having a direction.
EPSILON = 1e-4
#: Amplitudes, of 0..255 images, that are rounding.
TINY = 1e-9


def phase_congruency(planes: Planes) -> Planes:
    """Phase congruency from 0 to 1, over all orientations."""
    return planes.derive_planes("phase congruency", lambda: _congruency(planes))


def _congruency(planes: Planes) -> Any:
    ops, size = planes.ops, planes.size
    half = fourier.spectrum(planes)
    energy, amplitudes = 0, 0
    for bank, noise in _oriented(size):
        responses = [fourier.filtered(half, each, size, ops) for each in bank]
        powers = [ops.bind(phase.squared_modulus)(*response) for response in responses]
        mean = ops.bind(phase.mean_phase)(*(sum(parts) for parts in zip(*responses, strict=True)), EPSILON)
        aligned = sum(ops.bind(phase.aligned)(*response, *mean) for response in responses)
        threshold = noise * ops.bind(root)(ops.plane_median(powers[0]))[..., None, None]
        energy = energy + ops.bind(phase.above_noise)(aligned, threshold)
        amplitudes = amplitudes + sum(ops.bind(root)(power) for power in powers)
    return ops.bind(phase.congruency)(energy, amplitudes, TINY)


def _oriented(size: tuple[int, int]) -> list[tuple[list[Filter], float]]:
    """For every orientation its filters, the finest first, and its noise threshold for a median amplitude of 1."""

    def make() -> list[tuple[list[Filter], float]]:
        centres = [1 / (WAVELENGTH * RATIO**scale) for scale in range(SCALES)]
        bells = log_gabor.radial(size, GRID, centres, BANDWIDTH, LOW_PASS)
        banks = [[bell.then(fan) for bell in bells] for fan in log_gabor.angular(size, GRID, ORIENTATIONS, SPREAD)]
        return [(bank, _noise(bank, size[1])) for bank in banks]

    found: list[tuple[list[Filter], float]] = fourier.filters(("phase congruency", size), make)
    return found


def _noise(bank: Sequence[Filter], width: int) -> float:
    """The energy of white noise whose finest responses have a median amplitude of 1, as far as it is to be expected.

    Squared amplitudes of noise are exponentially distributed, so their mean is their median over log(2); energy over all
    scales follows a Rayleigh distribution.
    """
    together = Filter(np.sum([each.even for each in bank], axis=0), None)
    tau = sqrt(together.energy(width) / (log(2) * bank[0].energy(width)))
    return tau * (sqrt(pi / 2) + DEVIATIONS * sqrt(2 - pi / 2)) / EASE
