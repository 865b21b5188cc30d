"""Normalised Laplacian pyramid distance."""

from dataclasses import dataclass

import numpy as np

from iqametrics.formulas.normalised import mean_of_six, normalised_error, size
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, RootMean
from iqametrics.stencils.laplacian_pyramid import pyramid
from iqametrics.stencils.moments import Window
from iqametrics.stencils.pixels import PointField, pointwise
from iqametrics.stencils.resampling import correlate2d

WINDOW = Window((0.05, 0.25, 0.4, 0.25, 0.05))
LEVELS = 6
#: From this side on the smallest version holds a pixel for every other that was halved away.
MIN_SIZE = 2 ** (LEVELS - 1)


@dataclass(frozen=True)
class Neighbours:
    """What a coefficient of a level is divided by: a constant, for images of 0..255, and weights of those around it."""

    floor: float
    above: float
    left: float
    right: float
    below: float
    two_left: float = 0.0

    def kernel(self) -> np.ndarray:
        """The weights as a filter that is not flipped."""
        weights = np.zeros((5, 5))
        weights[1, 2], weights[3, 2] = self.above, self.below
        weights[2] = self.two_left, self.left, 0.0, self.right, 0.0
        return weights


#: Of the levels, the finest first, fitted to photographs by the authors.
NEIGHBOURS = (
    Neighbours(255 * 0.0248, 0.1015, 0.146, 0.1493, 0.1011, 0.0072),
    Neighbours(255 * 0.0185, 0.0837, 0.1846, 0.1986, 0.0757),
    Neighbours(255 * 0.0179, 0.0467, 0.2243, 0.2138, 0.0477),
    Neighbours(255 * 0.0191, 0.0, 0.2616, 0.2503, 0.0),
    Neighbours(255 * 0.022, 0.0, 0.2552, 0.2598, 0.0),
    Neighbours(255 * 0.2782, 0.0, 0.0717, 0.2215, 0.0),
)


def _geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    return tuple(MapGeometry().every(2**level) for level in range(LEVELS))


@full_reference(
    title="Normalised Laplacian pyramid distance",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="gray",
    conventions={
        "laparra2016": Convention(
            "5 bands and the smallest version, each coefficient divided by a constant and its weighted neighbours, zero "
            "beyond the border; mean of the six root mean squared differences (the authors' NLP_dist.m)",
            min_size=MIN_SIZE,
        )
    },
    citation=Citation(
        "V. Laparra, J. Ballé, A. Berardino and E. P. Simoncelli",
        "Perceptual image quality assessment using a normalized Laplacian pyramid",
        "Human Vision and Electronic Imaging",
        2016,
        "10.2352/ISSN.2470-1173.2016.16.HVEI-103",
    ),
    geometry=_geometry,
)
def nlpd(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""Normalised Laplacian pyramid distance; lower is better, 0 for identical images.

    .. math:: \frac{1}{6} \sum_{k=1}^{6} \sqrt{\frac{1}{N_k} \sum_i (u_{k,i} - v_{k,i})^2}, \qquad
              u_k = \frac{b_k}{\sigma_k + P_k * |b_k|}

    where :math:`b_k` are the bands of the reference's Laplacian pyramid, :math:`v_k` the same of the distorted image.

    Notes
    -----
    The division leaves local contrast: faint texture counts as much as strong edges. The maps are the squared differences, a
    level each.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import nlpd
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(nlpd(x, x // 2), 6)
    0.241386
    """
    pools = {}
    bands = zip(*(pyramid(planes, WINDOW, LEVELS, "symmetric", 4.0) for planes in (x, y)), strict=True)
    for level, (pair, neighbours) in enumerate(zip(bands, NEIGHBOURS, strict=True), 1):
        views = [planes for band in pair for planes in (band, _around(band, neighbours))]
        pools[f"level {level}"] = RootMean(PointField(normalised_error, *views, constants=(neighbours.floor,)), 1)
    return Combined(pools, mean_of_six)


def _around(band: Planes, neighbours: Neighbours) -> Planes:
    """What the neighbours of every coefficient hold."""
    return band.derive("around", lambda: correlate2d(pointwise(size, band)[0], neighbours.kernel(), "zero"))
