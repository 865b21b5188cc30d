"""Equations of visual information fidelity (Sheikh and Bovik 2006).

The distorted signal is modelled as ``gain * reference + noise``; both pass a visual channel that adds noise of variance
``neural``. The information that survives is a sum of logarithms.
"""

from iqametrics.formulas.names import log, maximum, where


def energy_about_mean(squares, mean, count):
    """Sum of squared differences from the mean, from the sum of squares; 0 where rounding has left few digits of it."""
    energy = squares - count * mean * mean
    return where(energy > 1e-10 * squares, energy, 0.0)


def gain_and_noise(vx, vy, cxy, count, tiny):
    """Gain and noise variance of the distortion channel, with the guards of the authors' releases.

    `vx`, `vy` and `cxy` are variances and covariance times `count` (1 where they are means).
    A window without energy in the reference or in the distorted image has no gain, and a negative gain counts as
    pure noise.
    """
    no_reference = vx < tiny
    no_distorted = vy < tiny
    gain = cxy / (vx + tiny)
    noise = (vy - gain * cxy) / count
    gain = where(no_reference, 0.0, gain)
    noise = where(no_reference, vy, noise)
    gain = where(no_distorted, 0.0, gain)
    noise = where(no_distorted, 0.0, noise)
    noise = where(gain < 0, vy, noise)
    gain = maximum(gain, 0.0)
    return gain, maximum(noise, tiny)


def channel_ratios(gain, noise, signal, neural):
    """What the two sums of eq. 24 take the logarithms of: through the distortion channel, and without it."""
    return 1 + gain * gain * signal / (noise + neural), 1 + signal * (1 / neural)


def channel_information(gain, noise, signal, neural):
    """Information through the distortion channel and without it (the two sums of eq. 24), in nats."""
    through, without = channel_ratios(gain, noise, signal, neural)
    return log(through), log(without)


def pixel_ratios(mx, my, vx, vy, cxy, neural, tiny):
    """What the informations of a window are the logarithms of, from its local moments; at least 1."""
    vx = maximum(vx, 0.0)
    vy = maximum(vy, 0.0)
    gain, noise = gain_and_noise(vx, vy, cxy, 1.0, tiny)
    return channel_ratios(gain, noise, where(vx < tiny, 0.0, vx), neural)


def pixel_information(mx, my, vx, vy, cxy, neural, tiny):
    """Both informations of a window, from its local moments (pixel-domain VIF)."""
    through, without = pixel_ratios(mx, my, vx, vy, cxy, neural, tiny)
    return log(through), log(without)


#: Formulas whose values are logarithms, and what of: the sum of many takes a few logarithms of products.
LOGARITHMS = {pixel_information: pixel_ratios}


def gain_and_noise_of_moments(mx, my, vx, vy, cxy, tiny):
    """Gain and noise variance from local moments; here a negative gain is one, too (IW-SSIM)."""
    vx = maximum(vx, 0.0)
    vy = maximum(vy, 0.0)
    nothing = vx < tiny
    gain = where(nothing, 0.0, cxy / (vx + tiny))
    noise = vy - gain * cxy
    none = vy < tiny
    return where(none, 0.0, gain), where(none, 0.0, noise)


def shared_information(gain, noise, signal, neural):
    """What the logarithm is taken of, for one direction of a neighbourhood; at least 1."""
    return 1 + ((noise + (1 + gain * gain) * neural) * signal + neural * noise) / (neural * neural)


def worth(factor, tiny):
    """Information in bits, from what its logarithm is taken of; none where it is next to nothing."""
    bits = log(factor) * 1.4426950408889634
    return where(bits < tiny, 0.0, bits)
