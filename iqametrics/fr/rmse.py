"""Root mean squared error."""

from iqametrics.formulas.error import squared_error
from iqametrics.fr.mae import ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import RootMean
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Root mean squared error",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    scaled=False,
    units=1,
    color="channels",
    conventions={"standard": Convention("root of one mean of (x - y)^2 over all samples of all channels")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("root_mean_squared_error",),
)
def rmse(x: Planes, y: Planes, recipe: Recipe) -> RootMean:
    r"""Root mean squared error in data units; lower is better, 0 for identical images.

    .. math:: \mathrm{RMSE} = \sqrt{\frac{1}{N} \sum_i (x_i - y_i)^2}

    Notes
    -----
    The map holds the squared errors. Identical images have a gradient of 0.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import rmse
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(rmse(x, x // 2), 6)
    8.902247
    """
    return RootMean(PixelField(x, y, squared_error, whole=True), x.per_image)
