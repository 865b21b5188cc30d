"""Multi-scale gradient magnitude similarity deviation."""

from iqametrics.formulas.multiscale_gradients import root_of_weighted_squares
from iqametrics.formulas.similarity import masked_similarity
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, Deviation
from iqametrics.stencils.gradients import PREWITT, GradientField
from iqametrics.stencils.resampling import downsample

#: Masking parameter, and stabilising constant for gradients of 0..255 images.
ALPHA, T = 0.5, 170.0
#: Weights of the scales, the finest first.
WEIGHTS = (0.096, 0.596, 0.289, 0.019)
#: From this side on the coarsest scale holds 3 pixels.
MIN_SIZE = 3 * 2 ** (len(WEIGHTS) - 1)

CITATION = Citation(
    "B. Zhang, P. V. Sander and A. Bermak",
    "Gradient magnitude similarity deviation on multiple scales for color image quality assessment",
    "IEEE International Conference on Acoustics, Speech and Signal Processing",
    2017,
    "10.1109/ICASSP.2017.7952357",
)


def geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    """Where the samples of the maps of all scales lie."""
    found = [MapGeometry()]
    for _ in WEIGHTS[1:]:
        found.append(found[-1].downsample(2))
    return tuple(found)


def scales(x: Planes, y: Planes) -> Combined:
    """The deviations of all scales, and what they make."""
    pools = {}
    for number, _ in enumerate(WEIGHTS, 1):
        if number > 1:
            x, y = (downsample(planes, 2, "zero") for planes in (x, y))
        field = GradientField(x, y, PREWITT, masked_similarity, (ALPHA, T))
        pools[f"scale {number}"] = Deviation(field, unbiased=False)
    return Combined(pools, root_of_weighted_squares, WEIGHTS)


@full_reference(
    title="Multi-scale gradient magnitude similarity deviation",
    higher_is_better=False,
    range=(0.0, 0.71),
    identity=0.0,
    color="gray",
    conventions={
        "zhang2017": Convention(
            "4 scales from full resolution on, each a 2x2 mean, zero beyond the border; Prewitt / 3, alpha = 0.5, T = 170, "
            "standard deviation with n (as piq; the authors' code was not published)",
            min_size=MIN_SIZE,
        )
    },
    citation=CITATION,
    geometry=geometry,
    aliases=("multi_scale_gmsd",),
)
def ms_gmsd(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""Multi-scale gradient magnitude similarity deviation; lower is better, 0 for identical images.

    .. math:: \sqrt{\sum_s w_s \sigma_s^2}

    where :math:`\sigma_s` is the standard deviation, at scale :math:`s`, of

    .. math:: \frac{(2 - \alpha) m_x m_y + T}{m_x^2 + m_y^2 - \alpha m_x m_y + T}

    with gradient magnitudes :math:`m`, :math:`\alpha = 0.5`, :math:`T = 170 \, (R / 255)^2` and the data range :math:`R`.

    Notes
    -----
    The maps are similarities, a scale each: 1 where the gradients agree.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import ms_gmsd
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(ms_gmsd(x, x // 2), 6)
    0.065494
    """
    return scales(x, y)
