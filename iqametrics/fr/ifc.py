"""Information fidelity criterion."""

from iqametrics.fr.vif import SMALLEST, information, places
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import InformationRate

#: Keeps a channel without noise from carrying no end of information.
TINY = 1e-10


@full_reference(
    title="Information fidelity criterion",
    higher_is_better=True,
    range=(0.0, float("inf")),
    identity=None,
    color="gray",
    double=True,
    conventions={
        "sheikh2005": Convention(
            "steerable pyramid of 4 levels (sp5Filters, mirrored), the horizontal and vertical band of each, 3x3 blocks; no "
            "padding (the authors' ifcvec.m)",
            min_size=SMALLEST,
        )
    },
    citation=Citation(
        "H. R. Sheikh, A. C. Bovik and G. de Veciana",
        "An information fidelity criterion for image quality assessment using natural scene statistics",
        "IEEE Transactions on Image Processing 14(12)",
        2005,
        "10.1109/TIP.2005.859389",
    ),
    geometry=lambda shape, recipe: places(MapGeometry()),
)
def ifc(x: Planes, y: Planes, recipe: Recipe) -> InformationRate:
    r"""Information fidelity criterion in bits per pixel; higher is better, for identical images it depends on the image.

    What the distorted image tells of the reference, per pixel,

    .. math:: \frac{1}{n} \sum_{b, i, k} \log_2 \left( 1 + \frac{g_i^2 s_i \lambda_k}{\sigma_{v,i}^2 + 10^{-10}} \right)

    over the bands :math:`b` of a steerable pyramid, their 3x3 blocks :math:`i` and the eigenvalues :math:`\lambda_k` of the
    band's covariance, where the distorted block is modelled as :math:`g_i x + v`.

    Notes
    -----
    Not symmetric. Where the distorted image is all but identical, or differs in contrast alone, the noise
    :math:`\sigma_v^2` is rounding, and so are the digits of the score after the fifth.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import ifc
    >>> random = np.random.default_rng(0)
    >>> x = random.integers(0, 256, (96, 96), np.uint8)
    >>> round(ifc(x, x // 2 + random.integers(0, 99, x.shape, np.uint8)), 6)
    1.662462
    """
    height, width = x.size
    return InformationRate(information(x, y, TINY), height * width)
