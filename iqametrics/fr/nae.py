"""Normalised absolute error."""

from iqametrics.formulas.error import error_and_size
from iqametrics.fr.mae import BLACK, ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Quotient
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Normalised absolute error",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="channels",
    double=True,
    conventions={"standard": Convention("sum of abs(x - y) over the sum of abs(x), the mean of the channels' values")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("normalized_absolute_error",),
)
def nae(x: Planes, y: Planes, recipe: Recipe) -> Quotient:
    r"""Normalised absolute error; lower is better, 0 for identical images.

    .. math:: \mathrm{NAE} = \frac{\sum_i |x_i - y_i|}{\sum_i |x_i|}

    Notes
    -----
    Not symmetric. A black reference has no size to relate an error to: the value is infinite, with a gradient of 0, unless
    the distorted image is black too. The map's mean is the score.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import nae
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(nae(x, x // 2), 6)
    0.514706
    """
    return Quotient(PixelField(x, y, error_and_size), 0.0, BLACK / x.scale)
