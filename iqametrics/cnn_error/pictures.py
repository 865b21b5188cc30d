"""Small pictures of images and of where a metrifier expects error."""

import numpy as np

from iqametrics.pooling import WeightedMap
from iqametrics.report.harm import harm_over, pale_grey
from iqametrics.report.pictures import small

#: Pixels of the longer side; smaller images are enlarged by whole factors, so that their pixels are seen.
_SIDE = 128


def enlarged(image: np.ndarray) -> np.ndarray:
    """A copy of an image, uint8 ``(H, W)`` or ``(H, W, 3)``, that fits on a page."""
    factor = max(1, _SIDE // max(image.shape[:2]))
    if factor == 1:
        return small(image, _SIDE)
    return image.repeat(factor, axis=0).repeat(factor, axis=1)


def map_over(image: np.ndarray, local: WeightedMap) -> np.ndarray:
    """The image in pale grey, in red where a metrifier expects error."""
    from PIL import Image

    height, width = image.shape[:2]
    size = (width, height)
    layers = [
        np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, Image.Resampling.BILINEAR), dtype=np.float64)
        for plane in (1 - local.quality, local.weight / local.weight.max())
    ]
    harm, weight = (np.clip(plane, 0, 1) for plane in layers)
    return enlarged(harm_over(pale_grey(image), harm, weight))
