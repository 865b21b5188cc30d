"""Sound files that hold no grey or RGB picture of 8 to 16 bits, or more pixels than asked for."""

import io
import struct
import tracemalloc

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from iqametrics.errors import ImageFileError, OptionError
from iqametrics.files import MAX_PIXELS, read_image
from tests.files.picture_bytes import (
    by_pillow,
    deep_files,
    eight_bit_files,
    jpeg2000,
    levels,
    png,
    saved,
    tiff,
    tiff_patched,
)

EIGHT_BIT = eight_bit_files()
DEEP = deep_files()
FLAT, OTHER = Image.new("RGB", (9, 9)), Image.new("RGB", (9, 9), "white")


def with_precision(data, bits):
    """A JPEG whose frame header names another depth."""
    at = data.index(b"\xff\xc0") + 4
    return data[:at] + bytes([bits]) + data[at + 1 :]


def relabelled(data, number):
    """A JP2 that names another colour space."""
    at = data.index(b"colr") + 7
    return data[:at] + struct.pack(">I", number) + data[at + 4 :]


REFUSED = {
    "jpeg cmyk": (saved(Image.new("CMYK", (9, 9)), "JPEG"), "CMYK or YCCK.*convert"),
    "jpeg 12 bits": (with_precision(EIGHT_BIT["jpeg grey"], 12), "12 bits per sample.*PNG"),
    "tiff cmyk": (saved(Image.new("CMYK", (9, 9)), "TIFF"), "CMYK.*convert"),
    "tiff lab": (saved(Image.new("LAB", (9, 9)), "TIFF"), r"L\*a\*b\*.*convert"),
    "tiff raw ycbcr": (saved(Image.new("YCbCr", (9, 9)), "TIFF"), "YCbCr.*convert"),
    "tiff 16-bit palette": (
        tiff(levels(16), photometric="palette", colormap=np.zeros((3, 65536), np.uint16)),
        "palette.*convert",
    ),
    "tiff premultiplied": (tiff(levels(8, 4), extrasamples=("assocalpha",)), "premultiplied.*straight"),
    "tiff five channels": (tiff(levels(8, 5), extrasamples=(0, 0)), "2 channels beside.*extract"),
    "tiff pages": (saved(FLAT, "TIFF", save_all=True, append_images=[OTHER]), "more than one page.*extract"),
    "png animation": (saved(FLAT, "PNG", save_all=True, append_images=[OTHER]), "animation.*extract"),
    "webp animation": (saved(FLAT, "WEBP", save_all=True, append_images=[OTHER]), "animation.*extract"),
    "gif": (saved(FLAT, "GIF"), "b'GIF8.*none of PNG.*convert"),
    "jp2 signed": (imagecodecs.jpeg2k_encode(np.ones((40, 40), np.int16), level=0), "signed.*convert"),
    "jp2 4 bits": (jpeg2000(levels(4), 4), "4 bits per sample.*convert"),
    "jp2 20 bits": (jpeg2000(levels(16).astype(np.uint32), 20), "20 bits per sample.*convert"),
    "jp2 cmyk": (relabelled(jpeg2000(levels(8, 4), 8), 12), "CMYK is 12.*convert"),
    "jp2 deep ycbcr": (relabelled(jpeg2000(levels(12, 3), 12), 18), "YCbCr.*convert"),
    "j2k five components": (jpeg2000(levels(8, 5), 8, "j2k"), "5 components.*extract"),
}
for dtype in ("f2", "f4", "f8"):
    REFUSED[f"tiff {dtype}"] = (tiff(np.ones((8, 9), dtype)), "floating-point.*data_range=")
for dtype in ("i1", "i2", "i4"):
    REFUSED[f"tiff {dtype}"] = (tiff(np.ones((8, 9), dtype)), "signed integer.*data_range=")
for dtype in ("u4", "u8"):
    REFUSED[f"tiff {dtype}"] = (tiff(np.ones((8, 9, 3), dtype)), "bits per sample.*convert")


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_remedy(read, name):
    data, message = REFUSED[name]
    with pytest.raises(ImageFileError, match=r"picture\.dat.*" + message):
        read(data, alpha="ignore")


