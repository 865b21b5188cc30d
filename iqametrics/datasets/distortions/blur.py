"""Blur, and its counterpart."""

from math import ceil

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.colorspaces import from_lab, to_lab
from iqametrics.datasets.distortions.filters import convolved, gaussian
from iqametrics.datasets.distortions.record import Parameter
from iqametrics.datasets.distortions.warp import zoomed

#: Points along the side of a pixel that shapes are drawn with; an odd number, so that one is its centre.
_FINENESS = 15


@register(
    title="Gaussian blur",
    family="blur",
    parameters=(
        Parameter("sigma", "px", "standard deviation of the Gaussian", high=1000.0, null=0),
        Parameter("truncate", "sigma", "where the Gaussian is cut off", low=1.0, high=10.0, default=4.0),
    ),
    search=(0.0, 200.0),
    source="KADID-10k's generator cuts the Gaussian off at 2 sigma",
)
def gaussian_blur(pixels: np.ndarray, sigma: float, truncate: float) -> np.ndarray:
    """Filter with a Gaussian."""
    return gaussian(pixels, sigma, truncate)


@register(
    title="Lens blur (defocus)",
    family="blur",
    parameters=(
        Parameter("radius", "px", "radius of the disk that a point becomes", high=200.0, null=0),
        Parameter("alias", "px", "standard deviation of a Gaussian that softens the disk", high=10.0, default=0.0),
    ),
    search=(0.0, 100.0),
    aliases=("defocus_blur",),
    source="a disk whose pixels weigh what it covers of them",
)
def lens_blur(pixels: np.ndarray, radius: float, alias: float) -> np.ndarray:
    """Spread every point over a disk."""
    reach = ceil(radius + 4 * alias) if radius else 0
    if not reach:
        return pixels
    half = ((2 * reach + 1) * _FINENESS - 1) // 2
    places = np.arange(-half, half + 1)  # whole numbers, so that the disk is the same on all sides
    inside = places[:, None] ** 2 + places**2 <= (radius * _FINENESS) ** 2
    covered = inside.reshape(2 * reach + 1, _FINENESS, 2 * reach + 1, _FINENESS).mean((1, 3))
    disk = gaussian(covered[..., None], alias)[..., 0]
    return convolved(pixels, disk / disk.sum())


def _length(radius: float) -> float:
    return 2 * radius + 1


@register(
    title="Motion blur",
    family="blur",
    parameters=(
        Parameter(
            "length",
            "px",
            "length of the path; or radius, for 2 radius + 1",
            low=1.0,
            high=1000.0,
            null=1,
            spellings={"radius": _length},
        ),
        Parameter(
            "sigma",
            "px",
            "standard deviation of the Gaussian by which the path fades from the point on; 0 for an even path about it",
            high=1000.0,
            default=0.0,
        ),
    ),
    search=(1.0, 200.0),
    random=True,
    source="the direction is random: any for an even path, within 45 degrees of the rows for a fading one, as in ImageNet-C",
)
def motion_blur(pixels: np.ndarray, rng: np.random.Generator, length: float, sigma: float) -> np.ndarray:
    """Spread every point along a line."""
    angle = rng.uniform(-np.pi / 4, np.pi / 4) if sigma else rng.uniform(0, np.pi)
    count = ceil(length * _FINENESS)
    along = (np.arange(count) + 0.5) / count * (length - 1)
    weights = np.exp(-0.5 * (along / sigma) ** 2) if sigma else np.ones(count)
    along = along if sigma else along - (length - 1) / 2
    return convolved(pixels, _drawn(along * np.sin(angle), along * np.cos(angle), weights / weights.sum()))


def _drawn(rows: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A kernel with a weight at every place, shared among the four pixels around it."""
    reach = ceil(max(np.abs(rows).max(), np.abs(columns).max()))
    kernel = np.zeros((2 * reach + 3, 2 * reach + 3))
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    down, right = rows - top, columns - left
    for row, share in ((top, 1 - down), (top + 1, down)):
        for column, portion in ((left, 1 - right), (left + 1, right)):
            np.add.at(kernel, (row + reach + 1, column + reach + 1), weights * share * portion)
    return kernel


@register(
    title="Zoom blur",
    family="blur",
    parameters=(
        Parameter("zoom", "factor", "magnification at the end of the movement", low=1.0, high=10.0, null=1),
        Parameter("steps", "images", "magnified images that are averaged", low=1, high=200, default=16, whole=True),
    ),
    search=(1.0, 4.0),
    source="the mean of the image and of copies at factors from 1 to almost the last, in even steps, after ImageNet-C",
)
def zoom_blur(pixels: np.ndarray, zoom: float, steps: int) -> np.ndarray:
    """Average the image over a movement towards it."""
    factors = np.linspace(1, zoom, steps, endpoint=False)
    return (pixels + sum(zoomed(pixels, factor) for factor in factors)) / (steps + 1)


@register(
    title="Over-sharpening",
    family="blur",
    parameters=(
        Parameter("amount", "", "how much of what blur takes away is added", high=100.0, null=0),
        Parameter("radius", "px", "standard deviation of the Gaussian that blurs", low=0.1, high=100.0, default=3.0),
    ),
    search=(0.0, 100.0),
    source="unsharp mask on L of CIELAB; the Gaussian is cut off at 2 radius",
)
def high_sharpen(pixels: np.ndarray, amount: float, radius: float) -> np.ndarray:
    """Exaggerate edges."""
    lab = to_lab(pixels)
    light = lab[..., :1]
    lab[..., :1] += amount * (light - gaussian(light, radius, truncate=2.0))
    return from_lab(lab, pixels)
