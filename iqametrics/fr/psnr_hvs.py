"""Peak signal to noise ratio as the eye weighs frequencies."""

from iqametrics.formulas.error import itself
from iqametrics.fr.psnr import PEAK
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Decibels
from iqametrics.stencils.contrast_masking import block_errors
from iqametrics.stencils.dct import BLOCK
from iqametrics.stencils.pixels import PointField

#: The workshop papers that the metrics were published in have no DOI.
CITATION = Citation(
    "N. Ponomarenko, L. Jin, O. Ieremeiev, V. Lukin, K. Egiazarian, J. Astola, B. Vozel, K. Chehdi, M. Carli, F. Battisti "
    "and C.-C. J. Kuo",
    "Image database TID2013: peculiarities, results and perspectives",
    "Signal Processing: Image Communication 30",
    2015,
    "10.1016/j.image.2014.10.009",
)


@full_reference(
    title="Peak signal to noise ratio by contrast sensitivity",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=float("inf"),
    color="gray",
    double=True,
    conventions={
        "ponomarenko2007": Convention(
            "orthonormal 8x8 DCT of whole blocks, each coefficient times the contrast sensitivity of its frequency "
            "(second value of the authors' psnrhvsm.m)",
            min_size=BLOCK,
        )
    },
    citation=CITATION,
    geometry=lambda shape, recipe: MapGeometry().window(BLOCK).every(BLOCK),
)
def psnr_hvs(x: Planes, y: Planes, recipe: Recipe) -> Decibels:
    r"""Peak signal to noise ratio by contrast sensitivity in decibels; higher is better.

    .. math:: 10 \log_{10} \frac{R^2}{\overline{(c_k \, d_k)^2}}

    where :math:`d_k` are the coefficients of the difference of both images, :math:`c_k` what the eye makes of them, and
    :math:`R` the data range.

    Notes
    -----
    Published by Egiazarian et al. at the second workshop on video processing and quality metrics (VPQM), 2006. The
    map is the mean squared error of every block, in squared units of 0..255.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import psnr_hvs
    >>> x = np.add.outer(np.arange(16) ** 2, np.arange(16)).astype(np.uint8)
    >>> round(psnr_hvs(x, x // 2), 6)
    8.671459
    """
    return Decibels(PointField(itself, block_errors(x, y, masked=False)), PEAK, x.per_image)
