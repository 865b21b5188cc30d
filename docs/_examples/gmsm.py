"""Gradient magnitude similarity mean."""

from iqametrics.formulas.similarity import similarity
from iqametrics.fr.gmsd import T, gmsd
from iqametrics.geometry import MapGeometry
from iqametrics.planes import Planes
from iqametrics.pooling import Mean
from iqametrics.record import Convention, Recipe, full_reference
from iqametrics.stencils.gradients import PREWITT, GradientField
from iqametrics.stencils.resampling import downsample


@full_reference(
    title="Gradient magnitude similarity mean",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="gray",
    conventions={
        "xue2014": Convention("as gmsd, with a mean in place of the standard deviation"),
    },
    citation=gmsd.citation,
    geometry=lambda shape, recipe: MapGeometry().downsample(2),
)
def gmsm(x: Planes, y: Planes, recipe: Recipe) -> Mean:
    """Gradient magnitude similarity mean; higher is better, 1 for identical images.

    The mean of the map whose standard deviation is ``gmsd``.
    """
    x, y = (downsample(planes, 2, "zero") for planes in (x, y))
    return Mean(GradientField(x, y, PREWITT, similarity, (T,)))
