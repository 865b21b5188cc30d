"""TIFF: its one directory and the extent of strips or tiles, 8 bits through Pillow, more through tifffile."""

import math
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import numpy as np

from .header import DamagedError, Header, Pixels, UnsupportedError
from .pixels import upright

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION = 256, 257, 258, 259, 262, 274
_STRIP_OFFSETS, _SAMPLES, _STRIP_ROWS, _STRIP_BYTES, _PLANAR = 273, 277, 278, 279, 284
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES = 322, 323, 324, 325
_EXTRA_SAMPLES, _SAMPLE_FORMAT, _XMP = 338, 339, 700
# Only these are read, so that a damaged or private tag elsewhere can't stop us.
_READ = {
    *(_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION),
    *(_STRIP_OFFSETS, _SAMPLES, _STRIP_ROWS, _STRIP_BYTES, _PLANAR),
    *(_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES, _EXTRA_SAMPLES, _SAMPLE_FORMAT, _XMP),
}
_CODES = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q"}  # TIFF type to struct code: unsigned ones only

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6
_COLOUR_CHANNELS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _YCBCR: 3}
_REFUSED_COLOUR = {4: "a transparency mask", 5: "CMYK", 8: "CIE L*a*b*", 9: "ICC L*a*b*", 10: "ITU L*a*b*"}
_FORMAT_NAMES = {2: "signed integer", 3: "floating-point", 4: "untyped", 5: "complex", 6: "complex"}
_UNSPECIFIED, _PREMULTIPLIED = 0, 1

_TILE_SLACK = 4096

_Tags = dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class _Layout:
    width: int
    height: int
    bits: int
    samples: int
    photometric: int
    planar: bool


def read_header(data: bytes) -> Header:
    """Read the one directory; every strip or tile that it lists must be there."""
    tags = _directory(data)
    layout = _layout(tags)
    _check_extent(tags, layout, len(data))
    alpha = _extra_channel(tags, layout)

    def decode() -> Pixels:
        return _decode_8bit(data, layout) if layout.bits <= 8 else _decode_deep(data, tags, layout)

    return Header(layout.width, layout.height, alpha, decode, bits=max(layout.bits, 8))


