"""Noise quality measure."""

from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import SignalToNoise
from iqametrics.stencils.visible_error import VisibleErrorField


@full_reference(
    title="Noise quality measure",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=float("inf"),
    color="gray",
    double=True,
    conventions={
        "metrix-mux": Convention(
            "five bands of an octave, seen from 3.5 picture heights; contrasts of a band against all coarser ones; "
            "differences below the masked threshold and contrasts below the threshold of sight left out (MeTriX MuX's "
            "nqm_modified.m)",
            min_size=16,
        )
    },
    citation=Citation(
        "N. Damera-Venkata, T. D. Kite, W. S. Geisler, B. L. Evans and A. C. Bovik",
        "Image quality assessment based on a degradation model",
        "IEEE Transactions on Image Processing 9(4)",
        2000,
        "10.1109/83.841940",
    ),
    geometry=lambda shape, recipe: MapGeometry(),
)
def nqm(x: Planes, y: Planes, recipe: Recipe) -> SignalToNoise:
    r"""Noise quality measure in decibels; higher is better, infinite for identical images.

    .. math:: 10 \log_{10} \frac{\sum s_x^2}{\sum (s_x - s_y)^2}

    where :math:`s` is what is seen of an image: the sum of its bands of an octave, as far as their contrast exceeds what can
    be seen, and the difference of the two images' contrasts exceeds what the reference's hides.

    Notes
    -----
    Not symmetric. Infinite also where no difference is seen, and minus infinite where nothing is seen of the reference, as
    of a flat one. Only frequencies below 64 cycles per picture count. A pixel counts wholly or not at all, so the score
    jumps by a little as contrasts pass a threshold. The map is the energy of the visible error. Transforms are of the
    image's own size, as the definition asks; sides of large prime factors take longer.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import nqm
    >>> x = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    >>> round(nqm(x, x // 2), 4)
    7.6177
    """
    return SignalToNoise(VisibleErrorField(x, y))
