"""Equations of phase congruency (Kovesi 1999, as FSIM computes it) and of complex wavelet coefficients."""

from iqametrics.formulas.names import absolute, maximum, sqrt, where


def amplitude(even, odd):
    """Modulus of a complex response."""
    return sqrt(even * even + odd * odd)


def mean_phase(even, odd, tiny):
    """Direction of the response summed over all scales, as a unit vector; shorter where there is next to none."""
    length = sqrt(even * even + odd * odd) + tiny
    return even / length, odd / length


def aligned(even, odd, mean_even, mean_odd):
    """How far a response points into the mean direction, less how far it points away from it."""
    return even * mean_even + odd * mean_odd - absolute(even * mean_odd - odd * mean_even)


def above_noise(energy, threshold):
    """Energy that noise doesn't explain."""
    return maximum(energy - threshold, 0.0)


def congruency(energy, amplitudes, tiny):
    """Share of all amplitudes that is in phase; 0 where there are none."""
    some = amplitudes > tiny
    return where(some, energy / where(some, amplitudes, 1.0), 0.0)


def squared_modulus(even, odd):
    """Squared modulus of a complex response."""
    return even * even + odd * odd


def coherence(real, imaginary, energy, tiny):
    """Modulus of what two complex responses have in common, over their mean energy; 1 where there is next to none."""
    some = energy > tiny
    return where(some, 2 * sqrt(real * real + imaginary * imaginary) / where(some, energy, 1.0), 1.0)
