"""Pillow for the formats whose pixels depend on the decoder, and for what EXIF says.

The format rooms construct Pillow's plugin classes themselves and never call ``PIL.Image.open``. That saves
the imports of formats we don't read, and it makes ``max_pixels`` the only limit: Pillow checks its own inside
``Image.open``, against a module global, and warns through ``warnings``. Lifting that limit would mean
changing the global or using ``warnings.catch_warnings``, and both act on every thread of the process.
"""

import numpy as np
from PIL import Image, ImageFile

from .header import Pixels, UnsupportedError
from .pixels import upright

_ORIENTATION = 0x0112
_MODES = {"1": "L", "L": "L", "LA": "LA", "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA"}


def samples(image: ImageFile.ImageFile) -> Pixels:
    """Decode an opened file into upright grey, RGB, or either with alpha last."""
    image.load()
    orientation = orientation_of(image)  # after loading, in which a TIFF turns itself
    mode = _MODES.get(image.mode)
    if mode is None:
        raise UnsupportedError(f"colour mode {image.mode!r} is not read; convert the image to grey or RGB")
    return upright(np.array(image if mode == image.mode else image.convert(mode)), orientation)


def orientation_of(image: Image.Image) -> int:
    """EXIF orientation 1 to 8, from wherever this file format keeps it; 1 where there is none."""
    orientation: int = image.getexif().get(_ORIENTATION, 1)
    return orientation


def orientation_in(**metadata: bytes) -> int:
    """Orientation in bare ``exif`` or ``xmp`` bytes, by the rules that Pillow has for whole files."""
    carrier = Image.new("1", (1, 1))
    carrier.info.update(metadata)
    return orientation_of(carrier)
