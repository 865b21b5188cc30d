"""Maximum difference."""

from iqametrics.formulas.error import absolute_error
from iqametrics.fr.mae import ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Maximum
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Maximum difference",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    scaled=False,
    units=1,
    color="channels",
    conventions={"standard": Convention("largest abs(x - y) of all samples of all channels")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("maximum_difference",),
)
def md(x: Planes, y: Planes, recipe: Recipe) -> Maximum:
    r"""Maximum difference in data units; lower is better, 0 for identical images.

    .. math:: \mathrm{MD} = \max_i |x_i - y_i|

    Notes
    -----
    Some toolboxes take the largest of the signed differences; that one is no distance. Samples that share the maximum share
    its gradient.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import md
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(md(x, x // 2), 6)
    12.0
    """
    return Maximum(PixelField(x, y, absolute_error), x.per_image)
