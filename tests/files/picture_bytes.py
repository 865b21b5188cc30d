"""Image files made in memory, each with the pixels that must come out of it."""

import io
import struct
import zlib

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def levels(depth, channels=1, shape=(19, 23)):
    """Random levels of `depth` bits, so that every low bit counts; a new draw for each kind."""
    rng = np.random.default_rng([depth, channels, *shape])
    size = shape if channels == 1 else (*shape, channels)
    return rng.integers(0, 2**depth, size).astype(np.uint16 if depth > 8 else np.uint8)


def smooth(channels=1, shape=(37, 45)):
    """A picture that lossy codecs take seriously."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    planes = [128 + 100 * np.sin(x / (4 + c)) * np.cos(y / (5 - c)) for c in range(channels)]
    return np.squeeze(np.stack(planes, axis=-1)).round().astype(np.uint8)


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed_rows(values, depth):
    """The rows as `depth` bits per sample, most significant first, each row padded to a whole byte."""
    rows = values.reshape(values.shape[0], -1)
    bits = (rows[..., np.newaxis] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1)


def png_scanlines(values, depth):
    return b"".join(b"\0" + row.tobytes() for row in packed_rows(values, depth))


def png(values, depth, colour, before=(), after=(), size=None, interlaced=False):
    """A PNG of any depth and colour type, with extra chunks before and after its pixels."""
    height, width = values.shape[:2]
    passes = [(0, 0, 1, 1)]
    if interlaced:  # Adam7: first row, first column, row step, column step
        passes = [
            (0, 0, 8, 8),
            (0, 4, 8, 8),
            (4, 0, 8, 4),
            (0, 2, 4, 4),
            (2, 0, 4, 2),
            (0, 1, 2, 2),
            (1, 0, 2, 1),
        ]
    pixels = b"".join(png_scanlines(values[y::dy, x::dx], depth) for y, x, dy, dx in passes)
    header = struct.pack(">IIBBBBB", *(size or (width, height)), depth, colour, 0, 0, interlaced)
    chunks = [(b"IHDR", header), *before, (b"IDAT", zlib.compress(pixels)), *after, (b"IEND", b"")]
    return SIGNATURE + b"".join(png_chunk(*chunk) for chunk in chunks)


def saved(image, kind, **options):
    """`image` (array or Pillow image) as Pillow writes it."""
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def tiff(values, **options):
    options = {"photometric": "rgb" if values.ndim == 3 else "minisblack", "metadata": None, **options}
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def packed_tiff(values, depth):
    """An uncompressed TIFF of `depth` bits per sample, packed without gaps."""
    height, width = values.shape[:2]
    channels = values.size // (height * width)
    pixels = packed_rows(values, depth).tobytes()
    depths = struct.pack(f"<{channels}H", *[depth] * channels)
    numbers = {256: width, 257: height, 258: 8 + len(pixels) if channels > 2 else depth, 259: 1}
    numbers |= {262: 2 if channels == 3 else 1, 273: 8, 277: channels, 278: height, 279: len(pixels)}
    entries = b"".join(
        struct.pack("<HHII", tag, 3 if tag == 258 else 4, channels if tag == 258 else 1, number)
        for tag, number in numbers.items()
    )
    directory = struct.pack("<H", len(numbers)) + entries + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(pixels) + len(depths)) + pixels + depths + directory


def tiff_patched(data, numbers):
    """A little-endian TIFF with some entries replaced by one number each."""
    data = bytearray(data)
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    entries = range(start + 2, start + 2 + 12 * count, 12)
    at = {struct.unpack_from("<H", data, entry)[0]: entry for entry in entries}
    for tag, number in numbers.items():
        struct.pack_into("<HHII", data, at[tag], tag, 4, 1, number)
    return bytes(data)


def tiff_values(data, tag):
    """The values of one tag."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        return file.pages[0].tags[tag].value


def jpeg2000(values, depth, codec="jp2", **options):
    options = {"level": 0, "reversible": True, **options}
    return imagecodecs.jpeg2k_encode(values, bitspersample=depth, codecformat=codec, **options)


def by_pillow(data):
    """What Pillow makes of a file, palettes and bits expanded."""
    with Image.open(io.BytesIO(data)) as image:
        return np.array(image.convert({"P": "RGB", "1": "L"}.get(image.mode, image.mode)))


def palette_image(count, shape=(19, 23)):
    rng = np.random.default_rng(count)
    image = Image.fromarray(rng.integers(0, count, shape).astype(np.uint8), "L").convert("P")
    image.putdata(rng.integers(0, count, shape[0] * shape[1]).tolist())
    image.putpalette(rng.integers(0, 256, 3 * count).astype(np.uint8).tobytes())
    return image


