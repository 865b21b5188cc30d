"""Harm to places: pixels, patches and blocks that are moved, replaced or coarsened."""

from math import ceil

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.record import Parameter
from iqametrics.datasets.distortions.warp import scattered

#: Sides of the squares in pixels, those of KADID-10k; and how far its patches move at most.
_PATCH, _BLOCK, _REACH = 16, 32, 8


@register(
    title="Jitter",
    family="blocks",
    parameters=(
        Parameter(
            "amount", "px", "standard deviation of a pixel's displacement, along rows and columns", high=100.0, null=0
        ),
        Parameter("rounds", "times", "how often pixels are displaced", low=1, high=100, default=5, whole=True),
    ),
    search=(0.0, 50.0),
    random=True,
    source="as in KADID-10k's generator: Gaussian displacements, five times, bilinear",
)
def jitter(pixels: np.ndarray, rng: np.random.Generator, amount: float, rounds: int) -> np.ndarray:
    """Displace every pixel."""
    for _ in range(rounds):
        pixels = scattered(pixels, amount * rng.standard_normal((2, *pixels.shape[:2])))
    return pixels


@register(
    title="Non-eccentricity patches",
    family="blocks",
    parameters=(Parameter("count", "patches", "16 x 16 patches that are moved", high=100_000, null=0, whole=True),),
    search=(0, 10_000),
    random=True,
    min_side=_PATCH + 2 * _REACH,
    aliases=("non_eccentricity_pattern_noise",),
    source="as in KADID-10k's generator: each is copied to a place up to 8 pixels away",
)
def non_eccentricity_patch(pixels: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """Copy patches to a place nearby."""
    result = pixels.copy()
    for _ in range(count):
        row, column = (rng.integers(_REACH, side - _PATCH - _REACH, endpoint=True) for side in pixels.shape[:2])
        down, right = rng.integers(-_REACH, _REACH, 2, endpoint=True)
        patch = result[row : row + _PATCH, column : column + _PATCH].copy()
        result[row + down : row + down + _PATCH, column + right : column + right + _PATCH] = patch
    return result


@register(
    title="Colour blocks",
    family="blocks",
    parameters=(Parameter("count", "blocks", "32 x 32 blocks of a random colour", high=100_000, null=0, whole=True),),
    search=(0, 5_000),
    random=True,
    min_side=_BLOCK,
    source="as in KADID-10k's generator; grey blocks in a grey image",
)
def color_block(pixels: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """Cover places with blocks of one colour."""
    result = pixels.copy()
    for _ in range(count):
        row, column = (rng.integers(0, side - _BLOCK, endpoint=True) for side in pixels.shape[:2])
        result[row : row + _BLOCK, column : column + _BLOCK] = rng.random(pixels.shape[2])
    return result


@register(
    title="Local block-wise shifts",
    family="blocks",
    parameters=(
        Parameter("intensity", "data range", "what a block is made brighter or darker by", high=1.0, null=0),
        Parameter(
            "share", "share of blocks", "share of the image's 32 x 32 blocks that change", high=1.0, default=0.25
        ),
    ),
    search=(0.0, 1.0),
    random=True,
    aliases=("local_block",),
    source="a choice of this package for TID2013's type 15, whose recipe is not stated",
)
def local_blocks(pixels: np.ndarray, rng: np.random.Generator, intensity: float, share: float) -> np.ndarray:
    """Make some blocks brighter and some darker."""
    height, width = pixels.shape[:2]
    grid = ceil(height / _BLOCK), ceil(width / _BLOCK)
    chosen = rng.permutation(grid[0] * grid[1])[: max(1, round(share * grid[0] * grid[1]))]
    shifts = np.zeros(grid[0] * grid[1])
    shifts[chosen] = intensity * rng.choice((-1.0, 1.0), chosen.size)
    return pixels + np.kron(shifts.reshape(grid), np.ones((_BLOCK, _BLOCK)))[:height, :width, None]


def _scale(strength: float) -> float:
    return 0.95 - strength**0.6


@register(
    title="Pixelate",
    family="blocks",
    parameters=(
        Parameter(
            "scale",
            "of the side",
            "size it is reduced to; or strength s, for 0.95 - s^0.6",
            low=0.001,
            high=1.0,
            null=1,
            spellings={"strength": _scale},
        ),
        Parameter("shrink", "", "how it is reduced", default="box", choices=("box", "nearest")),
    ),
    search=(1.0, 0.002),
    source="enlarged again by repeating pixels; reduced by means as in ImageNet-C, by the nearest pixel in KADID-10k",
)
def pixelate(pixels: np.ndarray, scale: float, shrink: str) -> np.ndarray:
    """Make pixels coarse."""
    from PIL import Image

    height, width = pixels.shape[:2]
    size = max(1, round(scale * width)), max(1, round(scale * height))
    by = Image.Resampling.BOX if shrink == "box" else Image.Resampling.NEAREST
    channels = [Image.fromarray(channel.astype(np.float32)) for channel in np.moveaxis(pixels, -1, 0)]
    coarse = [channel.resize(size, by).resize((width, height), Image.Resampling.NEAREST) for channel in channels]
    return np.dstack([np.asarray(channel, np.float64) for channel in coarse])
