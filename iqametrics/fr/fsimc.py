"""Feature similarity with chroma."""

from math import cos, pi

from iqametrics.formulas.feature_similarity import chromatic_similarity
from iqametrics.fr.fsim import FSIM_CITATION, T1, T2, features, shrunk
from iqametrics.front import IMAGE_MODES, Convention, Planes, Recipe, full_reference
from iqametrics.pooling import WeightedMean
from iqametrics.stencils.mixes import YIQ, mix
from iqametrics.stencils.pixels import PointField
from iqametrics.stencils.resampling import automatic_factor, downsample

#: Stabilising constant of chroma of 0..255 images, and the power of its similarity.
T3, EXPONENT = 200.0, 0.03


@full_reference(
    title="Feature similarity index with chroma",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "zhang2011": Convention(
            "as fsim on Y, times the similarity of I and Q to the power 0.03 (the authors' FeatureSIM.m)", min_size=2
        ),
        "tid2013": Convention("as zhang2011, which TID2013's authors ran on RGB as well", min_size=2),
    },
    citation=FSIM_CITATION,
    geometry=shrunk,
)
def fsimc(x: Planes, y: Planes, recipe: Recipe) -> WeightedMean:
    r"""Feature similarity index with chroma; higher is better, 1 for identical images.

    That of :obj:`~iqametrics.fsim`, where every place's similarity is multiplied by

    .. math:: \operatorname{Re} \left( \frac{2 i_x i_y + T_3}{i_x^2 + i_y^2 + T_3} \cdot
              \frac{2 q_x q_y + T_3}{q_x^2 + q_y^2 + T_3} \right)^{0.03}, \qquad T_3 = 200 \, (R / 255)^2

    with the chroma :math:`i` and :math:`q` of YIQ and the data range :math:`R`.

    Notes
    -----
    Grey images have no chroma, and their score is that of fsim.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import fsimc
    >>> x = np.random.default_rng(0).integers(0, 256, (48, 48, 3), np.uint8)
    >>> round(fsimc(x, x // 2), 6)
    0.801719
    """
    factor = automatic_factor(x.size)

    def shrink(planes: Planes) -> Planes:
        return downsample(planes, factor, "zero")

    if x.from_grey:
        return WeightedMean([features(shrink(x), shrink(y))])
    luma, *chroma = ([shrink(mix(image.channels(), weights)) for image in (x, y)] for weights in YIQ)
    planes = *features(*luma).planes, *chroma[0], *chroma[1]
    constants = T1, T2, T3, EXPONENT, cos(pi * EXPONENT)
    return WeightedMean([PointField(chromatic_similarity, *planes, constants=constants)])