def bitmap(shape=(19, 23)):
    return Image.fromarray(levels(1, shape=shape) * 255).convert("1")


def eight_bit_files():
    """Name to bytes: every format, grey and colour, lossless and lossy, bits and palettes."""
    grey, rgb = levels(8), levels(8, 3)
    soft_grey, soft_rgb = smooth(), smooth(3)
    files = {
        "png grey": saved(grey, "PNG"),
        "png rgb": saved(rgb, "PNG"),
        "png interlaced": png(rgb, 8, 2, interlaced=True),
        "png 1 bit": saved(bitmap(), "PNG"),
        "png 2 bits": png(levels(2), 2, 0),
        "png 4 bits": png(levels(4), 4, 0),
        "jpeg grey": saved(soft_grey, "JPEG"),
        "jpeg 4:2:0": saved(soft_rgb, "JPEG", subsampling=2),
        "jpeg 4:4:4": saved(soft_rgb, "JPEG", subsampling=0, quality=95),
        "jpeg progressive": saved(soft_rgb, "JPEG", progressive=True),
        "jpeg restarts": saved(smooth(3, (64, 200)), "JPEG", restart_marker_blocks=1),
        "bmp grey": saved(grey, "BMP"),
        "bmp rgb": saved(rgb, "BMP"),
        "bmp 1 bit": saved(bitmap(), "BMP"),
        "bmp palette": saved(palette_image(200), "BMP"),
        "tiff 1 bit": saved(bitmap(), "TIFF"),
        "tiff fax": saved(bitmap(), "TIFF", compression="group4"),
        "tiff palette": saved(palette_image(200), "TIFF"),
        "tiff white is zero": tiff(grey, photometric="miniswhite"),
        "tiff ycbcr": saved(soft_rgb, "TIFF", compression="jpeg"),
        "tiff tiles": tiff(levels(8, 3, (50, 70)), tile=(32, 32)),
        "tiff planes": tiff(np.ascontiguousarray(np.moveaxis(rgb, -1, 0)), planarconfig="separate"),
        "tiff strips big-endian": tiff(rgb, rowsperstrip=5, byteorder=">"),
        "jp2 lossy": saved(soft_rgb, "JPEG2000", irreversible=True, quality_layers=[20]),
        "jp2 tiles": saved(soft_rgb, "JPEG2000", tile_size=(16, 16)),
        "webp lossy": saved(soft_rgb, "WEBP", quality=60),
        "webp lossless": saved(rgb, "WEBP", lossless=True),
    }
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        files[f"tiff grey {compression}"] = saved(grey, "TIFF", compression=compression)
        files[f"tiff rgb {compression}"] = saved(rgb, "TIFF", compression=compression)
    for codec in ("jp2", "j2k"):
        files[f"{codec} grey"] = jpeg2000(grey, 8, codec)
        files[f"{codec} rgb"] = jpeg2000(rgb, 8, codec)
    for count in (2, 4, 16, 256):
        files[f"png palette {count}"] = saved(palette_image(count), "PNG")
    return files


def deep_files():
    """Name to (bytes, levels): more than 8 bits, where only the true levels will do."""
    grey, rgb = levels(16), levels(16, 3)
    wide = levels(16, 3, (50, 70))
    files = {
        "png grey": (png(grey, 16, 0), grey),
        "png rgb": (png(rgb, 16, 2), rgb),
        "png interlaced": (png(rgb, 16, 2, interlaced=True), rgb),
        "tiff white is zero": (tiff(grey, photometric="miniswhite"), 65535 - grey),
        "tiff big": (tiff(rgb, bigtiff=True), rgb),
        "tiff tiles": (tiff(wide, tile=(32, 32), compression="zlib"), wide),
        "tiff planes": (tiff(np.ascontiguousarray(np.moveaxis(rgb, -1, 0)), planarconfig="separate"), rgb),
        "tiff strips": (tiff(rgb, rowsperstrip=5, compression="lzw", predictor=True), rgb),
    }
    for order in "<>":
        for compression in (None, "lzw", "zlib"):
            options = {"byteorder": order, "compression": compression}
            files[f"tiff grey {order} {compression}"] = (tiff(grey, **options), grey)
            files[f"tiff rgb {order} {compression}"] = (tiff(rgb, **options), rgb)
    for depth in (9, 10, 12, 14, 16):
        for channels in (1, 3):
            values = levels(depth, channels)
            for codec in ("jp2", "j2k"):
                files[f"{codec} {depth} bits x {channels}"] = (jpeg2000(values, depth, codec), values)
            if depth < 16:
                files[f"tiff {depth} bits x {channels}"] = (packed_tiff(values, depth), values)
    return files
