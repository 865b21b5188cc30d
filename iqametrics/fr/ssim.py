"""Structural similarity."""

from dataclasses import dataclass

from iqametrics.formulas import structure
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.moments import MomentField, Window, gaussian, uniform
from iqametrics.stencils.resampling import automatic_factor, downsample

#: (0.01 * 255)^2 and (0.03 * 255)^2.
C1, C2 = 6.5025, 58.5225
#: The window of the paper.
WINDOW = gaussian(11, 1.5)


@dataclass(frozen=True)
class SSIMRecipe(Recipe):
    """The window of the moments, and whether images are first shrunk to about 256 pixels."""

    window: Window
    shrink: bool


def _convention(recipe: str, window: Window = WINDOW, shrink: bool = False, color: str | None = None) -> Convention:
    return Convention(recipe, min_size=window.size, color=color, parameters={"window": window, "shrink": shrink})


def _geometry(shape: tuple[int, int], recipe: SSIMRecipe) -> MapGeometry:
    shrunk = MapGeometry().downsample(automatic_factor(shape) if recipe.shrink else 1)
    return shrunk.window(recipe.window.size)


@full_reference(
    title="Structural similarity index",
    higher_is_better=True,
    range=(-1.0, 1.0),
    identity=1.0,
    color="gray",
    conventions={
        "wang2004": _convention(
            "11x11 Gaussian window, sigma 1.5, inside the image; biased variances; K1 = 0.01, K2 = 0.03; no downsampling "
            "(the authors' ssim_index.m)"
        ),
        "wang2004-downsampled": _convention(
            "as wang2004, after a mean over f x f pixels and taking every f-th, f = round(smaller side / 256) "
            "(the authors' ssim.m of 2009)",
            shrink=True,
        ),
        "skimage": _convention(
            "7x7 uniform window inside the image, sample (n - 1) variances (the defaults of scikit-image)",
            uniform(7, unbiased=True),
        ),
        "tid2013": _convention("as wang2004, on Y of rgb2ycbcr (16 to 235)", color="ycbcr"),
    },
    citation=Citation(
        "Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli",
        "Image quality assessment: from error visibility to structural similarity",
        "IEEE Transactions on Image Processing 13(4)",
        2004,
        "10.1109/TIP.2003.819861",
    ),
    geometry=_geometry,
    recipe_type=SSIMRecipe,
    aliases=("structural_similarity",),
)
def ssim(x: Planes, y: Planes, recipe: SSIMRecipe) -> Mean:
    r"""Structural similarity index; higher is better, 1 for identical images.

    The mean over all windows of

    .. math:: \frac{(2 \mu_x \mu_y + C_1)(2 \sigma_{xy} + C_2)}
                   {(\mu_x^2 + \mu_y^2 + C_1)(\sigma_x^2 + \sigma_y^2 + C_2)},
              \qquad C_1 = (0.01 R)^2, \; C_2 = (0.03 R)^2

    with the data range :math:`R`.

    Notes
    -----
    Flat images differ by their luminance term only; an inverted image can score below 0.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import ssim
    >>> flat = np.full((16, 16), 100, np.uint8)
    >>> round(ssim(flat, flat + 20), 6)
    0.983611
    """
    if recipe.shrink:
        factor = automatic_factor(x.size)
        x, y = (downsample(planes, factor, "symmetric") for planes in (x, y))
    return Mean(MomentField(x, y, recipe.window, structure.ssim, (C1, C2), joint=True))
