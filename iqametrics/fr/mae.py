"""Mean absolute error."""

from iqametrics.formulas.error import absolute_error
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PixelField

#: Where the error measures of image coding are listed.
ESKICIOGLU_FISHER = Citation(
    "A. M. Eskicioglu and P. S. Fisher",
    "Image quality measures and their performance",
    "IEEE Transactions on Communications 43(12)",
    1995,
    "10.1109/26.477498",
)
#: A mean of 0..255 pixels below this is none to divide by: a millionth of the range.
BLACK = 255e-6


@full_reference(
    title="Mean absolute error",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    scaled=False,
    units=1,
    color="channels",
    conventions={"standard": Convention("mean of abs(x - y) over all samples of all channels")},
    citation=ESKICIOGLU_FISHER,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("mean_absolute_error",),
)
def mae(x: Planes, y: Planes, recipe: Recipe) -> Mean:
    r"""Mean absolute error in data units; lower is better, 0 for identical images.

    .. math:: \mathrm{MAE} = \frac{1}{N} \sum_i |x_i - y_i|

    Notes
    -----
    In the units of the pixels, as :doc:`mse` is in their squares. The slope counts 0 where pixels are equal.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import mae
    >>> x = np.add.outer(np.arange(8), np.arange(8)).astype(np.uint8) + 10
    >>> round(mae(x, x // 2), 6)
    8.75
    """
    return Mean(PixelField(x, y, absolute_error, whole=True))
