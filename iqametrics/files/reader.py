"""The image reader: a path in, the pixels of that file out, or an error that says what to do."""

import os
import re
import stat
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from iqametrics.errors import ImageFileError, OptionError

from . import bmp, jpeg, jpeg2000, png, tiff, webp
from .header import DamagedError, Header, Pixels, UnsupportedError
from .pixels import over, without_alpha

#: Most pixels that a header may claim by default: 1.5 GiB of 8-bit RGB. A scan of 20000 x 20000 passes.
MAX_PIXELS = 2**29

_FORMATS: tuple[tuple[str, Callable[[bytes], Header], re.Pattern[bytes]], ...] = (
    ("PNG", png.read_header, re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("JPEG", jpeg.read_header, re.compile(rb"\xff\xd8\xff")),
    ("TIFF", tiff.read_header, re.compile(rb"II[*+]\0|MM\0[*+]")),
    ("JPEG 2000", jpeg2000.read_header, re.compile(rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  \r\n\x87\n")),
    ("WebP", webp.read_header, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("BMP", bmp.read_header, re.compile(rb"BM")),
)
_BACKGROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0)}
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters at least: C:/ is a drive


def read_image(
    path: str | os.PathLike[str],
    *,
    alpha: Literal["white", "black", "ignore"] | tuple[int, int, int] | None = None,
    max_pixels: int | None = MAX_PIXELS,
) -> Pixels:
    """Read the pixels of an image file at their true bit depth.

    Reads PNG, JPEG, TIFF, BMP, JPEG 2000 and WebP; the first bytes tell the format, not the suffix. The
    pixels are the stored levels: colour profiles and gamma are not applied, the orientation in the metadata
    is. A picture is returned whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        A file on this machine.
    alpha : {None, "white", "black", "ignore"} or (int, int, int), optional
        What to do with an alpha channel, which includes a transparent palette entry or colour. The score
        depends on the background, so an image with alpha is refused by default, even where it is opaque
        everywhere. A name or an ``(R, G, B)`` in 0..255 is the background to lay the image over; ``"ignore"``
        returns the colours as stored, whatever the transparent ones may be. No effect on images without
        alpha.
    max_pixels : int or None, optional
        Refuse an image whose header claims more pixels, before decoding it. The default 2**29 is 1.5 GiB of
        8-bit RGB; None trusts any header. Pillow's ``Image.MAX_IMAGE_PIXELS`` is neither used nor changed.

    Returns
    -------
    numpy.ndarray
        ``(H, W)`` grey or ``(H, W, 3)`` RGB, C-contiguous and writable. uint8 for files with up to 8 bits per
        sample: the pixels equal Pillow's, 1-bit images are 0 and 255, 2- and 4-bit grey is stretched to
        0..255, and palettes become RGB. uint16 for files with 9 to 16 bits: TIFF and JPEG 2000 with 10 or 12
        bits are *not* stretched, their levels stay the stored ones; pass ``bits=10`` or ``bits=12`` to the
        metric.

    Raises
    ------
    ImageFileError
        The file is missing, empty, cut short, damaged, or no local image; it has alpha and `alpha` is None;
        it claims more than `max_pixels`; its colour is CMYK, YCCK or L*a*b*; its samples are signed, floating
        point, wider than 16 bits, or in a JPEG wider than 8; its alpha is premultiplied; it has several pages
        or frames.
    OptionError
        `alpha` or `max_pixels` has a value that is not listed above.

    Notes
    -----
    Compositing happens on the stored (gamma-encoded) levels, as in browsers, with one rounding. With levels
    0..p, p = 2**bits - 1, alpha a, colour c, and the background level b scaled to B = round(b p / 255), which
    is 257 b for 16 bits::

        out = round((a c + (p - a) B) / p)

    A grey image stays ``(H, W)`` over a grey background and becomes ``(H, W, 3)`` over any other.

    PNG has checksums, so any damage is found. The other formats are followed to their end marker or promised
    length, which finds every cut; damage inside compressed data is found if the data stops making sense.

    A JPEG is its primary picture: previews and gain maps that cameras append are no frames. A TIFF channel
    that the file itself calls unspecified is dropped by ``alpha="ignore"`` and refused otherwise.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import imagecodecs, numpy as np
    >>> levels = np.array([[[1, 256, 65535]]], dtype=np.uint16)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "deep.png")
    ...     _ = file.write_bytes(imagecodecs.png_encode(levels))
    ...     read_image(file)
    array([[[    1,   256, 65535]]], dtype=uint16)
    """
    background = _checked(alpha, max_pixels)
    name = _local_path(path)
    return _decoded(read_contents(name), name, alpha, background, max_pixels)


def decode_image(
    contents: bytes,
    name: str,
    *,
    alpha: Literal["white", "black", "ignore"] | tuple[int, int, int] | None = None,
    max_pixels: int | None = MAX_PIXELS,
) -> Pixels:
    """Decode what :func:`read_contents` read, as :func:`read_image` does; errors call the file `name`."""
    return _decoded(contents, name, alpha, _checked(alpha, max_pixels), max_pixels)


def read_contents(name: str) -> bytes:
    """Read the bytes of a file; an ImageFileError where there are none to read."""
    try:
        mode = Path(name).stat().st_mode
        if stat.S_ISDIR(mode):
            raise ImageFileError(f"{name}: this is a folder; give one image file")
        if not stat.S_ISREG(mode):
            raise ImageFileError(f"{name}: this is a device or a pipe; save the image to a file first")
        data = Path(name).read_bytes()
    except ImageFileError:
        raise
    except (OSError, ValueError) as problem:  # ValueError: a null character in the path
        if _URL.match(name):
            raise ImageFileError(f"{name}: not a local file; download it and give its path") from None
        if isinstance(problem, FileNotFoundError):
            raise ImageFileError(f"'{name}': no such file, seen from {Path.cwd()}; check the path") from None
        raise ImageFileError(f"{name!r} can't be opened ({problem}); check the path and its rights") from problem
    if not data:
        raise ImageFileError(f"{name}: the file is empty; copy or write it again")
    return data


def _checked(alpha: object, max_pixels: object) -> tuple[int, ...] | None:
    """Check the options; return the colour to lay a transparent image over, or None where there is none to use."""
    if max_pixels is not None and not _is_int(max_pixels, 1, sys.maxsize):
        raise OptionError(f"max_pixels is {max_pixels!r}; it must be a positive number of pixels, or None")
    return _background(alpha)


def _decoded(data: bytes, name: str, alpha: object, background: Sequence[int] | None, max_pixels: int | None) -> Pixels:
    kind, read_header = _format(name, data)
    try:
        header = read_header(data)
        _check_size(header, max_pixels)
        _check_alpha(header, alpha)
        samples = header.decode()
        _check_shape(header, samples)
    except UnsupportedError as problem:
        raise ImageFileError(f"{name}: {kind} file that can't be scored as it is: {problem}") from None
    except (DamagedError, struct.error) as problem:
        saw = str(problem) if isinstance(problem, DamagedError) else "it stops inside a header"
        raise ImageFileError(f"{name}: damaged {kind} file: {saw}; copy or write it again") from None
    except (ImportError, MemoryError):
        raise
    except Exception as problem:  # decoders raise whatever they like on bytes they don't understand
        raise ImageFileError(
            f"{name}: {kind} file that can't be decoded ({type(problem).__name__}: {problem}), "
            "damaged or of a rare kind; copy it again, or write it as a plain PNG"
        ) from problem
    if samples.ndim == 3 and samples.shape[-1] in (2, 4):
        samples = without_alpha(samples) if background is None else over(samples, background, header.bits)
    return np.ascontiguousarray(samples)


def _background(alpha: object) -> tuple[int, ...] | None:
    """Check `alpha`; return the colour to lay a transparent image over, or None where there is none to use."""
    if alpha is None or (isinstance(alpha, str) and alpha == "ignore"):
        return None
    levels: tuple[int, ...] = ()
    if isinstance(alpha, str):
        levels = _BACKGROUNDS.get(alpha, ())
    elif isinstance(alpha, tuple | list) and all(_is_int(level, 0, 255) for level in alpha):
        levels = tuple(alpha)
    if len(levels) != 3:
        raise OptionError(
            f"alpha is {alpha!r}; it must be 'white', 'black', 'ignore', three integers (R, G, B) in 0..255, or None"
        )
    return levels


def _is_int(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _local_path(path: object) -> str:
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else path
    if not isinstance(name, str):
        raise ImageFileError(f"the path is a {type(path).__name__}, {path!r:.80}; give it as str or pathlib.Path")
    if not name:
        raise ImageFileError("the path is empty; give the path of an image file")
    return name


def _format(name: str, data: bytes) -> tuple[str, Callable[[bytes], Header]]:
    for kind, read_header, magic in _FORMATS:
        if magic.match(data):
            return kind, read_header
    known = ", ".join(kind for kind, _, _ in _FORMATS)
    raise ImageFileError(
        f"{name}: begins with {data[:16]!r}, which is none of {known}; "
        "check that it is an image, and convert it to one of these"
    )


def _check_size(header: Header, max_pixels: int | None) -> None:
    if header.width < 1 or header.height < 1:
        raise DamagedError(f"its header claims {header.width} x {header.height} pixels")
    if max_pixels is not None and header.width * header.height > max_pixels:
        raise UnsupportedError(
            f"its header claims {header.width} x {header.height} pixels, more than max_pixels={max_pixels}; "
            "if you trust the file, pass a larger max_pixels or None"
        )


def _check_shape(header: Header, samples: Pixels) -> None:
    """Hold the decoder to what the header said; turning upright may have exchanged the sides."""
    if sorted(samples.shape[:2]) != sorted((header.height, header.width)):
        raise DamagedError(f"it decodes to {samples.shape}, its header claims {header.width} x {header.height} pixels")


def _check_alpha(header: Header, alpha: object) -> None:
    if header.alpha == "straight" and alpha is None:
        raise UnsupportedError(
            "it has an alpha channel, and its score depends on the background; "
            "pass alpha='white', 'black', an (R, G, B), or 'ignore' to use the colours as stored"
        )
    if header.alpha == "unspecified" and alpha != "ignore":
        raise UnsupportedError(
            "it has a channel beside its colours whose meaning it does not state; "
            "pass alpha='ignore' to drop it, or save the image without it"
        )
