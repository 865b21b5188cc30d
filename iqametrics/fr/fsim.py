"""Feature similarity."""

from iqametrics.formulas.feature_similarity import feature_similarity
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import WeightedMean
from iqametrics.stencils.gradients import SCHARR, gradient
from iqametrics.stencils.phase_congruency import phase_congruency
from iqametrics.stencils.pixels import PointField
from iqametrics.stencils.resampling import automatic_factor, downsample

#: Stabilising constants of phase congruency, and of gradients of 0..255 images.
T1, T2 = 0.85, 160.0
FSIM_CITATION = Citation(
    "L. Zhang, L. Zhang, X. Mou and D. Zhang",
    "FSIM: a feature similarity index for image quality assessment",
    "IEEE Transactions on Image Processing 20(8)",
    2011,
    "10.1109/TIP.2011.2109730",
)


def shrunk(shape: tuple[int, int], recipe: Recipe) -> MapGeometry:
    """Where the samples lie after the shorter side has been brought to about 256 pixels."""
    return MapGeometry().downsample(automatic_factor(shape))


def features(x: Planes, y: Planes) -> PointField:
    """Similarity of phase congruency and gradients of two images that have been shrunk."""
    congruency = (phase_congruency(planes) for planes in (x, y))
    gradients = (gradient(planes, SCHARR) for planes in (x, y))
    return PointField(feature_similarity, *congruency, *gradients, constants=(T1, T2))


@full_reference(
    title="Feature similarity index",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="luma",
    conventions={
        "zhang2011": Convention(
            "mean over f x f pixels, zero beyond the border, and every f-th, f = round(smaller side / 256); Scharr / 16; "
            "phase congruency of 4 scales and 4 orientations (the authors' FeatureSIM.m)",
            min_size=2,
        ),
        "tid2013": Convention("as zhang2011, on Y of rgb2ycbcr (16 to 235)", min_size=2, color="ycbcr"),
    },
    citation=FSIM_CITATION,
    geometry=shrunk,
)
def fsim(x: Planes, y: Planes, recipe: Recipe) -> WeightedMean:
    r"""Feature similarity index; higher is better, 1 for identical images.

    The mean of

    .. math:: \frac{2 p_x p_y + T_1}{p_x^2 + p_y^2 + T_1} \cdot \frac{2 m_x m_y + T_2}{m_x^2 + m_y^2 + T_2},
              \qquad T_1 = 0.85, \; T_2 = 160 \, (R / 255)^2

    weighted by :math:`\max(p_x, p_y)`, where :math:`p` is phase congruency, :math:`m` the gradient magnitude and :math:`R`
    the data range.

    Notes
    -----
    Images in which neither has any phase congruency, as two flat ones, score 1. Transforms are of the shrunk image's own
    size, as the definition asks; sides of large prime factors take longer.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import fsim
    >>> x = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    >>> round(fsim(x, x // 2), 6)
    0.805348
    """
    factor = automatic_factor(x.size)
    return WeightedMean([features(*(downsample(planes, factor, "zero") for planes in (x, y)))])
