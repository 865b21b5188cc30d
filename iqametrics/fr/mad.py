"""Most apparent distortion."""

from dataclasses import dataclass
from math import exp, inf, log

from iqametrics.formulas.apparent_distortion import adaptive
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, RootMean
from iqametrics.stencils.apparent_distortion import AppearanceField, DetectionField
from iqametrics.stencils.block_statistics import BLOCK

#: Where detection gives way to appearance.
WEIGHT, EXPONENT = exp(-2.55 / 3.35), 1 / (log(10) * 3.35)
#: Half of a side is left of what is cut off at the borders.
SMALLEST = 4 * BLOCK


@dataclass(frozen=True)
class MADRecipe(Recipe):
    """Where the display's light ends."""

    brightest: float


def _geometry(shape: tuple[int, int], recipe: MADRecipe) -> tuple[MapGeometry, MapGeometry]:
    inner = MapGeometry().moved(BLOCK, BLOCK)
    return inner, inner


@full_reference(
    title="Most apparent distortion",
    higher_is_better=False,
    range=(0.0, inf),
    identity=0.0,
    color="gray",
    double=True,
    conventions={
        "uint8": Convention(
            "16x16 blocks at every fourth pixel; log-Gabor filters of 5 scales and 4 orientations; adaptive combination; no "
            "light above pixel 254, where the authors' table of 8-bit values ends (MAD_index.m of 2011-10-07)",
            min_size=SMALLEST,
            parameters={"brightest": 254.0},
        ),
        "double": Convention(
            "as uint8, up to pixel 255 (the same file on doubles)", min_size=SMALLEST, parameters={"brightest": inf}
        ),
    },
    citation=Citation(
        "E. C. Larson and D. M. Chandler",
        "Most apparent distortion: full-reference image quality assessment and the role of strategy",
        "Journal of Electronic Imaging 19(1), 011006",
        2010,
        "10.1117/1.3267105",
    ),
    geometry=_geometry,
    recipe_type=MADRecipe,
)
def mad(x: Planes, y: Planes, recipe: MADRecipe) -> Combined:
    r"""Most apparent distortion; lower is better, 0 for identical images.

    .. math:: d_d^{\,\alpha} \, d_a^{\,1 - \alpha}, \qquad \alpha = \frac{1}{1 + \beta_1 d_d^{\,\beta_2}}

    Detection :math:`d_d` is the root mean square of the error where its contrast exceeds what the reference masks.
    Appearance :math:`d_a` is that of the differences of standard deviation, skewness and kurtosis of log-Gabor responses.
    :math:`\beta_1 = e^{-2.55/3.35}, \beta_2 = 1 / (3.35 \ln 10)`.

    Notes
    -----
    Not symmetric. The terms are ``detection`` and ``appearance``; the maps are what their roots of means are taken of.
    Pixels at the borders (16 before, 17 after) do not count, as in the authors' code. 0 also where no error is detected.
    Transforms are of the image's own size, as the definition asks; sides of large prime factors take longer.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import mad
    >>> x = np.add.outer(np.arange(96), np.arange(96)).astype(np.uint8)
    >>> round(mad(x, x // 16 * 16), 4)
    36.2809
    """
    pools = {
        "detection": RootMean(DetectionField(x, y, recipe.brightest), 1),
        "appearance": RootMean(AppearanceField(x, y), 1),
    }
    return Combined(pools, adaptive, (WEIGHT, EXPONENT))
