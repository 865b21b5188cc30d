"""Distortions of the demonstration: five levels each, the same on every run."""

from collections.abc import Callable
from io import BytesIO

import numpy as np

LEVELS = (1, 2, 3, 4, 5)
NOISE_DEVIATIONS = (4, 8, 16, 32, 64)
BLUR_SIGMAS = (0.6, 1.0, 1.8, 3.2, 6.0)
JPEG_QUALITIES = (75, 40, 20, 10, 5)
JPEG2000_RATIOS = (12, 25, 50, 100, 200)
CONTRAST_FACTORS = (0.9, 0.75, 0.6, 0.45, 0.3)


def noise(image: np.ndarray, level: int) -> np.ndarray:
    """Add white Gaussian noise, the channels independent of each other."""
    field = np.random.default_rng(level).normal(0, NOISE_DEVIATIONS[level - 1], image.shape)
    return _rounded(image + field)


def blur(image: np.ndarray, level: int) -> np.ndarray:
    """Filter with a Gaussian."""
    from scipy.ndimage import gaussian_filter

    sigma = BLUR_SIGMAS[level - 1]
    return _rounded(gaussian_filter(image.astype(np.float64), (sigma, sigma, 0), mode="nearest"))


def jpeg(image: np.ndarray, level: int) -> np.ndarray:
    """Compress as JPEG, with the colour at half resolution as usual."""
    return _through_file(image, "JPEG", quality=JPEG_QUALITIES[level - 1])


def jpeg2000(image: np.ndarray, level: int) -> np.ndarray:
    """Compress as JPEG 2000 to a fraction of the size."""
    return _through_file(
        image, "JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[JPEG2000_RATIOS[level - 1]]
    )


def contrast(image: np.ndarray, level: int) -> np.ndarray:
    """Reduce the contrast about the mean of the image."""
    mean = image.mean()
    return _rounded(mean + CONTRAST_FACTORS[level - 1] * (image - mean))


#: Name -> function of a uint8 RGB image and a level from 1, hardly visible, to 5.
DISTORTIONS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "noise": noise,
    "blur": blur,
    "jpeg": jpeg,
    "jpeg2000": jpeg2000,
    "contrast": contrast,
}


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _through_file(image: np.ndarray, kind: str, **options: object) -> np.ndarray:
    from PIL import Image

    file = BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    with Image.open(file) as decoded:
        return np.asarray(decoded.convert("RGB"))
