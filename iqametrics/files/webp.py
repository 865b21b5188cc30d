"""WebP: the RIFF chunks, 8 bits through imagecodecs.

Not through Pillow, whose WebP plugin consults Pillow's global pixel limit while it opens the file, and so
could refuse what ``max_pixels`` allows. Both packages hand the bytes to libwebp: the pixels are the same.
"""

import struct

from .header import DamagedError, Header, Pixels, UnsupportedError
from .pixels import upright

_ALPHA, _ANIMATION = 0x10, 0x02


def read_header(data: bytes) -> Header:
    """Walk the RIFF chunks; the first one tells the size."""
    chunks = _chunks(data)
    name, body = next(iter(chunks.items()), (b"", b""))
    alpha = False
    if name == b"VP8X" and len(body) >= 10:
        if body[0] & _ANIMATION:
            raise UnsupportedError("it is an animation and names no frame to score; extract one frame")
        alpha = bool(body[0] & _ALPHA)
        width = 1 + int.from_bytes(body[4:7], "little")
        height = 1 + int.from_bytes(body[7:10], "little")
    elif name == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        fields = int.from_bytes(body[1:5], "little")
        width, height, alpha = (fields & 0x3FFF) + 1, (fields >> 14 & 0x3FFF) + 1, bool(fields >> 28 & 1)
    elif name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", body, 6))
    else:
        raise DamagedError(f"the first chunk is {name!r} and holds no picture header")
    metadata = {key: chunks[chunk] for key, chunk in (("exif", b"EXIF"), ("xmp", b"XMP ")) if chunk in chunks}
    return Header(width, height, "straight" if alpha else None, lambda: _decode(data, metadata))


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """First chunk of each name, in file order."""
    (size,) = struct.unpack_from("<I", data, 4)
    end = 8 + size
    if end > len(data):
        raise DamagedError(f"the file has {len(data)} bytes, its header promises {end}")
    chunks: dict[bytes, bytes] = {}
    position = 12
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        position += 8
        if position + length > end:
            raise DamagedError(f"chunk {name!r} ends outside the file")
        chunks.setdefault(name, data[position : position + length])
        position += length + length % 2
    return chunks


def _decode(data: bytes, metadata: dict[str, bytes]) -> Pixels:
    import imagecodecs

    samples = imagecodecs.webp_decode(data)
    if metadata:
        from .pillow import orientation_in

        samples = upright(samples, orientation_in(**metadata))
    return samples
