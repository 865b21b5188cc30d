"""Information content weighted mean squared error."""

from iqametrics.formulas.error import squared_error
from iqametrics.fr.iw_ssim import CITATION, EDGE, by_information, convention, geometry, inside
from iqametrics.front import Planes, Recipe, full_reference
from iqametrics.pooling import Combined
from iqametrics.stencils.pixels import pointwise

RECIPE = (
    "squared differences of the bands of a Laplacian pyramid of 5 scales (binom5, whose gain doubles every smaller "
    "version), where an 11x11 window fits, weights from 3x3 neighbourhoods and their parent (the authors' iwssim.m)"
)


def squared_errors(x: Planes, y: Planes, coarsest: bool) -> Planes:
    """Squared differences of a band, where a window of SSIM fits."""
    (found,) = pointwise(squared_error, inside(x, EDGE), inside(y, EDGE))
    return found


@full_reference(
    title="Information content weighted mean squared error",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="gray",
    double=True,
    conventions={"wang2011": convention(RECIPE)},
    citation=CITATION,
    geometry=geometry,
)
def iw_mse(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""Information content weighted mean squared error; lower is better, 0 for identical images.

    .. math:: \prod_{s=1}^{5} \left( \frac{\sum_i w_{s,i} \, (x_{s,i} - y_{s,i})^2}{\sum_i w_{s,i}} \right)^{\beta_s}

    in the bands :math:`x_s` and :math:`y_s` of a Laplacian pyramid, where :math:`w` is the information that a viewer
    can draw from the place.

    Notes
    -----
    Not quite symmetric. In squared units of 0..255 whatever the data range; a scale without any error makes it 0.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import iw_mse
    >>> x = np.add.outer(np.arange(176) ** 2 // 200, np.arange(176) // 2).astype(np.uint8)
    >>> round(iw_mse(x, x // 2), 6)
    1.248542
    """
    return by_information(x, y, squared_errors)
