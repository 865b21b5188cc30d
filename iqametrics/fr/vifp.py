"""Visual information fidelity in the pixel domain."""

from iqametrics.formulas.information import pixel_information
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import InformationRatio
from iqametrics.stencils.moments import MomentField, Window, gaussian
from iqametrics.stencils.pixels import identical
from iqametrics.stencils.resampling import decimate

#: Variance of the visual channel's noise.
NEURAL = 2.0
TINY = 1e-10
#: Windows of the scales, the finest first.
WINDOWS: tuple[Window, ...] = tuple(gaussian(size, size / 5) for size in (17, 9, 5, 3))
#: From this side on the coarsest scale still holds a window.
MIN_SIZE = 41

VIF_CITATION = Citation(
    "H. R. Sheikh and A. C. Bovik",
    "Image information and visual quality",
    "IEEE Transactions on Image Processing 15(2)",
    2006,
    "10.1109/TIP.2005.859378",
)


def _geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    level, found = MapGeometry(), []
    for scale, window in enumerate(WINDOWS):
        if scale:
            level = level.window(window.size).every(2)
        found.append(level.window(window.size))
    return tuple(found)


@full_reference(
    title="Visual information fidelity, pixel domain",
    higher_is_better=True,
    range=(0.0, float("inf")),
    identity=1.0,
    color="gray",
    double=True,
    conventions={
        "sheikh2006": Convention(
            "4 scales with Gaussian windows of 17, 9, 5 and 3 pixels (sigma = size / 5) inside the image, noise variance 2 "
            "(the authors' vifp_mscale.m)",
            min_size=MIN_SIZE,
        ),
        "tid2013": Convention("as sheikh2006, on Y of rgb2ycbcr (16 to 235)", min_size=MIN_SIZE, color="ycbcr"),
    },
    citation=VIF_CITATION,
    geometry=_geometry,
    aliases=("vif_p",),
)
def vifp(x: Planes, y: Planes, recipe: Recipe) -> InformationRatio:
    r"""Visual information fidelity in the pixel domain; higher is better, 1 for identical images.

    The share of the reference's information that a viewer still finds in the distorted image,

    .. math:: \frac{\sum \log (1 + g^2 \sigma_x^2 / (\sigma_v^2 + \sigma_n^2))}
                   {\sum \log (1 + \sigma_x^2 / \sigma_n^2)}

    summed over windows and scales, where the distorted image is modelled as :math:`g x + v` in every window.

    Notes
    -----
    Not symmetric; above 1 where contrast is enhanced without noise. A flat reference gives 1 for itself and 0 for anything
    else. The maps hold the ratio of every window, weighted by the reference's information.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import vifp
    >>> x = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8)
    >>> round(vifp(x, x // 2), 6)
    0.523125
    """
    same = identical(x, y)
    fields = []
    for scale, window in enumerate(WINDOWS):
        if scale:
            x, y = (decimate(planes, window, 2, "valid") for planes in (x, y))
        fields.append(MomentField(x, y, window, pixel_information, (NEURAL, TINY)))
    return InformationRatio(fields, same)
