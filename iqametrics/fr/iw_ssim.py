"""Information content weighted structural similarity."""

from collections.abc import Callable
from functools import partial
from math import sqrt
from typing import Any

from iqametrics.formulas import structure
from iqametrics.formulas.error import itself
from iqametrics.formulas.pooling import both, product_of_powers
from iqametrics.fr import ms_ssim
from iqametrics.fr.ssim import C1, C2
from iqametrics.fr.ssim import WINDOW as SSIM_WINDOW
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, Mean, Pool, WeightedMean
from iqametrics.stencils.information import SIDE, information_weights
from iqametrics.stencils.laplacian_pyramid import pyramid
from iqametrics.stencils.moments import MomentField, Window
from iqametrics.stencils.pixels import PointField

#: Low-pass filter of the pyramid (binom5 of matlabPyrTools), whose gain doubles every smaller version.
WINDOW = Window(tuple(sqrt(2) * tap / 16 for tap in (1, 4, 6, 4, 1)))
#: Weights of the scales, the finest first, of sum 1.
WEIGHTS = tuple(weight / sum(ms_ssim.WEIGHTS) for weight in ms_ssim.WEIGHTS)
#: Samples that a window of SSIM leaves out at every side, and those of them that the weights have.
EDGE = SSIM_WINDOW.size // 2
FRAME = EDGE - SIDE // 2

CITATION = Citation(
    "Z. Wang and Q. Li",
    "Information content weighting for perceptual image quality assessment",
    "IEEE Transactions on Image Processing 20(5)",
    2011,
    "10.1109/TIP.2010.2092435",
)


def geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    """Where the samples of the maps of all scales lie."""
    return tuple(MapGeometry().every(2**level).window(SSIM_WINDOW.size) for level in range(len(WEIGHTS)))


def convention(recipe: str) -> Convention:
    """A recipe on five scales."""
    return Convention(recipe, min_size=SSIM_WINDOW.size * 2 ** (len(WEIGHTS) - 1))


def by_information(x: Planes, y: Planes, quality: Callable[[Planes, Planes, bool], Planes]) -> Combined:
    """Weighted means of a quality over five scales, multiplied.

    ``quality(x, y, coarsest)`` gives it at every place of a scale at which a window of SSIM fits.
    """
    of_x, of_y = (pyramid(planes, WINDOW, len(WEIGHTS), "reflect", 1.0) for planes in (x, y))
    coarsest = len(WEIGHTS) - 1
    pools: dict[str, Pool] = {}
    for level in range(coarsest):
        band_x, band_y = of_x[level], of_y[level]
        parent = of_x[level + 1] if level + 1 < coarsest else None
        weight = band_y.derive(("information", band_x), partial(information_weights, band_x, band_y, parent))
        field = PointField(both, quality(band_x, band_y, False), inside(weight, FRAME))
        pools[f"scale {level + 1}"] = WeightedMean([field])
    pools[f"scale {coarsest + 1}"] = Mean(PointField(itself, quality(of_x[coarsest], of_y[coarsest], True)))
    return Combined(pools, product_of_powers, WEIGHTS)


def inside(planes: Planes, edge: int) -> Planes:
    """Planes without so many samples at every side."""
    return planes.made(planes.values[..., edge:-edge, edge:-edge])


@full_reference(
    title="Information content weighted structural similarity index",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="gray",
    double=True,
    conventions={
        "wang2011": convention(
            "Laplacian pyramid of 5 scales (binom5), contrast and structure in an 11x11 Gaussian window of each, luminance "
            "at the coarsest, weights from 3x3 neighbourhoods and their parent (the authors' iwssim.m)"
        )
    },
    citation=CITATION,
    geometry=geometry,
)
def iw_ssim(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""Information content weighted structural similarity index; higher is better, 1 for identical images.

    .. math:: \prod_{s=1}^{5} \left( \frac{\sum_i w_{s,i} \, cs_{s,i}}{\sum_i w_{s,i}} \right)^{\beta_s}

    where :math:`cs` is the contrast-structure term of SSIM in a band of the Laplacian pyramid, times the luminance
    term at the coarsest scale, and :math:`w` the information that a viewer can draw from the place.

    Notes
    -----
    Not quite symmetric: the information is that of a model of the reference. A negative mean counts 0, as in
    :func:`ms_ssim`.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import iw_ssim
    >>> x = np.add.outer(np.arange(176) ** 2 // 200, np.arange(176) // 2).astype(np.uint8)
    >>> round(iw_ssim(x, x // 2), 6)
    0.939131
    """
    return by_information(x, y, _similarity)


def _similarity(x: Planes, y: Planes, coarsest: bool) -> Planes:
    found: tuple[Any, Any] = MomentField(
        x, y, SSIM_WINDOW, structure.contrast_structure_and_ssim, (C1, C2), joint=True
    ).maps()
    return y.made(found[coarsest])
