"""Gradient magnitude similarity deviation."""

from iqametrics.formulas.similarity import similarity
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Deviation
from iqametrics.stencils.gradients import PREWITT, GradientField
from iqametrics.stencils.resampling import downsample

#: Stabilising constant for gradients of 0..255 images.
T = 170.0


@full_reference(
    title="Gradient magnitude similarity deviation",
    higher_is_better=False,
    range=(0.0, 0.71),
    identity=0.0,
    color="gray",
    conventions={
        "xue2014": Convention(
            "2x2 mean and every second pixel, Prewitt / 3, zero beyond the border, T = 170, standard deviation with n - 1 "
            "(the authors' GMSD.m)",
            min_size=3,
        )
    },
    citation=Citation(
        "W. Xue, L. Zhang, X. Mou and A. C. Bovik",
        "Gradient magnitude similarity deviation: a highly efficient perceptual image quality index",
        "IEEE Transactions on Image Processing 23(2)",
        2014,
        "10.1109/TIP.2013.2293423",
    ),
    geometry=lambda shape, recipe: MapGeometry().downsample(2),
)
def gmsd(x: Planes, y: Planes, recipe: Recipe) -> Deviation:
    r"""Gradient magnitude similarity deviation; lower is better, 0 for identical images.

    The standard deviation over the image of

    .. math:: \frac{2 m_x m_y + T}{m_x^2 + m_y^2 + T}, \qquad T = 170 \, (R / 255)^2

    where :math:`m` is the gradient magnitude (Prewitt) at half resolution and :math:`R` the data range.

    Notes
    -----
    The map is a similarity: 1 where the gradients agree.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import gmsd
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(gmsd(x, x // 2), 6)
    0.056769
    """
    x, y = (downsample(planes, 2, "zero") for planes in (x, y))
    return Deviation(GradientField(x, y, PREWITT, similarity, (T,)))
