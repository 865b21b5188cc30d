"""Average difference."""

from iqametrics.formulas.error import difference
from iqametrics.fr.mae import ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Average difference",
    higher_is_better=None,
    range=(float("-inf"), float("inf")),
    identity=0.0,
    scaled=False,
    units=1,
    color="channels",
    conventions={"standard": Convention("mean of x - y over all samples of all channels")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("average_difference",),
)
def ad(x: Planes, y: Planes, recipe: Recipe) -> Mean:
    r"""Average difference in data units; nearer to 0 is better.

    .. math:: \mathrm{AD} = \frac{1}{N} \sum_i (x_i - y_i)

    Notes
    -----
    Not symmetric: positive where the reference is brighter. It tells a shift of brightness, not quality: errors of opposite
    sign cancel.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import ad
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(ad(x, x // 2), 6)
    8.75
    """
    return Mean(PixelField(x, y, difference))
