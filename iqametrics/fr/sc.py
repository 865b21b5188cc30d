"""Structural content."""

from iqametrics.formulas.error import lost_and_left
from iqametrics.fr.mae import BLACK, ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Quotient
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Structural content",
    higher_is_better=None,
    range=(0.0, float("inf")),
    identity=1.0,
    color="channels",
    double=True,
    conventions={"standard": Convention("sum of x^2 over the sum of y^2, the mean of the channels' values")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("structural_content",),
)
def sc(x: Planes, y: Planes, recipe: Recipe) -> Quotient:
    r"""Structural content, a quotient of energies; nearer to 1 is better.

    .. math:: \mathrm{SC} = \frac{\sum_i x_i^2}{\sum_i y_i^2}

    Notes
    -----
    Not symmetric: above 1 where the distorted image has lost energy, below 1 where it has gained some. To rank images take
    ``abs(log(sc))``. A black distorted image has infinite structural content, with a gradient of 0, unless the reference is
    black too. The map's mean is the score.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import sc
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(sc(x, x // 2), 6)
    4.233216
    """
    return Quotient(PixelField(x, y, lost_and_left), 1.0, (BLACK / x.scale) ** 2)
