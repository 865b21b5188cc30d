"""Edge strength similarity."""

import numpy as np

from iqametrics.formulas.edges import edge_strength_similarity
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.gradients import SCHARR
from iqametrics.stencils.pixels import PointField
from iqametrics.stencils.resampling import automatic_factor, correlate2d, downsample

#: Stabilising constant for 0..255 images, (10 * 255) ^ (2 * 0.5).
C = 2550.0
_ALONG = np.pad(np.array(SCHARR), 1)
_DIAGONAL = np.array([[0, 0, 3, 0, 0], [0, 10, 0, 0, 0], [3, 0, 0, 0, -3], [0, 0, 0, -10, 0], [0, 0, -3, 0, 0]]) / 16
#: Filters that give the difference of two derivatives that are at right angles.
STRAIGHT, DIAGONAL = _ALONG - _ALONG.T, _DIAGONAL - np.rot90(_DIAGONAL)


@full_reference(
    title="Edge strength similarity",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="luma",
    double=True,
    conventions={
        "zhang2013": Convention(
            "mean over f x f pixels and every f-th, f = round(smaller side / 256), Scharr / 16 along rows, columns and "
            "diagonals, zero beyond the border, C = 2550 (the authors' ESSIM.m)",
            min_size=5,
        )
    },
    citation=Citation(
        "X. Zhang, X. Feng, W. Wang and W. Xue",
        "Edge strength similarity for image quality assessment",
        "IEEE Signal Processing Letters 20(4)",
        2013,
        "10.1109/LSP.2013.2244081",
    ),
    geometry=lambda shape, recipe: MapGeometry().downsample(automatic_factor(shape)),
)
def essim(x: Planes, y: Planes, recipe: Recipe) -> Mean:
    r"""Edge strength similarity; higher is better, 1 for identical images.

    The mean over the image of

    .. math:: \frac{2 E_x E_y + C}{E_x^2 + E_y^2 + C}, \qquad E^2 = |\partial_1 - \partial_2|

    where :math:`\partial_1` and :math:`\partial_2` are derivatives at right angles: along rows and columns, or along the
    diagonals where the reference's edge is the stronger for them.

    Notes
    -----
    Not quite symmetric. Not to be taken for the edge-based structural similarity of 2006, which goes by the same short name.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import essim
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(essim(x, x // 2), 6)
    0.999699
    """
    factor = automatic_factor(x.size)
    x, y = (downsample(planes, factor, "symmetric") for planes in (x, y))
    edges = [_differences(planes, name) for name in ("straight", "diagonal") for planes in (x, y)]
    return Mean(PointField(edge_strength_similarity, *edges, constants=(C,)))


def _differences(planes: Planes, direction: str) -> Planes:
    kernel = STRAIGHT if direction == "straight" else DIAGONAL
    return planes.derive(("edges", direction), lambda: correlate2d(planes, kernel, "zero"))
