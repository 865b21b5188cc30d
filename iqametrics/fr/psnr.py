"""Peak signal to noise ratio."""

from iqametrics.formulas.error import squared_error
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Decibels
from iqametrics.stencils.pixels import PixelField

#: The data range, of pixels scaled to 0..255.
PEAK = 255.0


@full_reference(
    title="Peak signal to noise ratio",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=float("inf"),
    color="channels",
    double=True,
    conventions={
        "standard": Convention("peak = data range, one mean squared error over all samples of all channels"),
        "tid2013": Convention("peak = data range (255), on Y of rgb2ycbcr (16 to 235)", color="ycbcr"),
    },
    citation=Citation(
        "Q. Huynh-Thu and M. Ghanbari",
        "Scope of validity of PSNR in image/video quality assessment",
        "Electronics Letters 44(13)",
        2008,
        "10.1049/el:20080522",
    ),
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("peak_signal_noise_ratio",),
)
def psnr(x: Planes, y: Planes, recipe: Recipe) -> Decibels:
    r"""Peak signal to noise ratio in decibels; higher is better, infinite for identical images.

    .. math:: \mathrm{PSNR} = 10 \log_{10} \frac{R^2}{\mathrm{MSE}}

    with the data range :math:`R`.

    Notes
    -----
    Identical images give ``inf`` with a gradient of 0; no constant is added to the error, so that values above 80 dB stay
    true. The map holds the squared errors, in squared data units.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import psnr
    >>> round(psnr(np.zeros((8, 8), np.uint8), np.full((8, 8), 3, np.uint8)), 4)
    38.5884
    """
    return Decibels(PixelField(x, y, squared_error, whole=True), PEAK / x.scale, x.per_image)
