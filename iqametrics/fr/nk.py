"""Normalised cross-correlation."""

from iqametrics.formulas.error import mismatch_and_energy
from iqametrics.fr.mae import BLACK, ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Quotient
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Normalised cross-correlation",
    higher_is_better=None,
    range=(float("-inf"), float("inf")),
    identity=1.0,
    color="channels",
    double=True,
    conventions={"standard": Convention("sum of x y over the sum of x^2, the mean of the channels' values")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("normalized_cross_correlation",),
)
def nk(x: Planes, y: Planes, recipe: Recipe) -> Quotient:
    r"""Normalised cross-correlation; nearer to 1 is better.

    .. math:: \mathrm{NK} = \frac{\sum_i x_i y_i}{\sum_i x_i^2}

    Notes
    -----
    Not symmetric, and no correlation coefficient: no mean is taken off, and a distorted image that is twice as bright gives
    2. A black reference, in which there is nothing to be found again, gives 1. The map's mean is the score.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import nk
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(nk(x, x // 2), 6)
    0.48581
    """
    return Quotient(PixelField(x, y, mismatch_and_energy), 1.0, (BLACK / x.scale) ** 2)
