"""Mean squared error."""

from iqametrics.formulas.error import squared_error
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PixelField


@full_reference(
    title="Mean squared error",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    scaled=False,
    units=2,
    color="channels",
    conventions={"standard": Convention("mean of (x - y)^2 over all samples of all channels")},
    citation=Citation(
        "Z. Wang and A. C. Bovik",
        "Mean squared error: love it or leave it?",
        "IEEE Signal Processing Magazine 26(1)",
        2009,
        "10.1109/MSP.2008.930649",
    ),
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("mean_squared_error",),
)
def mse(x: Planes, y: Planes, recipe: Recipe) -> Mean:
    r"""Mean squared error in squared data units; lower is better, 0 for identical images.

    .. math:: \mathrm{MSE} = \frac{1}{N} \sum_i (x_i - y_i)^2

    Notes
    -----
    Unlike every other metric here it depends on the unit of the pixels: times 255\ :sup:`2` between 0..1 and 0..255.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import mse
    >>> mse(np.zeros((8, 8), np.uint8), np.full((8, 8), 3, np.uint8))
    9.0
    """
    return Mean(PixelField(x, y, squared_error, whole=True))