def claim(kind, side):
    """A file of a few hundred bytes whose header claims side x side pixels."""
    if kind == "png":
        return png(levels(1), 1, 0, size=(side, side))
    if kind == "png 16":
        return png(levels(16, 3), 16, 2, size=(side, side))
    data = bytearray(
        {"jpeg": EIGHT_BIT["jpeg grey"], "jp2": EIGHT_BIT["jp2 grey"], "bmp": EIGHT_BIT["bmp rgb"]}.get(kind, b"")
    )
    if kind == "jpeg":
        struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, side, side)
    elif kind == "jp2":
        struct.pack_into(">II", data, data.index(b"ihdr") + 4, side, side)
        for field in (6, 22):  # size of the picture, and of its tiles
            struct.pack_into(">II", data, data.index(b"\xff\x51") + field, side, side)
    elif kind == "bmp":
        struct.pack_into("<II", data, 18, side, side)
        data[34:38] = bytes(4)
        data[30:34] = struct.pack("<I", 1)  # run-length coded: no size to compare with
    elif kind == "webp":
        chunk = b"VP8X" + struct.pack("<II", 10, 0) + 2 * struct.pack("<I", side - 1)[:3]
        data += b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
    elif kind == "tiff":
        data += tiff_patched(tiff(levels(8, 3), compression="zlib"), dict.fromkeys((256, 257, 278), side))
    return bytes(data)


@pytest.mark.parametrize("kind", ["png", "png 16", "jpeg", "jp2", "bmp", "webp", "tiff"])
def test_bombs_are_refused_before_decoding(read, kind):
    data = claim(kind, 60000)
    assert len(data) < 4000
    tracemalloc.start()
    try:
        with pytest.raises(ImageFileError, match="claims 60000 x 60000 pixels, more than max_pixels"):
            read(data)
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()


def test_a_stamp_in_enormous_tiles(read):
    data = tiff(levels(8, 3), tile=(32, 32), compression="zlib")
    with pytest.raises(ImageFileError, match="tiles of 60000 x 60000"):
        read(tiff_patched(data, {322: 60000, 323: 60000}))


def test_jpeg2000_whose_box_claims_more_than_its_codestream(read):
    data = bytearray(EIGHT_BIT["jp2 grey"])
    struct.pack_into(">II", data, data.index(b"ihdr") + 4, 60000, 60000)
    with pytest.raises(ImageFileError, match=r"60000.*in its box"):
        read(bytes(data))


def test_jpeg_with_two_frame_headers(read):
    """The small one behind the pixels must not hide the large one before them."""
    data = EIGHT_BIT["jpeg grey"]
    at = data.index(b"\xff\xc0")
    frame = data[at : at + 13]
    with pytest.raises(ImageFileError, match="two frame headers"):
        read(data.removesuffix(b"\xff\xd9") + frame + b"\xff\xd9")


@pytest.mark.parametrize("name", [*EIGHT_BIT, *DEEP])
def test_limit_is_exact(read, name):
    data = EIGHT_BIT[name] if name in EIGHT_BIT else DEEP[name][0]
    height, width = read(data).shape[:2]
    assert read(data, max_pixels=height * width).shape[:2] == (height, width)
    with pytest.raises(ImageFileError, match=f"more than max_pixels={height * width - 1}"):
        read(data, max_pixels=height * width - 1)


@pytest.mark.parametrize("name", EIGHT_BIT)
def test_pillows_own_limit_neither_blocks_nor_warns(read, monkeypatch, name):
    """Pillow would refuse these pictures; its global limit is left as it was found."""
    expected = by_pillow(EIGHT_BIT[name])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3)
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(EIGHT_BIT[name]))
    np.testing.assert_array_equal(read(EIGHT_BIT[name], max_pixels=None), expected)
    assert Image.MAX_IMAGE_PIXELS == 3


def test_default_limit_lets_a_large_scan_through():
    assert Image.MAX_IMAGE_PIXELS < 20000 * 20000 <= MAX_PIXELS


@pytest.mark.parametrize("max_pixels", [0, -1, 1.5, "many", True])
def test_unknown_limit(tmp_path, max_pixels):
    with pytest.raises(OptionError, match="max_pixels"):
        read_image(tmp_path / "missing.png", max_pixels=max_pixels)
