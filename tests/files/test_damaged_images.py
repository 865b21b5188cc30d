"""Damage: never a part of a picture, always an error that names the file, what was seen and what to do."""

import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import ImageFile

from iqametrics.errors import ImageFileError
from iqametrics.files import read_image
from tests.files.picture_bytes import (
    deep_files,
    eight_bit_files,
    levels,
    png,
    saved,
    smooth,
    tiff,
    tiff_patched,
    tiff_values,
)

ROWS_PER_STRIP, STRIP_BYTES = 278, 279
WHOLE = eight_bit_files() | {f"deep {name}": data for name, (data, _) in deep_files().items()}


@pytest.fixture(params=[False, True], ids=["", "pillow-lenient"])
def lenient_pillow(request, monkeypatch):
    """Much training code makes Pillow accept truncated files; that must not reach us."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)


@pytest.mark.usefixtures("lenient_pillow")
@pytest.mark.parametrize("name", WHOLE)
def test_every_cut_is_found(read, name):
    data = WHOLE[name]
    size = len(data)
    lengths = {
        1,
        10,
        39,
        size // 3,
        2 * size // 3,
        *range(size - 1 - size // 20, size, 1 + size // 160),
        size - 2,
        size - 1,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a lenient Pillow warns about the tags it skips
        for length in sorted(lengths):
            with pytest.raises(ImageFileError, match=r"picture\.dat"):
                read(data[:length])


@pytest.mark.parametrize("name", WHOLE)
def test_flipped_bits_raise_nothing_else(read, name):
    """Either an error of ours or a whole picture: no other exception, no other shape."""
    rng = np.random.default_rng(len(WHOLE[name]))
    for _ in range(12):
        data = bytearray(WHOLE[name])
        data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        try:
            pixels = read(bytes(data), alpha="ignore", max_pixels=10**6)
        except ImageFileError:
            continue
        assert pixels.shape[2:] in ((), (3,))


@pytest.mark.parametrize("name", ["png grey", "png rgb", "png palette 16", "deep png grey", "deep png rgb"])
def test_png_finds_any_flipped_bit(read, name):
    for position in range(0, len(WHOLE[name]), 7):
        data = bytearray(WHOLE[name])
        data[position] ^= 4
        with pytest.raises(ImageFileError):
            read(bytes(data))


@pytest.mark.parametrize("depth", [8, 16])
def test_png_with_too_few_rows(read, depth):
    """Sound checksums around pixels that stop early."""
    values = levels(depth, 3)
    with pytest.raises(ImageFileError, match="PNG"):
        read(png(values, depth, 2, size=(values.shape[1], values.shape[0] + 1)))


def test_jpeg_restart_intervals_must_come_in_turn(read):
    data = saved(smooth(3, (64, 200)), "JPEG", restart_marker_blocks=1)
    assert read(data).shape == (64, 200, 3)
    second, third = data.index(b"\xff\xd1"), data.index(b"\xff\xd2")
    with pytest.raises(ImageFileError, match="restart interval is missing"):
        read(data[:second] + data[third:])


def test_jpeg_without_its_end(read):
    data = WHOLE["jpeg progressive"]
    with pytest.raises(ImageFileError, match="stops in the middle"):
        read(data.removesuffix(b"\xff\xd9"))


@pytest.mark.parametrize("fraction", [0.0, 0.5, 0.97])
@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits"])
@pytest.mark.parametrize("depth", [8, 16])
def test_tiff_strip_that_ends_early(read, depth, compression, fraction):
    data = tiff(levels(depth, 3), compression=compression)
    with pytest.raises(ImageFileError, match="TIFF"):
        read(tiff_patched(data, {STRIP_BYTES: int(tiff_values(data, STRIP_BYTES)[0] * fraction)}))


def test_tiff_with_a_missing_strip(read):
    """A picture of 19 rows in strips of 10 has two; decoders leave the rows of a missing one black."""
    data = tiff(levels(16))
    with pytest.raises(ImageFileError, match="1 of 2 strips"):
        read(tiff_patched(data, {ROWS_PER_STRIP: 10}))
    with pytest.raises(ImageFileError, match="strip or tile of 0 bytes"):
        read(tiff_patched(data, {STRIP_BYTES: 0}))


def test_jpeg2000_with_a_missing_tile(read):
    """OpenJPEG would leave the tile grey."""
    data = saved(smooth(3), "JPEG2000", tile_size=(16, 16), no_jp2=True)
    for tile in range(9):
        start = [at for at in range(len(data)) if data[at : at + 4] == b"\xff\x90\0\x0a"][tile]
        (length,) = struct.unpack_from(">I", data, start + 6)
        with pytest.raises(ImageFileError, match="8 of 9 tiles"):
            read(data[:start] + data[start + length :])


def run_length_coded(values, rows):
    """An 8-bit run-length coded bitmap that holds only the lowest `rows` rows."""
    body = b"".join(b"".join(bytes([1, value]) for value in row) + b"\0\0" for row in values[::-1][:rows]) + b"\0\1"
    height, width = values.shape
    palette = b"".join(bytes([level, level, level, 0]) for level in range(256))
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return struct.pack("<2sIHHI", b"BM", 1078 + len(body), 0, 0, 1078) + info + palette + body


def test_run_length_coded_bitmap_with_too_few_rows(read):
    values = levels(8)
    np.testing.assert_array_equal(read(run_length_coded(values, 19)), values)
    with pytest.raises(ImageFileError, match="BMP"):
        read(run_length_coded(values, 18))


def test_webp_with_a_garbled_frame(read):
    data = bytearray(WHOLE["webp lossless"])
    data[20] = 0  # the signature byte of a lossless frame
    with pytest.raises(ImageFileError, match="WebP"):
        read(bytes(data))


@pytest.mark.parametrize(
    ("data", "saw"),
    [
        (b"", "empty"),
        (b"reference,distorted,score\n", "begins with b'reference,distor'"),
        (b"version https://git-lfs.github.com/spec/v1\n", "begins with b'version https://'"),
        (b"\x89PNG", "begins with"),
        (bytes(100), "begins with"),
        (b"BM", "BMP"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"II*\0", "TIFF"),
        (b"RIFF\0\0\0\0WEBP", "WebP"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
    ],
)
def test_what_is_no_image(read, data, saw):
    with pytest.raises(ImageFileError, match=r"picture\.dat") as caught:
        read(data)
    assert saw in str(caught.value)


@pytest.mark.parametrize(
    ("path", "saw"),
    [
        ("nowhere/missing.png", "no such file, seen from"),
        ("", "the path is empty"),
        ("https://example.org/a.png", "not a local file"),
        ("s3://bucket/a.png", "not a local file"),
        ("file:///tmp/a.png", "not a local file"),
        ("C:/pictures/a.png", "no such file"),
        ("null\0character.png", "can't be opened"),
        (b"bytes.png", "the path is a bytes"),
        (3, "the path is a int"),
        (None, "the path is a NoneType"),
    ],
)
def test_what_is_no_file(tmp_path, monkeypatch, path, saw):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImageFileError) as caught:
        read_image(path)
    assert saw in str(caught.value)


def test_folder(tmp_path):
    with pytest.raises(ImageFileError, match="folder"):
        read_image(tmp_path)


def test_checksums_are_compared_not_trusted(read):
    """A PNG whose chunk was changed along with its checksum is sound again; the checksum alone decides."""
    data = png(levels(8), 8, 0, before=[(b"tEXt", b"Title\0a")])
    at = data.index(b"tEXt")
    changed = bytearray(data)
    changed[at + 10] ^= 1
    with pytest.raises(ImageFileError, match="does not match its checksum"):
        read(bytes(changed))
    struct.pack_into(">I", changed, at + 11, zlib.crc32(bytes(changed[at : at + 11])))
    np.testing.assert_array_equal(read(bytes(changed)), levels(8))
