"""Complex wavelet structural similarity."""

from dataclasses import dataclass

from iqametrics.front import Citation, Convention, MapGeometry, Option, Planes, Recipe, full_reference
from iqametrics.pooling import WeightedMean
from iqametrics.stencils.steerable_fourier import WINDOW, CoherenceField, band_side, highest


@dataclass(frozen=True)
class CWSSIMRecipe(Recipe):
    """The pyramid whose coarsest level is compared."""

    levels: int
    orientations: int


def _fitting(side: int) -> str:
    """How many levels a side allows, for an error."""
    fits = highest(side)
    return (
        f"; {fits} level{'s' * (fits != 1)} would fit: pass levels={fits}" if fits > 0 else "; not even one level fits"
    )


def _geometry(shape: tuple[int, int], recipe: CWSSIMRecipe) -> MapGeometry:
    down, across = (side / band_side(side, recipe.levels) for side in shape)
    return MapGeometry(step=(down, across)).window(WINDOW)


@full_reference(
    title="Complex wavelet structural similarity index",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="gray",
    double=True,
    conventions={
        "sampat2009": Convention(
            "coarsest level of a complex steerable pyramid, 7x7 windows inside each band, K = 0, mean over orientations, "
            "Gaussian weight a quarter of the rows wide (the authors' cwssim_index.m with guardb = 0)",
        )
    },
    citation=Citation(
        "M. P. Sampat, Z. Wang, S. Gupta, A. C. Bovik and M. K. Markey",
        "Complex wavelet structural similarity: a new image similarity index",
        "IEEE Transactions on Image Processing 18(11)",
        2009,
        "10.1109/TIP.2009.2025923",
    ),
    geometry=_geometry,
    options={
        "levels": Option(
            6, "int", "Number of levels of the pyramid, of which the coarsest is compared.", low=1, high=12
        ),
        "orientations": Option(16, "int", "Number of oriented bands of a level.", low=1, high=64),
    },
    recipe_type=CWSSIMRecipe,
    smallest=lambda recipe: 2 ** (recipe.levels + 2),
    size_hint=_fitting,
)
def cw_ssim(x: Planes, y: Planes, recipe: CWSSIMRecipe) -> WeightedMean:
    r"""Complex wavelet structural similarity index; higher is better, 1 for identical images.

    The mean over orientations and windows of

    .. math:: \frac{2 \left|\sum c_x c_y^*\right|}{\sum |c_x|^2 + \sum |c_y|^2}

    with a Gaussian weight about the centre, where :math:`c` are the coefficients of a complex steerable pyramid in a window
    of 7x7. A small shift turns the phase of all coefficients of a window alike, which this does not see.

    Notes
    -----
    The authors name no levels and orientations to take, and published values differ in them: say which with the score.
    Pairs in use are (6, 16), (4, 8), (2, 16) and (1, 16). A window in which neither image has any energy counts 1, where the
    authors' code divides nothing by nothing. Transforms are of the image's own size, as the definition asks; sides of large
    prime factors take longer.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import cw_ssim
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    >>> round(cw_ssim(x, np.roll(x, 1, axis=1), levels=4, orientations=8), 6)
    0.998444
    """
    return WeightedMean([CoherenceField(x, y, recipe.levels, recipe.orientations)])
