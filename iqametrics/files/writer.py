"""The image writer: pixels as the bytes of a lossless file, at their true bit depth."""

from collections.abc import Callable
from io import BytesIO

from .header import Pixels


def encode_image(pixels: Pixels, suffix: str) -> bytes:
    """Return a lossless image file; :func:`iqametrics.read_image` reads the same pixels back.

    Parameters
    ----------
    pixels : numpy.ndarray ``(H, W)`` or ``(H, W, 3)``
        uint8 or uint16, grey or RGB.
    suffix : str
        One of `SUFFIXES`.

    Returns
    -------
    bytes
        The same for the same pixels and versions of imagecodecs and tifffile.
    """
    return _ENCODERS[suffix](pixels)


def _png(pixels: Pixels) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.png_encode(pixels))


def _tiff(pixels: Pixels) -> bytes:
    import tifffile

    file = BytesIO()
    tifffile.imwrite(
        file,
        pixels,
        photometric="rgb" if pixels.ndim == 3 else "minisblack",
        compression="zlib",
        predictor=True,
        metadata=None,
    )
    return file.getvalue()


_ENCODERS: dict[str, Callable[[Pixels], bytes]] = {".png": _png, ".tif": _tiff}
#: Ends of file names that `encode_image` knows.
SUFFIXES = tuple(_ENCODERS)
