"""Haar wavelet-based perceptual similarity index."""

from math import exp

from iqametrics.formulas.haar import of_colour, of_grey, squared_similarity
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Transformed, WeightedMean
from iqametrics.stencils.haar import haar, local_mean
from iqametrics.stencils.mixes import YIQ, mix
from iqametrics.stencils.pixels import PointField
from iqametrics.stencils.resampling import downsample

#: Constant of the similarities of 0..255 images, and steepness of the sigmoid.
C, ALPHA = 30.0, 4.2
SCALES = (1, 2, 3)


@full_reference(
    title="Haar wavelet-based perceptual similarity index",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "reisenhofer2018": Convention(
            "2x2 mean and every second pixel, zero beyond the border, three Haar scales, C = 30, alpha = 4.2; of colour "
            "images with the chroma of YIQ (the authors' HaarPSI.m)",
            min_size=2,
        )
    },
    citation=Citation(
        "R. Reisenhofer, S. Bosse, G. Kutyniok and T. Wiegand",
        "A Haar wavelet-based perceptual similarity index for image quality assessment",
        "Signal Processing: Image Communication 61",
        2018,
        "10.1016/j.image.2017.11.001",
    ),
    geometry=lambda shape, recipe: MapGeometry().downsample(2).every(1, 0.5),  # of filters that look ahead
)
def haarpsi(x: Planes, y: Planes, recipe: Recipe) -> Transformed:
    r"""Haar wavelet-based perceptual similarity index; higher is better, 1 for identical images.

    .. math:: \left( \frac{1}{\alpha} \, l^{-1} \!\left(
              \frac{\sum_{k,i} l(\alpha S_{k,i}) \, W_{k,i}}{\sum_{k,i} W_{k,i}} \right) \right)^2, \qquad
              l(t) = \frac{1}{1 + e^{-t}}

    where :math:`S` compares the coefficients of the two finest Haar scales of each direction :math:`k`, and :math:`W` is the
    larger coefficient of the third.

    Notes
    -----
    A colour image is compared by its chroma, too, and so scores otherwise than its grey version, even where its channels are
    equal. The map is the similarity of every place, squared; where neither image has structure nothing counts.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import haarpsi
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(haarpsi(x, x // 2), 6)
    0.773766
    """
    grey = x.from_grey and y.from_grey
    views = []
    for planes in (x, y):
        red, green, blue = (downsample(channel, 2, "zero") for channel in planes.channels())
        bright = red if grey else mix((red, green, blue), YIQ[0])
        coefficients = [haar(bright, scale) for scale in SCALES]
        chroma = [] if grey else [local_mean(mix((red, green, blue), weights), 2) for weights in YIQ[1:]]
        views.append([*(down for down, _ in coefficients), *(along for _, along in coefficients), *chroma])
    pairs = [planes for pair in zip(*views, strict=True) for planes in pair]
    constants = ALPHA, exp(-ALPHA)
    field = PointField(of_grey if grey else of_colour, *pairs, constants=(C, *constants))
    return Transformed(WeightedMean([field], nothing=0.0), squared_similarity, constants, local=True)
