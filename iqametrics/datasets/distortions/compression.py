"""Compression by a codec and back, on 8 bits."""

from io import BytesIO
from typing import Any

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.eight_bits import from_levels, to_levels
from iqametrics.datasets.distortions.record import Parameter
from iqametrics.errors import DependencyError


@register(
    title="JPEG compression",
    family="compression",
    parameters=(Parameter("quality", "1 to 95", "quality of libjpeg", low=1, high=95, whole=True),),
    search=(95, 1),
    source="Pillow's libjpeg, baseline, colour at half resolution (4:2:0)",
)
def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    """Compress as JPEG."""
    return _through(pixels, "JPEG", "jpg", quality=quality, subsampling="4:2:0")


@register(
    title="JPEG 2000 compression",
    family="compression",
    parameters=(
        Parameter("ratio", "to 1", "size of the pixels over the size of the code stream", low=1.0, high=100_000.0),
    ),
    search=(1.0, 10_000.0),
    needs="Pillow with OpenJPEG",
    source="Pillow's OpenJPEG, irreversible 9/7 wavelet, one layer at the ratio; headers set a limit to the ratio of a "
    "small image",
)
def jpeg2000(pixels: np.ndarray, ratio: float) -> np.ndarray:
    """Compress as JPEG 2000 to a fraction of the size."""
    return _through(
        pixels, "JPEG2000", "jpg_2000", irreversible=True, quality_mode="rates", quality_layers=[ratio], no_jp2=True
    )


@register(
    title="JPEG 2000 compression to a fidelity",
    family="compression",
    parameters=(Parameter("fidelity", "dB", "PSNR that the encoder aims at", low=1.0, high=100.0),),
    search=(60.0, 1.0),
    needs="Pillow with OpenJPEG",
    source="as jpeg2000, one layer at the fidelity. Of small images headers are most of a code stream, and no ratio is far "
    "enough apart from the next",
)
def jpeg2000_fidelity(pixels: np.ndarray, fidelity: float) -> np.ndarray:
    """Compress as JPEG 2000 as far as a PSNR."""
    return _through(
        pixels, "JPEG2000", "jpg_2000", irreversible=True, quality_mode="dB", quality_layers=[fidelity], no_jp2=True
    )


def _through(pixels: np.ndarray, kind: str, codec: str, **options: Any) -> np.ndarray:
    from PIL import Image, features

    if not features.check(codec):
        raise DependencyError(f"Pillow was built without its codec for {kind}: pip install --force-reinstall pillow")
    file = BytesIO()
    Image.fromarray(to_levels(pixels)).save(file, kind, **options)
    with Image.open(file) as decoded:
        return from_levels(np.asarray(decoded))
