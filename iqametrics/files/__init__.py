"""Image files in, pixel arrays out: the true bit depth, upright, whole, or an error that says what is wrong.

``reader`` holds the public function, and its two halves for those who want the bytes too. Each file format has a room of
its own that reads the header, proves the file whole and says how to decode it: by Pillow where that gives true and complete
pixels, which is JPEG, BMP and the 8 bits of TIFF and JPEG 2000, and by imagecodecs or tifffile elsewhere.
"""

from .reader import MAX_PIXELS, decode_image, read_contents, read_image

__all__ = ["MAX_PIXELS", "decode_image", "read_contents", "read_image"]
