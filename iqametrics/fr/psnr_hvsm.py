"""Peak signal to noise ratio as the eye weighs frequencies, with masking."""

from iqametrics.formulas.error import itself
from iqametrics.fr.psnr import PEAK
from iqametrics.fr.psnr_hvs import CITATION
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Decibels
from iqametrics.stencils.contrast_masking import block_errors
from iqametrics.stencils.dct import BLOCK
from iqametrics.stencils.pixels import PointField


@full_reference(
    title="Peak signal to noise ratio by contrast sensitivity and masking",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=float("inf"),
    color="gray",
    double=True,
    conventions={
        "ponomarenko2007": Convention(
            "as psnr_hvs, less what the contrast of the block hides in either image "
            "(first value of the authors' psnrhvsm.m)",
            min_size=BLOCK,
        )
    },
    citation=CITATION,
    geometry=lambda shape, recipe: MapGeometry().window(BLOCK).every(BLOCK),
)
def psnr_hvsm(x: Planes, y: Planes, recipe: Recipe) -> Decibels:
    r"""Peak signal to noise ratio by contrast sensitivity and masking in decibels; higher is better.

    .. math:: 10 \log_{10} \frac{R^2}{\overline{\left( c_k \max(0, |d_k| - m / m_k) \right)^2}}

    where :math:`d_k` are the coefficients of the difference of both images, :math:`c_k` what the eye makes of them,
    :math:`m` what the contrast of the block hides, and :math:`R` the data range. The mean level is never hidden.

    Notes
    -----
    Published by Ponomarenko et al. at the third workshop on video processing and quality metrics (VPQM), 2007.
    Infinite where all errors are hidden. The map is the mean squared error of every block, in squared units of 0..255.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import psnr_hvsm
    >>> x = np.add.outer(np.arange(16) ** 2, np.arange(16)).astype(np.uint8)
    >>> round(psnr_hvsm(x, x // 2), 6)
    8.749619
    """
    return Decibels(PointField(itself, block_errors(x, y, masked=True)), PEAK, x.per_image)
