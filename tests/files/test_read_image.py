"""The pixels that come out of sound files: equal to Pillow's at 8 bits, the true levels above, upright."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageOps

from iqametrics.files import read_image
from tests.files.picture_bytes import (
    by_pillow,
    deep_files,
    eight_bit_files,
    levels,
    png,
    saved,
    smooth,
    tiff,
)

EIGHT_BIT = eight_bit_files()
DEEP = deep_files()
EXIF_ORIENTATION = 0x0112


@pytest.mark.parametrize("name", EIGHT_BIT)
def test_eight_bit_pixels_equal_pillows(read, name):
    pixels = read(EIGHT_BIT[name])
    expected = by_pillow(EIGHT_BIT[name])
    assert pixels.dtype == expected.dtype == np.uint8
    np.testing.assert_array_equal(pixels, expected)
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable


@pytest.mark.parametrize("name", DEEP)
def test_deep_levels_are_the_stored_ones(read, name):
    data, stored = DEEP[name]
    pixels = read(data)
    assert pixels.dtype == np.uint16
    np.testing.assert_array_equal(pixels, stored)
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable


@pytest.mark.parametrize(("depth", "step"), [(1, 255), (2, 85), (4, 17)])
def test_few_bits_are_stretched_to_the_whole_range(read, depth, step):
    stored = levels(depth)
    np.testing.assert_array_equal(read(png(stored, depth, 0)), stored * step)


def exif(orientation):
    block = Image.Exif()
    block[EXIF_ORIENTATION] = orientation
    return block


def oriented(kind, orientation):
    """Bytes and expected pixels of one 8-bit picture per format that can carry an orientation."""
    if kind == "tiff":
        data = saved(levels(8, 3), "TIFF", tiffinfo={EXIF_ORIENTATION: orientation})
    elif kind == "tiff deflate":
        data = saved(levels(8), "TIFF", tiffinfo={EXIF_ORIENTATION: orientation}, compression="tiff_adobe_deflate")
    else:
        options = {"lossless": True} if kind == "WEBP" else {}
        data = saved(smooth(3), kind, exif=exif(orientation), **options)
    with Image.open(io.BytesIO(data)) as image:
        return data, np.array(ImageOps.exif_transpose(image))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "tiff", "tiff deflate"])
def test_orientation_as_pillow_turns(read, kind, orientation):
    data, expected = oriented(kind, orientation)
    np.testing.assert_array_equal(read(data), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png before", "png after", "png text", "tiff", "tiff xmp", "tiff planes"])
def test_orientation_of_sixteen_bits(read, kind, orientation):
    """Turned as Pillow turns a picture whose pixels say where they came from."""
    values = levels(16, 3)
    height, width = values.shape[:2]
    block = exif(orientation).tobytes()[6:]
    if kind == "png before":
        data = png(values, 16, 2, before=[(b"eXIf", block)])
    elif kind == "png after":
        data = png(values, 16, 2, after=[(b"eXIf", block)])
    elif kind == "png text":
        hex_block = exif(orientation).tobytes().hex().encode()
        body = b"Raw profile type exif\0\nexif\n%8d\n%s\n" % (len(hex_block) // 2, hex_block)
        data = png(values, 16, 2, before=[(b"tEXt", body)])
    elif kind == "tiff":
        data = tiff(values, extratags=[(EXIF_ORIENTATION, 3, 1, orientation, True)])
    elif kind == "tiff xmp":
        xmp = b'<x:xmpmeta tiff:Orientation="%d"/>' % orientation
        data = tiff(values, extratags=[(700, 1, len(xmp), xmp, True)])
    else:
        planes = np.ascontiguousarray(np.moveaxis(values, -1, 0))
        extra = [(EXIF_ORIENTATION, 3, 1, orientation, True)]
        data = tiff(planes, planarconfig="separate", extratags=extra)
    origin = Image.fromarray(np.arange(height * width, dtype=np.int32).reshape(height, width))
    origin.getexif()[EXIF_ORIENTATION] = orientation
    turned = np.asarray(ImageOps.exif_transpose(origin))
    np.testing.assert_array_equal(read(data), values.reshape(-1, 3)[turned])


def test_suffix_is_not_looked_at(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(EIGHT_BIT["jpeg grey"])
    np.testing.assert_array_equal(read_image(path), by_pillow(EIGHT_BIT["jpeg grey"]))


def test_str_and_unusual_names(tmp_path):
    path = tmp_path / "ein Bild, für dich #1 %20.png"
    path.write_bytes(EIGHT_BIT["png rgb"])
    np.testing.assert_array_equal(read_image(str(path)), read_image(path))


def test_bytes_behind_the_picture_do_no_harm(read):
    for name in ("png rgb", "jpeg 4:2:0", "webp lossless", "bmp rgb", "jp2 rgb", "j2k rgb", "tiff rgb raw"):
        np.testing.assert_array_equal(read(EIGHT_BIT[name] + b"appended by a camera"), by_pillow(EIGHT_BIT[name]))


def test_threads_read_their_own_pictures(tmp_path):
    expected = {}
    for index, data in enumerate([*EIGHT_BIT.values(), *(data for data, _ in DEEP.values())]):
        path = tmp_path / str(index)
        path.write_bytes(data)
        expected[path] = read_image(path)
    jobs = [*expected] * 5
    with ThreadPoolExecutor(8) as pool:
        for path, pixels in zip(jobs, pool.map(read_image, jobs), strict=True):
            np.testing.assert_array_equal(pixels, expected[path])


def test_files_are_closed(tmp_path):
    """On Windows an open file can't be removed; a leaked one is a ResourceWarning, hence an error here."""
    for name in ("tiff rgb raw", "png rgb", "jpeg grey", "jp2 rgb", "webp lossy", "bmp rgb"):
        path = tmp_path / name
        path.write_bytes(EIGHT_BIT[name])
        read_image(path)
        path.unlink()


