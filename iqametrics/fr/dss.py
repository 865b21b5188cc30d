"""DCT subbands similarity."""

from math import exp

from iqametrics.formulas.frequency import about_one, spread_similarity, structure_similarity
from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Combined, Worst
from iqametrics.stencils.dct import BLOCK, coefficient
from iqametrics.stencils.moments import MomentField, gaussian

WINDOW = gaussian(3, 1.5)
#: Constants of the mean level and of the other coefficients, and the share of the worst places.
C_DC, C_AC, SHARE = 1000.0, 300.0, 0.05
#: Width of the weights over frequencies, and the weight below which a coefficient is not looked at.
SIGMA, LEAST = 1.55, 0.01
#: From this side on the worst places are one at least.
MIN_SIZE = 4 * BLOCK


def _weights() -> dict[tuple[int, int], float]:
    """Weights of the coefficients that are looked at, of sum 1."""
    found = {
        (row, column): exp(-((row + 0.5) ** 2 + (column + 0.5) ** 2) / (2 * SIGMA**2))
        for row in range(BLOCK)
        for column in range(BLOCK)
    }
    kept = {place: weight for place, weight in found.items() if weight >= LEAST}
    return {place: weight / sum(kept.values()) for place, weight in kept.items()}


WEIGHTS = _weights()


def _geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    return (MapGeometry().window(BLOCK).every(BLOCK),) * (len(WEIGHTS) + 1)


@full_reference(
    title="DCT subbands similarity",
    higher_is_better=True,
    range=(-1.0, 1.0),
    identity=1.0,
    color="gray",
    double=True,
    conventions={
        "balanov2015": Convention(
            "orthonormal 8x8 DCT of whole blocks, 17 coefficients, 3x3 Gaussian moments of each (sigma 1.5, zero beyond the "
            "border), mean of the worst 5 %, C = 1000 and 300 (the authors' dss_index.m 1.00)",
            min_size=MIN_SIZE,
        )
    },
    citation=Citation(
        "A. Balanov, A. Schwartz, Y. Moshe and N. Peleg",
        "Image quality assessment based on DCT subband similarity",
        "IEEE International Conference on Image Processing",
        2015,
        "10.1109/ICIP.2015.7351172",
    ),
    geometry=_geometry,
)
def dss(x: Planes, y: Planes, recipe: Recipe) -> Combined:
    r"""DCT subbands similarity; higher is better, 1 for identical images.

    .. math:: \sum_k w_k \, \overline{\left( \frac{2 \sigma_x \sigma_y + C}{\sigma_x^2 + \sigma_y^2 + C} \right)}_k

    where the mean is over the worst 5 % of the places in the plane that coefficient :math:`k` of all blocks makes up;
    that of the mean level is multiplied by the same of :math:`(\sigma_{xy} + C) / (\sigma_x \sigma_y + C)`.

    Notes
    -----
    The mean level has no term of its own: a shift of brightness is seen at the border alone. The maps are the
    similarities of the mean level, its second factor, and those of the other 16 coefficients.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import dss
    >>> x = np.add.outer(np.arange(32) ** 2, np.arange(32)).astype(np.uint8)
    >>> round(dss(x, x // 2), 6)
    0.825002
    """
    pools = {}
    for row, column in WEIGHTS:
        of_x, of_y = (_framed(coefficient(planes, row, column)) for planes in (x, y))
        constants = (C_AC if row or column else C_DC,)
        pools[f"{row} {column}"] = Worst(MomentField(of_x, of_y, WINDOW, spread_similarity, constants), SHARE)
        if not (row or column):
            pools["structure"] = Worst(MomentField(of_x, of_y, WINDOW, structure_similarity, constants), SHARE)
    return Combined(pools, about_one, tuple(WEIGHTS.values()))


def _framed(planes: Planes) -> Planes:
    """Planes with a frame of zeros, in which windows inside them are windows around every sample of them."""
    return planes.derive_planes("framed", lambda: planes.ops.pad(planes.values, (1, 1), (1, 1), "zero"))
