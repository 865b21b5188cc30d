"""JPEG 2000: boxes and tile-parts proved complete, 8 bits through Pillow, more through imagecodecs."""

import math
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from .header import DamagedError, Header, Pixels, UnsupportedError

_CODESTREAM = b"\xff\x4f\xff\x51"
_SIGNATURE_BOX = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_START_OF_TILE_PART, _END_OF_CODESTREAM = 0xFF90, 0xFFD9
_SRGB, _GREY, _SYCC = 16, 17, 18
_PREMULTIPLIED = 2


def read_header(data: bytes) -> Header:
    """Walk the boxes, if there are any, and the first codestream."""
    colour_space = announced = None
    start, end = 0, len(data)
    if data.startswith(_SIGNATURE_BOX):
        for kind, start, end in _boxes(data, 0, len(data)):
            if kind == b"jp2h":
                announced, colour_space = _announced(data, start, end)
            elif kind == b"jp2c":
                break  # what stands behind the codestream is not the picture's
        else:
            raise DamagedError("no codestream, so no picture")
    size = _size(data, start)
    depths = size.depths
    # Pillow makes room for what the box announces, which must not be more than what was checked.
    if announced not in (None, (size.height, size.width, len(depths))):
        raise DamagedError(f"rows, columns and components are {announced} in its box, others in its codestream")
    _check_tiles(data, start, end, size.tiles)
    if len(depths) > 4:
        raise UnsupportedError(f"{len(depths)} components are neither grey nor RGB; extract the ones to score")
    if len(set(depths)) > 1 or depths[0] & 0x80:
        raise UnsupportedError("components that are signed or differ in depth are not read; convert to unsigned PNG")
    bits = depths[0] + 1
    if not 8 <= bits <= 16:
        raise UnsupportedError(f"{bits} bits per sample are not read; convert to 8 or 16 bits")
    if bits > 8 and (size.subsampled or colour_space == _SYCC):
        raise UnsupportedError(f"YCbCr colour at {bits} bits per sample is not read; convert the image to RGB")
    decode = _decode_8bit if bits == 8 else _decode_deep
    alpha = len(depths) in (2, 4)
    return Header(size.width, size.height, "straight" if alpha else None, lambda: decode(data), bits)


def _boxes(data: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, first and last byte of the content of each box."""
    while position < end:
        length, kind = struct.unpack_from(">I4s", data, position)
        first = position + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, first)
            first += 8
        elif length == 0:  # the last box reaches to the end of the file
            length = end - position
        last = position + length
        if not first <= last <= end:
            raise DamagedError(f"box {kind!r} at byte {position} ends outside the file")
        yield kind, first, last
        position = last


def _announced(data: bytes, start: int, end: int) -> tuple[tuple[int, ...] | None, int | None]:
    """Refuse what is not grey or RGB; return (rows, columns, components) and the number of the colour space."""
    size = named = None
    for kind, first, last in _boxes(data, start, end):
        body = data[first:last]
        if kind == b"ihdr":
            size = struct.unpack_from(">IIH", body)
        elif kind == b"pclr":
            raise UnsupportedError("a palette inside JPEG 2000 is not read; convert the image to PNG")
        elif kind == b"colr" and body[0] == 1:
            (named,) = struct.unpack_from(">I", body, 3)
            if named not in (_SRGB, _GREY, _SYCC):
                raise UnsupportedError(
                    f"colour space number {named} (CMYK is 12) is not read; convert the image to RGB"
                )
        elif kind == b"colr" and body[0] == 2 and body[19:23] not in (b"RGB ", b"GRAY"):
            raise UnsupportedError(f"the colour profile is for {body[19:23]!r}; convert the image to grey or RGB")
        elif kind == b"cdef":
            for _, meaning, _ in struct.iter_unpack(">HHH", body[2:]):
                if meaning == _PREMULTIPLIED:
                    raise UnsupportedError("premultiplied alpha has lost the colours; save with straight alpha")
    return size, named


@dataclass(frozen=True)
class _Size:
    width: int
    height: int
    depths: bytes  # of each component: sign bit, and bits - 1
    subsampled: bool
    tiles: int


def _size(data: bytes, start: int) -> _Size:
    """Read the size marker, which stands first in every codestream."""
    if data[start : start + 4] != _CODESTREAM:
        raise DamagedError("the codestream does not begin with its size")
    right, bottom, left, top, *tile = struct.unpack_from(">8I", data, start + 8)
    (count,) = struct.unpack_from(">H", data, start + 40)
    table = data[start + 42 : start + 42 + 3 * count]
    tile_width, tile_height, tile_left, tile_top = tile
    if not (count and tile_width and tile_height) or len(table) < 3 * count or right <= left or bottom <= top:
        raise DamagedError("the size marker makes no sense")
    return _Size(
        width=right - left,
        height=bottom - top,
        depths=table[::3],
        subsampled=any(step != 1 for step in table[1::3] + table[2::3]),
        tiles=math.ceil((right - tile_left) / tile_width) * math.ceil((bottom - tile_top) / tile_height),
    )


def _check_tiles(data: bytes, start: int, end: int, tiles: int) -> None:
    """Follow the lengths of all tile-parts to the end marker: OpenJPEG fills what is missing with grey."""
    seen: Counter[int] = Counter()
    promised: dict[int, int] = {}
    position = start + 2
    while True:
        if position + 2 > end:
            raise DamagedError(f"the codestream stops at byte {end}, before its end marker")
        (marker,) = struct.unpack_from(">H", data, position)
        if marker == _END_OF_CODESTREAM:
            break
        if marker == _START_OF_TILE_PART:
            tile, length, _, parts = struct.unpack_from(">HIBB", data, position + 4)
            length = length or end - 2 - position  # 0: up to the end marker
            seen[tile] += 1
            promised[tile] = parts or promised.get(tile, 0)  # 0: not known yet
        else:
            (length,) = struct.unpack_from(">H", data, position + 2)
            length += 2
        if marker < 0xFF00 or length < 4:
            raise DamagedError(f"no marker at byte {position}")
        position += length
    if len(seen) != tiles:
        raise DamagedError(f"{len(seen)} of {tiles} tiles are there")
    for tile, parts in promised.items():
        if seen[tile] < parts:
            raise DamagedError(f"{seen[tile]} of {parts} parts of tile {tile} are there")


def _decode_8bit(data: bytes) -> Pixels:
    from PIL import Jpeg2KImagePlugin

    from .pillow import samples

    return samples(Jpeg2KImagePlugin.Jpeg2KImageFile(BytesIO(data)))


def _decode_deep(data: bytes) -> Pixels:
    import imagecodecs

    return imagecodecs.jpeg2k_decode(data)
