"""Laplacian mean squared error."""

from dataclasses import dataclass

from iqametrics.formulas.error import error_and_energy
from iqametrics.fr.mae import BLACK, ESKICIOGLU_FISHER
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Quotient
from iqametrics.stencils.laplacian import laplacian
from iqametrics.stencils.pixels import PixelField


@dataclass(frozen=True)
class LMSERecipe(Recipe):
    """What the Laplacian does at the border: ``"valid"`` or ``"extrapolated"``."""

    border: str


def _geometry(shape: tuple[int, int], recipe: LMSERecipe) -> MapGeometry:
    return MapGeometry() if recipe.border == "extrapolated" else MapGeometry().window(3)


@full_reference(
    title="Laplacian mean squared error",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="channels",
    double=True,
    conventions={
        "eskicioglu1995": Convention(
            "5-point Laplacian of the pixels that have all four neighbours, sum of (lap x - lap y)^2 over the sum of "
            "(lap x)^2, the mean of the channels' values",
            min_size=3,
            parameters={"border": "valid"},
        ),
        "del2": Convention(
            "the same with MATLAB's 4 * del2, whose second differences are extrapolated at the border (iq_measures)",
            min_size=4,
            parameters={"border": "extrapolated"},
        ),
    },
    citation=ESKICIOGLU_FISHER,
    geometry=_geometry,
    recipe_type=LMSERecipe,
    aliases=("laplacian_mean_squared_error",),
)
def lmse(x: Planes, y: Planes, recipe: LMSERecipe) -> Quotient:
    r"""Laplacian mean squared error, an error of edges; lower is better, 0 for identical images.

    .. math:: \mathrm{LMSE} = \frac{\sum_i (\Delta x_i - \Delta y_i)^2}{\sum_i (\Delta x_i)^2}

    where :math:`\Delta x` is the sum of the four neighbours less four times the pixel.

    Notes
    -----
    Not symmetric, and blind to whatever has no Laplacian: a shift of brightness, a ramp. A reference without one has nothing
    to relate an error to: the value is infinite, with a gradient of 0, unless the distorted image has none either. The map's
    mean is the score.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import lmse
    >>> x = (np.add.outer(np.arange(8) ** 2, np.arange(8)) + 10).astype(np.uint8)
    >>> round(lmse(x, x // 2), 6)
    1.25
    """
    x, y = (laplacian(planes, recipe.border) for planes in (x, y))
    return Quotient(PixelField(x, y, error_and_energy), 0.0, BLACK**2)
