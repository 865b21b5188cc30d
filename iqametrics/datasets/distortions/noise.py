"""Noise: random changes of every sample, or of some."""

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.filters import gaussian
from iqametrics.datasets.distortions.record import Parameter


def _square(value: float) -> float:
    return value * value


def _variance(text: str, high: float = 1.0) -> Parameter:
    return Parameter("variance", "data range squared", text, high=high, null=0, spellings={"sd": _square})


@register(
    title="Gaussian noise",
    family="noise",
    parameters=(_variance("variance of the noise, or sd, its standard deviation"),),
    search=(0.0, 1.0),
    random=True,
    aliases=("white_noise", "additive_gaussian_noise"),
    source="white, every channel on its own",
)
def gaussian_noise(pixels: np.ndarray, rng: np.random.Generator, variance: float) -> np.ndarray:
    """Add white noise."""
    return pixels + np.sqrt(variance) * rng.standard_normal(pixels.shape)


@register(
    title="Gaussian noise in YCbCr",
    family="noise",
    parameters=(_variance("variance of the noise in Y, Cb and Cr, whose range is 1"),),
    search=(0.0, 1.0),
    random=True,
    color=True,
    aliases=("white_noise_ycbcr",),
    source="white noise in the components of ITU-R BT.601 (Y from 16 to 235 of 255), as KADID-10k's generator adds it",
)
def gaussian_noise_ycbcr(pixels: np.ndarray, rng: np.random.Generator, variance: float) -> np.ndarray:
    """Add white noise to luma and chroma."""
    from skimage.color import rgb2ycbcr, ycbcr2rgb

    noise = 255 * np.sqrt(variance) * rng.standard_normal(pixels.shape)
    return ycbcr2rgb(rgb2ycbcr(pixels) + noise)


@register(
    title="Spatially correlated noise",
    family="noise",
    parameters=(
        _variance("variance of the noise, or sd, its standard deviation"),
        Parameter(
            "grain", "px", "standard deviation of the Gaussian that correlates neighbours", high=64.0, default=1.5
        ),
    ),
    search=(0.0, 1.0),
    random=True,
    source="TID2013's type 3; the Gaussian spectrum and its width are choices of this package",
)
def spatially_correlated_noise(
    pixels: np.ndarray, rng: np.random.Generator, variance: float, grain: float
) -> np.ndarray:
    """Add noise whose neighbouring samples are alike."""
    impulse = np.zeros(pixels.shape[:2])
    impulse[0, 0] = 1.0
    # What filtering leaves of a variance of 1: the sum of the squared weights, wrapped as the noise is.
    left = np.square(gaussian(impulse[..., None], grain, boundary="wrap")).sum()
    noise = gaussian(rng.standard_normal(pixels.shape), grain, boundary="wrap")
    return pixels + np.sqrt(variance / left) * noise


@register(
    title="Shot noise",
    family="noise",
    parameters=(Parameter("rate", "photons", "mean number of photons that white stands for", low=1e-3, high=1e12),),
    search=(1e6, 0.3),
    random=True,
    aliases=("poisson_noise",),
    source="photons after a Poisson law",
)
def shot_noise(pixels: np.ndarray, rng: np.random.Generator, rate: float) -> np.ndarray:
    """Count photons."""
    return rng.poisson(pixels * rate) / rate


@register(
    title="Impulse noise",
    family="noise",
    parameters=(Parameter("density", "share of samples", "share of the samples that are hit", high=1.0, null=0),),
    search=(0.0, 1.0),
    random=True,
    aliases=("salt_and_pepper_noise",),
    source="half of the hit samples black, half white, every channel on its own",
)
def impulse_noise(pixels: np.ndarray, rng: np.random.Generator, density: float) -> np.ndarray:
    """Turn samples black or white."""
    fate = rng.random(pixels.shape)
    return np.where(fate < density / 2, 0.0, np.where(fate >= 1 - density / 2, 1.0, pixels))


@register(
    title="Speckle noise",
    family="noise",
    parameters=(_variance("variance of the factor, or sd, its standard deviation"),),
    search=(0.0, 1.0),
    random=True,
    aliases=("multiplicative_gaussian_noise",),
    source="the pixels times 1 + n with Gaussian n, every channel on its own",
)
def speckle_noise(pixels: np.ndarray, rng: np.random.Generator, variance: float) -> np.ndarray:
    """Multiply with Gaussian noise."""
    return pixels * (1 + np.sqrt(variance) * rng.standard_normal(pixels.shape))


@register(
    title="Multiplicative noise",
    family="noise",
    parameters=(_variance("variance of the factor, or sd, its standard deviation"),),
    search=(0.0, 1.0),
    random=True,
    source="the pixels times 1 + n with uniform n, what MATLAB's imnoise calls \"speckle\" and KADID-10k's generator uses",
)
def multiplicative_noise(pixels: np.ndarray, rng: np.random.Generator, variance: float) -> np.ndarray:
    """Multiply with uniform noise."""
    half = np.sqrt(3 * variance)  # a uniform law over [-a, a] has the variance a^2 / 3
    return pixels * (1 + half * rng.uniform(-1, 1, pixels.shape))


@register(
    title="Denoising",
    family="noise",
    parameters=(_variance("variance of the noise that is added and then removed"),),
    search=(0.0, 1.0),
    random=True,
    aliases=("denoising",),
    source="white noise, then total variation (Chambolle) with its weight at the noise's standard deviation; a stand-in for "
    "the networks and filters of KADID-10k (DnCNN) and TID2013",
)
def denoise(pixels: np.ndarray, rng: np.random.Generator, variance: float) -> np.ndarray:
    """Add noise and remove it, and texture with it."""
    from skimage.restoration import denoise_tv_chambolle

    if not variance:
        return pixels
    noisy = gaussian_noise(pixels, rng, variance=variance)
    return denoise_tv_chambolle(np.clip(noisy, 0, 1), weight=float(np.sqrt(variance)), channel_axis=-1)
