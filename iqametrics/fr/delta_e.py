"""Mean colour difference."""

from dataclasses import dataclass
from functools import partial

from iqametrics.formulas.difference import cie76, ciede2000, lab
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.kernels.binding import Formula
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PointField, pointwise

_SRGB = "sRGB to CIE Lab with D65 and the observer of 2 degrees, matrix of six digits"


@dataclass(frozen=True)
class DeltaERecipe(Recipe):
    """What two colours differ by."""

    formula: Formula


@full_reference(
    title="Mean colour difference",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="rgb",
    modes=IMAGE_MODES,
    double=True,
    conventions={
        "ciede2000": Convention(
            f"{_SRGB}; CIEDE2000 with kL = kC = kH = 1 (as scikit-image)", parameters={"formula": ciede2000}
        ),
        "cie76": Convention(f"{_SRGB}; distance in Lab (as scikit-image)", parameters={"formula": cie76}),
    },
    citation=Citation(
        "G. Sharma, W. Wu and E. N. Dalal",
        "The CIEDE2000 color-difference formula: implementation notes, supplementary test data, and mathematical "
        "observations",
        "Color Research and Application 30(1)",
        2005,
        "10.1002/col.20070",
    ),
    recipe_type=DeltaERecipe,
    geometry=lambda shape, recipe: MapGeometry(),
    aliases=("ciede2000",),
)
def delta_e(x: Planes, y: Planes, recipe: DeltaERecipe) -> Mean:
    r"""Mean colour difference of the pixels; lower is better, 0 for identical images.

    .. math:: \frac{1}{N} \sum_i \Delta E_i, \qquad
              \Delta E = \sqrt{\Delta L'^2 + \Delta C'^2 + \Delta H'^2 + R_T \, \Delta C' \Delta H'}

    with differences of lightness, chroma and hue, each divided by how much of it the eye sees there. A difference of
    1 is just noticeable to most.

    Notes
    -----
    Images are taken for sRGB, grey ones for equal channels. The map holds the differences of the pixels.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import delta_e
    >>> x = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    >>> round(delta_e(x, x // 2), 6)
    17.099917
    """
    seen = [planes.derive("lab", partial(pointwise, lab, *planes.channels())) for planes in (x, y)]
    return Mean(PointField(recipe.formula, *(planes for pair in zip(*seen, strict=True) for planes in pair)))
