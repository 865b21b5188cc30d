"""Information content weighted peak signal to noise ratio."""

from iqametrics.formulas.error import peak_ratio
from iqametrics.fr.iw_mse import RECIPE, squared_errors
from iqametrics.fr.iw_ssim import CITATION, by_information, convention, geometry
from iqametrics.fr.psnr import PEAK
from iqametrics.front import Planes, Recipe, full_reference
from iqametrics.pooling import Transformed


@full_reference(
    title="Information content weighted peak signal to noise ratio",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=float("inf"),
    color="gray",
    double=True,
    conventions={"wang2011": convention(RECIPE)},
    citation=CITATION,
    geometry=geometry,
)
def iw_psnr(x: Planes, y: Planes, recipe: Recipe) -> Transformed:
    r"""Information content weighted peak signal to noise ratio in decibels; higher is better, infinite for identical images.

    .. math:: 10 \log_{10} \frac{255^2}{\mathrm{IW\text{-}MSE}}

    Notes
    -----
    Not quite symmetric. The maps are the squared errors of :func:`iw_mse`. The authors' code says 1000 for infinity.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import iw_psnr
    >>> x = np.add.outer(np.arange(176) ** 2 // 200, np.arange(176) // 2).astype(np.uint8)
    >>> round(iw_psnr(x, x // 2), 6)
    47.166774
    """
    return Transformed(by_information(x, y, squared_errors), peak_ratio, (PEAK,))
