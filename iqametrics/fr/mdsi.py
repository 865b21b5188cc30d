"""Mean deviation similarity index."""

from dataclasses import dataclass

from iqametrics.formulas.color import middle
from iqametrics.formulas.deviation import product_of_similarities, sum_of_similarities
from iqametrics.formulas.pooling import power_of_positive
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.kernels.binding import Formula
from iqametrics.pooling import ComplexDeviation, Transformed
from iqametrics.stencils.gradients import PREWITT, gradient
from iqametrics.stencils.mixes import LMN, Weights, mix
from iqametrics.stencils.pixels import PointField, pointwise
from iqametrics.stencils.resampling import automatic_factor, downsample

#: Brightness, of the four digits that the authors' code has; chroma is that of :data:`~iqametrics.stencils.mixes.LMN`.
BRIGHTNESS: Weights = (0.2989, 0.5870, 0.1140)
#: Constants of the gradients of one image, of one and the image between both, and of chroma.
C1, C2, C3 = 140.0, 55.0, 550.0
#: Share of the gradients in the sum.
ALPHA = 0.6

_SEEN = (
    "mean over f x f pixels, zero beyond the border, f = round(smaller side / 256), Prewitt / 3, C = 140, 55 and 550; mean "
    "deviation of the {} to the power 1/4 (the authors' MDSI.m, {})"
)


@dataclass(frozen=True)
class MDSIRecipe(Recipe):
    """How the similarities are combined."""

    formula: Formula
    constants: tuple[float, ...]


@full_reference(
    title="Mean deviation similarity index",
    higher_is_better=False,
    range=(0.0, 1.1),
    identity=0.0,
    color="rgb",
    modes=IMAGE_MODES,
    double=True,
    conventions={
        "sum": Convention(
            _SEEN.format("fourth root of 0.6 GS + 0.4 CS", "combination 'sum'"),
            min_size=3,
            parameters={"formula": sum_of_similarities, "constants": (C1, C2, C3, ALPHA)},
        ),
        "mult": Convention(
            _SEEN.format("fourth root of GS^0.2 CS^0.1", "combination 'mult'"),
            min_size=3,
            parameters={"formula": product_of_similarities, "constants": (C1, C2, C3)},
        ),
    },
    citation=Citation(
        "H. Z. Nafchi, A. Shahkolaei, R. Hedjam and M. Cheriet",
        "Mean deviation similarity index: efficient and reliable full-reference image quality evaluator",
        "IEEE Access 4",
        2016,
        "10.1109/ACCESS.2016.2604042",
    ),
    recipe_type=MDSIRecipe,
    geometry=lambda shape, recipe: MapGeometry().downsample(automatic_factor(shape)),
)
def mdsi(x: Planes, y: Planes, recipe: MDSIRecipe) -> Transformed:
    r"""Mean deviation similarity index; lower is better, 0 for identical images.

    .. math:: \mathrm{MDSI} = \left( \frac{1}{N} \sum_i \left| q_i - \bar q \right| \right)^{1/4}, \qquad
              q = (0.6 \, GS + 0.4 \, CS)^{1/4}

    where :math:`GS = S(x, y) + S(y, m) - S(x, m)` compares gradient magnitudes of both images and of their mean :math:`m`,
    and :math:`CS` two planes of chroma.

    Notes
    -----
    Not quite symmetric. A similarity below 0 has complex roots, as in the authors' code; the map is the modulus of
    :math:`q`, 1 where the images agree. The fourth root makes much of little differences.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import mdsi
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(mdsi(x, x // 2), 6)
    0.279063
    """
    factor = automatic_factor(x.size)
    channels = [[downsample(channel, factor, "zero") for channel in planes.channels()] for planes in (x, y)]
    (bright_x, *chroma_x), (bright_y, *chroma_y) = (
        [mix((red, green, blue), weights) for weights in (BRIGHTNESS, *LMN[1:])] for red, green, blue in channels
    )
    (between,) = pointwise(middle, bright_x, bright_y)
    gradients = [gradient(planes, PREWITT) for planes in (bright_x, bright_y, between)]
    chroma = [planes for pair in zip(chroma_x, chroma_y, strict=True) for planes in pair]
    field = PointField(recipe.formula, *gradients, *chroma, constants=recipe.constants)
    return Transformed(ComplexDeviation(field), power_of_positive, (0.25,))
