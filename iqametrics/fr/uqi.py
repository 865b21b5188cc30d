"""Universal image quality index."""

from iqametrics.formulas.structure import universal_quality
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.moments import MomentField, uniform

WINDOW = uniform(8)
#: A variance or squared mean of 0..255 pixels below this is none: the slope of the index stays finite in float32.
TINY = 1e-60


@full_reference(
    title="Universal image quality index",
    higher_is_better=True,
    range=(-1.0, 1.0),
    identity=1.0,
    color="gray",
    double=True,
    conventions={
        "wang2002": Convention(
            "8x8 uniform window inside the image, no stabilising constants (the authors' img_qi.m)",
            min_size=WINDOW.size,
        )
    },
    citation=Citation(
        "Z. Wang and A. C. Bovik",
        "A universal image quality index",
        "IEEE Signal Processing Letters 9(3)",
        2002,
        "10.1109/97.995823",
    ),
    geometry=lambda shape, recipe: MapGeometry().window(WINDOW.size),
    aliases=("universal_image_quality_index",),
)
def uqi(x: Planes, y: Planes, recipe: Recipe) -> Mean:
    r"""Universal image quality index; higher is better, 1 for identical images.

    The mean over all windows of

    .. math:: \frac{2 \mu_x \mu_y}{\mu_x^2 + \mu_y^2} \cdot \frac{2 \sigma_{xy}}{\sigma_x^2 + \sigma_y^2}

    which is SSIM with a uniform window and :math:`C_1 = C_2 = 0`.

    Notes
    -----
    Where both images are flat in a window the second factor counts 1, where both are black the first. Where one alone is
    flat the window counts 0, however little the other varies: nothing forgives invisible noise on a flat ground, which is
    why SSIM got its constants.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import uqi
    >>> x = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)
    >>> round(uqi(x, x + 20), 6)
    0.865027
    """
    return Mean(MomentField(x, y, WINDOW, universal_quality, (TINY,)))
