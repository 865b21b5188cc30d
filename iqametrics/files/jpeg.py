"""JPEG: the markers up to the end of the picture, 8 bits through Pillow.

JPEG carries no checksum. The walk proves that the picture has its end and that its restart intervals come in
turn; damage inside the entropy-coded data that still decodes can't be seen by anyone.
"""

import re
import struct
from io import BytesIO

from .header import DamagedError, Header, Pixels, UnsupportedError

# In entropy-coded data FF 00 is a stuffed FF, and FF FF is padding before a marker.
_MARKER = re.compile(rb"\xff([^\x00\xff])")
_RESTARTS = range(0xD0, 0xD8)
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # C4, C8 and CC hold tables, not a frame header


def read_header(data: bytes) -> Header:
    """Walk the primary picture; what a camera appends to it (previews, gain maps) is not looked at."""
    frame = None
    position = 2
    while True:
        marker = _MARKER.match(data, _skip_padding(data, position))
        if marker is None:
            raise DamagedError(f"no marker at byte {position} of {len(data)}, before the end of the picture")
        code, position = marker[1][0], marker.end()
        if code == _END_OF_IMAGE:
            break
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2 or position + length > len(data):
            raise DamagedError(f"the segment at byte {position} ends outside the file")
        if code in _FRAMES:
            if frame is not None:
                raise UnsupportedError("it has two frame headers; write it again as a plain JPEG or PNG")
            frame = struct.unpack_from(">BHHB", data, position + 2)
        position += length
        if code == _START_OF_SCAN:
            position = _end_of_scan(data, position)
    if frame is None:
        raise DamagedError("no frame header, so no picture")
    precision, height, width, components = frame
    if precision != 8:
        raise UnsupportedError(f"{precision} bits per sample in a JPEG are not read; convert it to 16-bit PNG or TIFF")
    if components == 4:
        raise UnsupportedError("CMYK or YCCK colour has no pixel values for a screen; convert the image to RGB")
    return Header(width, height, None, lambda: _decode(data))


def _skip_padding(data: bytes, position: int) -> int:
    while data[position : position + 2] == b"\xff\xff":
        position += 1
    return position


def _end_of_scan(data: bytes, position: int) -> int:
    """Position of the first marker behind the entropy-coded data; restart markers must come in turn."""
    for turn, marker in enumerate(_MARKER.finditer(data, position)):
        code = marker[1][0]
        if code not in _RESTARTS:
            return marker.start()
        if code != _RESTARTS[turn % 8]:
            raise DamagedError(f"a restart interval is missing before byte {marker.start()}")
    raise DamagedError("the file stops in the middle of the picture")


def _decode(data: bytes) -> Pixels:
    from PIL import JpegImagePlugin

    from .pillow import samples

    return samples(JpegImagePlugin.JpegImageFile(BytesIO(data)))
