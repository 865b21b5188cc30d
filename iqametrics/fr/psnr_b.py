"""Peak signal to noise ratio with a blocking effect."""

from dataclasses import dataclass
from math import log
from typing import Any

from iqametrics.formulas.error import blocking_effect, ratio_with_blocking, squared_error
from iqametrics.fr.psnr import PEAK
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, Mean, Pool
from iqametrics.stencils.pixels import PixelField

#: Side of a block.
BLOCK = 8


@dataclass
class Blocking(Pool):
    """How much larger the steps are across the edges of blocks than elsewhere, in squared units of the pixels."""

    weighable = False

    planes: Planes

    def score(self) -> Any:
        ops, (height, width), y = self.planes.ops, self.planes.size, self.planes.samples
        down, along = y[..., 1:, :] - y[..., :-1, :], y[..., 1:] - y[..., :-1]
        down, along = down * down, along * along
        edge = slice(BLOCK - 1, None, BLOCK)
        across = ops.plane_sum(down[..., edge, :]) + ops.plane_sum(along[..., edge])
        # Real numbers, as in the authors' code: true counts for sides that are multiples of a block alone.
        edges = height * (width / BLOCK - 1) + width * (height / BLOCK - 1)
        others = height * (width - 1) + width * (height - 1) - edges
        within = ops.plane_sum(down) + ops.plane_sum(along) - across
        return ops.bind(blocking_effect)(across / edges, within / others, log(BLOCK) / log(min(height, width)))

    def maps(self) -> Any:
        """None: steps lie between pixels."""
        return ()


@full_reference(
    title="Peak signal to noise ratio with blocking effect",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=None,
    color="gray",
    double=True,
    conventions={
        "yim2011": Convention(
            "mean squared error plus the blocking effect of the distorted image on a grid of 8 pixels (compute_psnrb.m as "
            "circulated)",
            min_size=2 * BLOCK,
        ),
        "ycbcr": Convention("as yim2011, on Y of rgb2ycbcr (16 to 235)", min_size=2 * BLOCK, color="ycbcr"),
    },
    citation=Citation(
        "C. Yim and A. C. Bovik",
        "Quality assessment of deblocked images",
        "IEEE Transactions on Image Processing 20(1)",
        2011,
        "10.1109/TIP.2010.2061859",
    ),
    geometry=lambda shape, recipe: MapGeometry(),
)
def psnr_b(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""Peak signal to noise ratio with a blocking effect, in decibels; higher is better.

    .. math:: 10 \log_{10} \frac{R^2}{\mathrm{MSE} + \mathrm{BEF}}, \qquad
              \mathrm{BEF} = \frac{\log 8}{\log \min(h, w)} \max(0, D_B - D_{BC})

    where :math:`D_B` is the mean squared difference of neighbouring pixels of the distorted image across the edges of
    8x8 blocks, :math:`D_{BC}` of all others, and :math:`R` the data range.

    Notes
    -----
    Not quite symmetric. The blocking effect is that of the distorted image, whether the reference has it or not, so that
    identical images score what their own blocks leave, up to infinity. The map holds the squared errors, in squared
    data units.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import psnr_b
    >>> x = np.add.outer(np.arange(16) ** 2, np.arange(16)).astype(np.uint8)
    >>> round(psnr_b(x, x // 2), 6)
    13.192739
    """
    pools = {"mse": Mean(PixelField(x, y, squared_error, whole=True)), "blocking": Blocking(y)}
    return Combined(pools, ratio_with_blocking, (PEAK / x.scale,), shown=["mse"])