def test_decoders_are_loaded_on_first_use():
    code = (
        "import sys, iqametrics.files; "
        "print([m for m in ('PIL', 'imagecodecs', 'tifffile', 'skimage') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_webp_of_both_libraries_agree(read):
    """Lossy, and not decoded by Pillow: many pictures, not just one."""
    rng = np.random.default_rng(5)
    for quality in (1, 30, 75, 100):
        for shape in ((1, 1, 3), (2, 3, 3), (17, 16, 3), (33, 65, 3)):
            data = saved(rng.integers(0, 256, shape, dtype=np.uint8), "WEBP", quality=quality)
            np.testing.assert_array_equal(read(data), by_pillow(data))


def test_jpeg2000_in_ycbcr(read):
    """Eight-bit YCbCr in JPEG 2000 is Pillow's to turn into RGB."""
    data = saved(Image.fromarray(smooth(3)).convert("YCbCr"), "JPEG2000")
    np.testing.assert_array_equal(read(data), by_pillow(data))


@pytest.mark.parametrize("name", ["jp2 rgb", "jp2 lossy"])
def test_jpeg2000_box_that_reaches_to_the_end(read, name):
    data = EIGHT_BIT[name]
    at = data.index(b"jp2c") - 4
    np.testing.assert_array_equal(read(data[:at] + bytes(4) + data[at + 4 :]), by_pillow(data))


def test_primary_picture_of_a_camera_jpeg(read):
    primary, preview = smooth(3), smooth(3, (16, 16))
    data = saved(primary, "MPO", save_all=True, append_images=[Image.fromarray(preview)])
    np.testing.assert_array_equal(read(data), by_pillow(data))


def test_codecs_of_other_writers(read):
    """Sixteen bits as other software packs them."""
    values = levels(16, 3)
    np.testing.assert_array_equal(read(imagecodecs.png_encode(values)), values)
    for compression in ("zstd", "lzma", "png", "jpegxl"):
        args = {"lossless": True} if compression == "jpegxl" else None
        data = tiff(values, compression=compression, compressionargs=args)
        np.testing.assert_array_equal(read(data), values)
