"""Alpha: refused unless told how, and then composited by the documented arithmetic."""

import struct

import numpy as np
import pytest
from PIL import Image

from iqametrics.errors import ImageFileError, OptionError
from iqametrics.files import read_image
from tests.files.picture_bytes import jpeg2000, levels, palette_image, png, saved, tiff

BACKGROUNDS = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    (7, 7, 7): (7, 7, 7),
    (3, 250, 128): (3, 250, 128),
}


def bmp_with_alpha(values):
    """A 32-bit bitmap whose bit fields name the alpha byte; Pillow itself writes none."""
    height, width = values.shape[:2]
    pixels = values[::-1, :, [2, 1, 0, 3]].tobytes()
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    info = struct.pack("<IiiHHIIiiII", 124, width, height, 1, 32, 3, len(pixels), 2835, 2835, 0, 0) + masks
    info += bytes(124 - len(info))
    return struct.pack("<2sIHHI", b"BM", 138 + len(pixels), 0, 0, 138) + info + pixels


def with_keyed_alpha(values, key, peak):
    """What a transparent colour means, pixel by pixel."""
    pixels = values.reshape(*values.shape[:2], -1)
    alpha = np.where((pixels == key).all(axis=-1, keepdims=True), 0, peak).astype(values.dtype)
    return np.concatenate([pixels, alpha], axis=-1)


def keyed_png(depth, channels):
    values = levels(depth, channels)
    key = np.atleast_1d(values[4, 5])
    if channels == 1:
        values[::3] = key
    data = png(values, depth, 0 if channels == 1 else 2, before=[(b"tRNS", key.astype(">u2").tobytes())])
    stretch = 255 // (2**depth - 1) if depth < 8 else 1
    return data, with_keyed_alpha(values * stretch, key * stretch, 65535 if depth == 16 else 255)


def transparent_palette():
    image = palette_image(16)
    opacity = bytes(range(0, 256, 16))
    expected = np.asarray(image.convert("RGB"))
    alpha = np.frombuffer(opacity, np.uint8)[np.asarray(image)]
    return saved(image, "PNG", transparency=opacity), np.dstack([expected, alpha])


def palette_and_alpha():
    image = palette_image(16).convert("PA")
    image.putalpha(Image.fromarray(levels(8)))
    return saved(image, "TIFF"), np.array(image.convert("RGBA"))


def planes(values):
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))


def tiff_without_a_word(values):
    """Four samples and no ExtraSamples tag, as OpenCV writes RGBA: here the tag becomes another one."""
    return tiff(values).replace(struct.pack("<HH", 338, 3), struct.pack("<HH", 336, 3))


def files_with_alpha():
    """Name to (bytes, stored samples with alpha last, bits)."""
    files = {
        "webp lossless": (saved(levels(8, 4), "WEBP", lossless=True, exact=True), levels(8, 4), 8),
        "bmp": (bmp_with_alpha(levels(8, 4)), levels(8, 4), 8),
        "png palette": (*transparent_palette(), 8),
        "tiff palette": (*palette_and_alpha(), 8),
        "tiff without a word": (tiff_without_a_word(levels(8, 4)), levels(8, 4), 8),
        "deep tiff without a word": (tiff_without_a_word(levels(16, 4)), levels(16, 4), 16),
    }
    for depth in (8, 16):
        for channels in (2, 4):
            values = levels(depth, channels)
            shade = "minisblack" if channels == 2 else "rgb"
            straight = {"photometric": shade, "extrasamples": ("unassalpha",)}
            files[f"png {depth} x {channels}"] = (png(values, depth, 2 + channels), values, depth)
            files[f"tiff {depth} x {channels}"] = (
                tiff(values, planarconfig="contig", **straight),
                values,
                depth,
            )
        values = levels(depth, 4)
        data = tiff(planes(values), planarconfig="separate", **straight)
        files[f"tiff planes {depth}"] = (data, values, depth)
    for depth in (8, 12, 16):
        for channels in (2, 4):
            files[f"jp2 {depth} x {channels}"] = (
                jpeg2000(levels(depth, channels), depth),
                levels(depth, channels),
                depth,
            )
    for depth, channels in ((1, 1), (2, 1), (4, 1), (8, 1), (16, 1), (8, 3), (16, 3)):
        files[f"png key {depth} x {channels}"] = (*keyed_png(depth, channels), 16 if depth == 16 else 8)
    return files


FILES = files_with_alpha()


def composited(samples, background, bits):
    """The docstring's equation in float64, far more precise than one level."""
    peak = 2**bits - 1
    colour, alpha = samples[..., :-1].astype(float), samples[..., -1:].astype(float)
    ground = np.rint(np.array(background) * peak / 255)
    if len(set(background)) == 1:
        ground = ground[:1]
    out = np.rint((alpha * colour + (peak - alpha) * ground) / peak).astype(samples.dtype)
    return out[..., 0] if out.shape[-1] == 1 else out


@pytest.mark.parametrize("name", FILES)
def test_refused_by_default(read, name):
    with pytest.raises(ImageFileError, match=r"picture\.dat.*alpha channel.*alpha='white'"):
        read(FILES[name][0])


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("name", FILES)
def test_composited_as_documented(read, name, background):
    data, stored, bits = FILES[name]
    pixels = read(data, alpha=background)
    assert pixels.dtype == stored.dtype
    np.testing.assert_array_equal(pixels, composited(stored, BACKGROUNDS[background], bits))


@pytest.mark.parametrize("name", FILES)
def test_ignored_alpha_leaves_the_stored_colours(read, name):
    data, stored, _ = FILES[name]
    expected = stored[..., 0] if stored.shape[-1] == 2 else stored[..., :-1]
    np.testing.assert_array_equal(read(data, alpha="ignore"), expected)


def test_opaque_alpha_is_still_alpha(read):
    values = levels(8, 4)
    values[..., 3] = 255
    with pytest.raises(ImageFileError, match="alpha channel"):
        read(png(values, 8, 6))
    np.testing.assert_array_equal(read(png(values, 8, 6), alpha="black"), values[..., :3])


def test_alpha_turns_with_the_picture(read):
    values = levels(16, 4)
    block = Image.Exif()
    block[0x0112] = 6
    data = png(values, 16, 6, before=[(b"eXIf", block.tobytes()[6:])])
    upright = np.rot90(values, -1)
    np.testing.assert_array_equal(read(data, alpha="white"), composited(upright, (255, 255, 255), 16))


@pytest.mark.parametrize("depth", [8, 16])
def test_unspecified_channel_can_only_be_dropped(read, depth):
    values = levels(depth, 4)
    data = tiff(values, extrasamples=("unspecified",))
    for alpha in (None, "white"):
        with pytest.raises(ImageFileError, match=r"does not state.*alpha='ignore'"):
            read(data, alpha=alpha)
    np.testing.assert_array_equal(read(data, alpha="ignore"), values[..., :3])


@pytest.mark.parametrize("alpha", [None, "white", "black", "ignore", (1, 2, 3)])
def test_no_effect_without_alpha(read, alpha):
    np.testing.assert_array_equal(read(png(levels(8, 3), 8, 2), alpha=alpha), levels(8, 3))


@pytest.mark.parametrize(
    "alpha", ["grey", "", 0, 1.0, (1, 2), (1, 2, 256), (-1, 0, 0), (0.5, 0, 0), (True,) * 3, b"abc"]
)
def test_unknown_alpha(tmp_path, alpha):
    """Refused before the file is even looked for."""
    with pytest.raises(OptionError, match="'white', 'black', 'ignore'"):
        read_image(tmp_path / "missing.png", alpha=alpha)
