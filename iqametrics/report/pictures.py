"""Small pictures inside a page: as text that a browser shows without looking anything up."""

from base64 import b64encode
from io import BytesIO

import numpy as np

from iqametrics import inputs, ranges
from iqametrics.front import Metric
from iqametrics.report.harm import harm_over, harm_span, pale_grey
from iqametrics.report.local_quality import local_quality

#: WebP's scale to 100; small pictures are for recognising, not for judging them.
_QUALITY = 60


def data_uri(picture: np.ndarray, quality: int = _QUALITY) -> str:
    """A picture of uint8 (H, W) or (H, W, 3) as a ``data:`` address."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(picture).save(file, "WEBP", quality=quality, method=4)
    return f"data:image/webp;base64,{b64encode(file.getvalue()).decode('ascii')}"


def small(
    image: np.ndarray, side: int, data_range: float | tuple[float, float] | None = None, bits: int | None = None
) -> np.ndarray:
    """A picture of 8 bits whose longer side has at most this many pixels.

    Parameters
    ----------
    image : ndarray (H, W), (H, W, 1) or (H, W, 3)
        As :func:`iqametrics.read_image` gives it.
    side : int
        Pixels of the longer side.
    data_range, bits : optional
        What is white, where the data type does not tell.
    """
    from PIL import Image

    (stack,) = inputs.read(image, None, "distorted").stacks
    full = ranges.of_stack(stack, ranges.said(data_range, bits), "distorted")
    plane = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    eight = plane if plane.dtype == np.uint8 and full.span == 255 else _eight_bits(plane, full)
    picture = Image.fromarray(eight)
    size = _fitting(eight.shape[0], eight.shape[1], side)
    # Halves first: as good to the eye as Lanczos over all pixels, and several times as fast.
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))


def map_picture(metric: Metric, reference: np.ndarray, distorted: np.ndarray, side: int) -> tuple[np.ndarray, str]:
    """The distorted image in pale grey with the metric's map over it, small, and what the darkest red means.

    Parameters
    ----------
    metric : Metric
        With the options bound that the call needs, such as ``data_range``.
    reference, distorted : ndarray (H, W) or (H, W, 3)
        The images.
    side : int
        Pixels of the longer side.
    """
    quality = local_quality(metric, reference, distorted)
    span = harm_span(quality)
    height, width = distorted.shape[:2]
    size = _fitting(height, width, side)
    layers = (pale_grey(distorted), np.clip(quality.harm / span, 0, 1), quality.weights)
    picture = harm_over(*(_averaged(layer, size) for layer in layers))
    if quality.is_error:
        return picture, f"dark red: local error of {quality.best + span:.3g} or more"
    return picture, f"dark red: local quality of {quality.best - span:.3g} or less, {quality.best:.3g} is best"


def _fitting(height: int, width: int, side: int) -> tuple[int, int]:
    """Width and height with a longer side of `side` at most."""
    scale = min(side / max(height, width), 1.0)
    return max(round(scale * width), 1), max(round(scale * height), 1)


def _averaged(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    picture = Image.fromarray(plane.astype(np.float32)).resize(size, Image.Resampling.BOX)
    return np.asarray(picture, dtype=np.float64)


def _eight_bits(plane: np.ndarray, full: ranges.Range) -> np.ndarray:
    return np.rint(np.clip((plane.astype(np.float64) - full.low) / full.span, 0, 1) * 255).astype(np.uint8)
