"""Fewer levels, fewer colours."""

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.colorspaces import as_before, as_rgb
from iqametrics.datasets.distortions.eight_bits import from_levels, to_levels
from iqametrics.datasets.distortions.record import Parameter


@register(
    title="Quantization",
    family="compression",
    parameters=(
        Parameter("levels", "levels", "levels that a channel has left", low=2, high=65536, null=65536, whole=True),
    ),
    search=(256, 2),
    aliases=("quantization_noise",),
    source="even steps; a stand-in for the thresholds that KADID-10k fits to the image (multithresh)",
)
def quantization(pixels: np.ndarray, levels: int) -> np.ndarray:
    """Round to a few levels."""
    return np.rint(pixels * (levels - 1)) / (levels - 1)


@register(
    title="Colour quantization",
    family="compression",
    parameters=(
        Parameter("colors", "colours", "colours in the palette", low=2, high=256, whole=True),
        Parameter("dither", "", "whether errors are spread over neighbours", default="yes", choices=("yes", "no")),
    ),
    search=(256, 2),
    aliases=("color_quantization_with_dither",),
    source="Pillow's median cut on 8 bits, dither after Floyd and Steinberg; whose palette KADID-10k has is not stated",
)
def color_quantization(pixels: np.ndarray, colors: int, dither: str) -> np.ndarray:
    """Keep a few colours, chosen for the image."""
    from PIL import Image

    image = Image.fromarray(to_levels(as_rgb(pixels)))
    chosen = image.quantize(colors, Image.Quantize.MEDIANCUT)
    spread = Image.Dither.FLOYDSTEINBERG if dither == "yes" else Image.Dither.NONE
    return as_before(from_levels(np.asarray(image.quantize(palette=chosen, dither=spread).convert("RGB"))), pixels)
