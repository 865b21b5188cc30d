"""Pictures to measure on: photographs from scikit-image's wheel, to any size, and a distorted version."""

from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np

DTYPES = ("uint8", "float32")
#: Strength of the grain that keeps large areas from being flat, and of the distortion.
GRAIN, NOISE, JPEG_QUALITY = 1.5, 6.0, 50


@dataclass(frozen=True, eq=False)
class Pair:
    """A reference and a distorted image, grey, in the forms that contenders take.

    Attributes
    ----------
    x, y : ndarray (height, width)
        Reference and distorted image.
    data_range : float
        255 for uint8, 1 for float32.
    """

    x: np.ndarray
    y: np.ndarray
    data_range: float
    _made: dict[Any, Any] = field(default_factory=dict)

    def arrays(self, top: float | None = None) -> tuple[np.ndarray, np.ndarray, float]:
        """The arrays with the range they have, or as doubles from 0 to `top`."""
        if top in (None, self.data_range):
            return self.x, self.y, self.data_range
        x, y = (image.astype(np.float64) * (top / self.data_range) for image in (self.x, self.y))
        return x, y, top

    def tensors(self, top: float | None = None) -> tuple[Any, Any, float]:
        """float32 tensors ``(1, 1, height, width)`` from 0 to `top`, by default in the units of the images."""
        import torch

        top = top or self.data_range
        if top not in self._made:
            scaled = (np.multiply(image, top / self.data_range, dtype=np.float32) for image in (self.x, self.y))
            self._made[top] = tuple(torch.from_numpy(image)[None, None] for image in scaled)
        return *self._made[top], top


@cache
def pair(height: int, width: int, dtype: str) -> Pair:
    """A pair of this size, the same on every run."""
    if dtype == "float32":
        whole = pair(height, width, "uint8")
        return Pair(*(np.divide(image, 255, dtype=np.float32) for image in (whole.x, whole.y)), 1.0)
    generator = np.random.default_rng(0)
    reference = _rounded(_mosaic(height, width) + generator.normal(0, GRAIN, (height, width)))
    noisy = _rounded(reference + generator.normal(0, NOISE, (height, width)))
    return Pair(reference, _through_jpeg(noisy), 255.0)


def _mosaic(height: int, width: int) -> np.ndarray:
    """Photographs of 512x512 side by side, as many as it takes."""
    from skimage import color, data

    tiles = data.camera(), 255 * color.rgb2gray(data.astronaut()), data.gravel(), data.brick()
    side = len(tiles[0])
    rows, columns = -(-height // side), -(-width // side)
    grid = [[tiles[(2 * i + j) % len(tiles)] for j in range(columns)] for i in range(rows)]
    return np.block(grid)[:height, :width]


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _through_jpeg(image: np.ndarray) -> np.ndarray:
    from PIL import Image

    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=JPEG_QUALITY)
    with Image.open(file) as decoded:
        return np.array(decoded)
