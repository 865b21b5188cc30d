"""BMP: 8 bits through Pillow, which reads this header without touching the pixels."""

from io import BytesIO

from .header import DamagedError, Header


def read_header(data: bytes) -> Header:
    """Let Pillow parse the header, and prove that the rows it announces are there."""
    from PIL import BmpImagePlugin

    from .pillow import samples

    image = BmpImagePlugin.BmpImageFile(BytesIO(data))
    width, height = image.size
    codec, _, offset, args = image.tile[0]
    # Run-length coded bitmaps have no fixed size; there Pillow counts the pixels it was given.
    if codec == "raw" and isinstance(args, tuple) and offset + args[1] * height > len(data):
        raise DamagedError(f"the file has {len(data)} bytes, its picture needs {offset + args[1] * height}")
    return Header(width, height, "straight" if image.mode == "RGBA" else None, lambda: samples(image))