def _directory(data: bytes) -> _Tags:
    """Read the tags that matter from the only directory."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"\x2b\x00", b"\x00\x2b")
    offset_code, count_code, entry_size = ("Q", "Q", 20) if big else ("I", "H", 12)
    (start,) = struct.unpack_from(order + offset_code, data, 8 if big else 4)
    (count,) = struct.unpack_from(order + count_code, data, start)
    start += struct.calcsize(count_code)
    (following,) = struct.unpack_from(order + offset_code, data, start + count * entry_size)
    if following:
        raise UnsupportedError("it has more than one page and names none to score; extract one page")

    tags: _Tags = {}
    for entry in range(start, start + count * entry_size, entry_size):
        tag, kind, number = struct.unpack_from(f"{order}HH{offset_code}", data, entry)
        if tag not in _READ:
            continue
        if kind not in _CODES:
            raise DamagedError(f"tag {tag} has type {kind}, which is no unsigned integer")
        code = f"{order}{number}{_CODES[kind]}"
        position = entry + 4 + struct.calcsize(offset_code)
        if struct.calcsize(code) > struct.calcsize(offset_code):
            (position,) = struct.unpack_from(order + offset_code, data, position)
        tags[tag] = struct.unpack_from(code, data, position)
    return tags


def _one(tags: _Tags, tag: int, default: int | None = None) -> int:
    values = tags.get(tag)
    if values:
        return values[0]
    if default is None:
        raise DamagedError(f"tag {tag} is missing")
    return default


def _layout(tags: _Tags) -> _Layout:
    photometric = _one(tags, _PHOTOMETRIC)
    if photometric not in _COLOUR_CHANNELS:
        name = _REFUSED_COLOUR.get(photometric, f"photometric interpretation {photometric}")
        raise UnsupportedError(f"{name} is not read; convert the image to grey or RGB")
    formats = set(tags.get(_SAMPLE_FORMAT, (1,))) - {1}
    if formats:
        name = _FORMAT_NAMES.get(formats.pop(), "unknown")
        raise UnsupportedError(
            f"{name} samples have no data range of their own; "
            "load the file with tifffile.imread and pass the array with data_range="
        )
    depths = set(tags.get(_BITS, (1,)))
    bits = max(depths)
    if len(depths) > 1 or not (bits in (1, 2, 4, 8) or 9 <= bits <= 16):
        raise UnsupportedError(f"{'/'.join(map(str, sorted(depths)))} bits per sample are not read; convert to 8 or 16")
    if bits > 8 and photometric in (_PALETTE, _YCBCR):
        raise UnsupportedError(f"a palette or YCbCr colour with {bits} bits is not read; convert the image to RGB")
    if photometric == _YCBCR and _one(tags, _COMPRESSION, 1) == 1:
        raise UnsupportedError("uncompressed YCbCr colour is not read; convert the image to RGB")
    return _Layout(
        width=_one(tags, _WIDTH),
        height=_one(tags, _HEIGHT),
        bits=bits,
        samples=_one(tags, _SAMPLES, 1),
        photometric=photometric,
        planar=_one(tags, _PLANAR, 1) == 2,
    )


def _extra_channel(tags: _Tags, layout: _Layout) -> Literal["straight", "unspecified"] | None:
    extra = layout.samples - _COLOUR_CHANNELS[layout.photometric]
    if extra < 0:
        raise DamagedError(f"{layout.samples} samples per pixel are too few for its colour")
    if extra > 1:
        raise UnsupportedError(f"{extra} channels beside the colour are not read; extract the ones to score")
    if extra == 0:
        return None
    # OpenCV and others leave the tag out when they write RGBA; Pillow too takes such a channel for alpha.
    meaning = _one(tags, _EXTRA_SAMPLES, 2)
    if meaning == _PREMULTIPLIED:
        raise UnsupportedError(
            "premultiplied alpha has lost the colours; save with straight alpha, or flatten the image"
        )
    return "unspecified" if meaning == _UNSPECIFIED else "straight"


def _check_extent(tags: _Tags, layout: _Layout, size: int) -> None:
    """Prove that every strip or tile is there: decoders leave black or stale pixels where one is missing."""
    if _TILE_OFFSETS in tags:
        offsets, lengths = tags[_TILE_OFFSETS], tags.get(_TILE_BYTES, ())
        columns, rows = _one(tags, _TILE_WIDTH), _one(tags, _TILE_HEIGHT)
        # A tile may hang over the edge, and decoders make room for all of it: a bomb in a stamp's disguise.
        for side, length in ((columns, layout.width), (rows, layout.height)):
            if side > math.ceil(length / _TILE_SLACK) * _TILE_SLACK:
                raise DamagedError(f"its tiles of {columns} x {rows} pixels are far larger than the image")
    else:
        offsets, lengths = tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_BYTES, ())
        columns, rows = layout.width, min(_one(tags, _STRIP_ROWS, layout.height), layout.height)
    if not (columns and rows):
        raise DamagedError("its strips or tiles are empty")
    across, down = math.ceil(layout.width / columns), math.ceil(layout.height / rows)
    expected = across * down * (layout.samples if layout.planar else 1)
    if not len(offsets) == len(lengths) == expected:
        raise DamagedError(f"{min(len(offsets), len(lengths))} of {expected} strips or tiles are listed")
    for offset, length in zip(offsets, lengths, strict=True):
        if not offset or not length or offset + length > size:
            raise DamagedError(f"a strip or tile of {length} bytes at byte {offset} is not inside the {size} bytes")
    if _one(tags, _COMPRESSION, 1) == 1:
        stored_rows = down * rows if _TILE_OFFSETS in tags else layout.height
        row_bytes = math.ceil(columns * layout.bits * (1 if layout.planar else layout.samples) / 8)
        needed = row_bytes * stored_rows * across * (layout.samples if layout.planar else 1)
        if sum(lengths) < needed:
            raise DamagedError(f"its strips or tiles hold {sum(lengths)} of {needed} bytes")


def _decode_8bit(data: bytes, layout: _Layout) -> Pixels:
    from PIL import Image, TiffImagePlugin

    from .pillow import samples

    image = TiffImagePlugin.TiffImageFile(BytesIO(data))
    if sorted(image.size) != sorted((layout.width, layout.height)):  # sorted: Pillow turns the size already
        raise DamagedError(f"its size is {image.size} to Pillow, and should be {(layout.width, layout.height)}")
    # Given its memory beforehand, because the plugin would consult Pillow's global pixel limit to make it.
    image.im = Image.new(image.mode, (layout.width, layout.height)).im
    return samples(image)


def _decode_deep(data: bytes, tags: _Tags, layout: _Layout) -> Pixels:
    """Pillow keeps 8 of 16 bits in colour and knows few kinds of grey."""
    import tifffile

    with tifffile.TiffFile(BytesIO(data)) as file:
        page = file.pages[0]
        planes, interleaved = (layout.samples, 1) if layout.planar else (1, layout.samples)
        expected = (planes, 1, layout.height, layout.width, interleaved)  # the 1 is depth
        if page.shaped != expected or page.dtype != np.uint16:
            raise DamagedError(f"it is {page.dtype} {page.shaped} to tifffile, and should be uint16 {expected}")
        # One worker, since many images are read side by side.
        stored = page.asarray(squeeze=False, maxworkers=1)[:, 0]
    samples = np.moveaxis(stored[..., 0], 0, -1) if layout.planar else stored[0]
    if layout.photometric == _WHITE_IS_ZERO:
        samples = (2**layout.bits - 1) - samples  # tifffile gives the levels as stored
    if layout.samples == 1:
        samples = samples[..., 0]
    return upright(samples, _orientation(tags))


def _orientation(tags: _Tags) -> int:
    if _ORIENTATION in tags or _XMP not in tags:
        return _one(tags, _ORIENTATION, 1)
    from .pillow import orientation_in

    return orientation_in(xmp=bytes(tags[_XMP]))
