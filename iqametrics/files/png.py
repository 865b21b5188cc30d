"""PNG: every chunk proved by its checksum, all depths through imagecodecs.

Not through Pillow, which keeps 8 of 16 bits in colour, compares transparent colours of 2 and 4 bits with
stretched pixels, and leaves rows black without a word where the pixel data ends too early. PNG is lossless, so
where Pillow is right the pixels are the same.
"""

import struct
import zlib
from io import BytesIO

from .header import DamagedError, Header, Pixels, UnsupportedError
from .pixels import upright

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _GREY_ALPHA, _RGB_ALPHA = 0, 4, 6
_MAY_HOLD_ORIENTATION = {b"eXIf", b"tEXt", b"zTXt", b"iTXt"}

_Chunks = list[tuple[bytes, bytes]]


def read_header(data: bytes) -> Header:
    """Walk all chunks, whose order and checksums must be right."""
    chunks = _chunks(data)
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise DamagedError("the file does not begin with its header chunk")
    if b"IDAT" not in kinds:
        raise DamagedError("no pixel data")
    if b"acTL" in kinds:
        raise UnsupportedError("it is an animation and names no frame to score; extract one frame")
    width, height, depth, colour = struct.unpack_from(">IIBB", chunks[0][1])
    alpha = colour in (_GREY_ALPHA, _RGB_ALPHA) or b"tRNS" in kinds
    metadata = [chunk for chunk in chunks if chunk[0] in _MAY_HOLD_ORIENTATION]
    return Header(width, height, "straight" if alpha else None, lambda: _decode(data, metadata), bits=max(depth, 8))


def _chunks(data: bytes) -> _Chunks:
    """Kind and body of every chunk; anything behind the end chunk is not the picture's."""
    chunks = []
    position = len(_SIGNATURE)
    view = memoryview(data)
    while True:
        if position + 12 > len(data):
            raise DamagedError(f"the file stops at byte {len(data)}, before its end chunk")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        if end + 4 > len(data):
            raise DamagedError(f"chunk {kind!r} at byte {position} ends outside the file")
        (checksum,) = struct.unpack_from(">I", data, end)
        if zlib.crc32(view[position + 4 : end]) != checksum:
            raise DamagedError(f"chunk {kind!r} at byte {position} does not match its checksum")
        # Pixel data may be gigabytes and is needed only in place.
        chunks.append((kind, b"" if kind == b"IDAT" else data[position + 8 : end]))
        if kind == b"IEND":
            return chunks
        position = end + 4


def _decode(data: bytes, metadata: _Chunks) -> Pixels:
    import imagecodecs

    samples: Pixels = imagecodecs.png_decode(data)
    return upright(samples, _orientation(metadata)) if metadata else samples


def _orientation(metadata: _Chunks) -> int:
    """PNG keeps EXIF in four places. Let Pillow look, in a one-pixel picture around the same metadata."""
    from PIL import PngImagePlugin

    from .pillow import orientation_of

    header = struct.pack(">IIBBBBB", 1, 1, 8, _GREY, 0, 0, 0)
    pixels = zlib.compress(b"\0\0")
    stub = _SIGNATURE
    for kind, body in [(b"IHDR", header), *metadata, (b"IDAT", pixels), (b"IEND", b"")]:
        stub += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return orientation_of(PngImagePlugin.PngImageFile(BytesIO(stub)))
