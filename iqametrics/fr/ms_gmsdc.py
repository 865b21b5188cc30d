"""Multi-scale gradient magnitude similarity deviation with chroma."""

from iqametrics.formulas.multiscale_gradients import squared_distance, with_chroma
from iqametrics.fr.ms_gmsd import CITATION, MIN_SIZE, WEIGHTS, geometry, scales
from iqametrics.front import IMAGE_MODES, Convention, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, RootMean
from iqametrics.stencils.mixes import YIQ_4_DIGITS, mix
from iqametrics.stencils.pixels import PointField
from iqametrics.stencils.resampling import downsample

#: What an error of chroma counts, and how much of the score the gradients have.
B = (0.01, 0.32, 15.0)


@full_reference(
    title="Multi-scale gradient magnitude similarity deviation, with chroma",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "zhang2017": Convention(
            "ms_gmsd of Y, and the root mean squared error of I and Q at the coarsest of its scales (as piq; the authors' "
            "code was not published, and whether they take the error there is not known)",
            min_size=MIN_SIZE,
        )
    },
    citation=CITATION,
    geometry=geometry,
)
def ms_gmsdc(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""Multi-scale gradient magnitude similarity deviation with chroma; lower is better, 0 for identical images.

    .. math:: \gamma \, D + (1 - \gamma) \, b_1 E, \qquad \gamma = \frac{2}{1 + b_2 e^{-b_3 D}} - 1

    where :math:`D` is the deviation of :func:`ms_gmsd` on the brightness of YIQ, :math:`E` the root mean squared error of
    its chroma in 0..255, and :math:`b = (0.01, 0.32, 15)`.

    Notes
    -----
    The maps are the similarities of gradients at the four scales; chroma has none. Of grey images the deviation alone
    counts, times :math:`\gamma`.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import ms_gmsdc
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(ms_gmsdc(x, x // 2), 6)
    0.051479
    """
    channels = [planes.channels() for planes in (x, y)]
    gradients = scales(*(mix(each, YIQ_4_DIGITS[0]) for each in channels))
    for _ in WEIGHTS[1:]:
        channels = [_halved(*each) for each in channels]
    chroma = [mix(each, weights) for weights in YIQ_4_DIGITS[1:] for each in channels]
    error = RootMean(PointField(squared_distance, *chroma), 1)
    return Combined({"gradients": gradients, "chroma": error}, with_chroma, B, shown=["gradients"])


def _halved(red: Planes, green: Planes, blue: Planes) -> tuple[Planes, Planes, Planes]:
    return downsample(red, 2, "zero"), downsample(green, 2, "zero"), downsample(blue, 2, "zero")
