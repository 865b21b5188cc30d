"""Visual information fidelity in the wavelet domain."""

from dataclasses import dataclass

from iqametrics.fr.vifp import VIF_CITATION
from iqametrics.front import Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import InformationRatio
from iqametrics.stencils.bands import BLOCK, BandField, margin
from iqametrics.stencils.pixels import identical
from iqametrics.stencils.resampling import grid_ends, pad_to_grid
from iqametrics.stencils.steerable import FILTER_SIZE, oriented_bands

#: Variance of the visual channel's noise.
NEURAL = 0.4
LEVELS = 4
#: Horizontal and vertical: the two orientations of six that the authors use.
ORIENTATIONS = (0, 3)
#: The coarsest level can still be filtered.
SMALLEST = FILTER_SIZE * 2 ** (LEVELS - 1)
#: MeTriX MuX pads to multiples of the first and to the second at least.
GRID, LEAST = 32, 128


@dataclass(frozen=True)
class VIFRecipe(Recipe):
    """Whether images are padded as MeTriX MuX does."""

    pad: bool


def _window(level: int) -> int:
    """Side of the window at a level, the finest being 0: 17, 9, 5, 3."""
    return 2 ** (LEVELS - level) + 1


def _geometry(shape: tuple[int, int], recipe: VIFRecipe) -> tuple[MapGeometry, ...]:
    image = MapGeometry()
    if recipe.pad:
        (top, _), (left, _) = (grid_ends(side, GRID, LEAST) for side in shape)
        image = image.moved(-top, -left)
    return places(image)


def places(image: MapGeometry) -> tuple[MapGeometry, ...]:
    """Where the blocks of every band lie."""
    return tuple(
        image.every(2**level).every(BLOCK, BLOCK // 2).every(1, margin(_window(level)))
        for level in range(LEVELS)
        for _ in ORIENTATIONS
    )


def information(x: Planes, y: Planes, neural: float) -> list[BandField]:
    """Information in the bands of two images, seen through a channel whose noise has this variance."""
    return [
        BandField(of_x, of_y, _window(level), neural)
        for level, pairs in enumerate(
            zip(*(oriented_bands(planes, LEVELS, ORIENTATIONS) for planes in (x, y)), strict=True)
        )
        for of_x, of_y in zip(*pairs, strict=True)
    ]


@full_reference(
    title="Visual information fidelity",
    higher_is_better=True,
    range=(0.0, float("inf")),
    identity=1.0,
    color="gray",
    double=True,
    conventions={
        "sheikh2006": Convention(
            "steerable pyramid of 4 levels (sp5Filters, mirrored), the horizontal and vertical band of each, 3x3 blocks, "
            "noise variance 0.4; no padding (the authors' vifvec.m)",
            min_size=SMALLEST,
            parameters={"pad": False},
        ),
        "metrix-mux": Convention(
            "as sheikh2006, after mirroring the image to multiples of 32, at least 128 (MeTriX MuX)",
            parameters={"pad": True},
        ),
    },
    citation=VIF_CITATION,
    geometry=_geometry,
    recipe_type=VIFRecipe,
)
def vif(x: Planes, y: Planes, recipe: VIFRecipe) -> InformationRatio:
    r"""Visual information fidelity in the wavelet domain; higher is better, 1 for identical images.

    The share of the reference's information that a viewer still finds in the distorted image,

    .. math:: \frac{\sum_{b, i, k} \log (1 + g_i^2 s_i \lambda_k / (\sigma_{v,i}^2 + \sigma_n^2))}
                   {\sum_{b, i, k} \log (1 + s_i \lambda_k / \sigma_n^2)}

    over the bands :math:`b` of a steerable pyramid, their 3x3 blocks :math:`i` and the eigenvalues :math:`\lambda_k` of the
    band's covariance, where the distorted block is modelled as :math:`g_i x + v`.

    Notes
    -----
    Not symmetric; above 1 where contrast is enhanced without noise. A flat reference gives 1 for itself and 0 for anything
    else; a singular covariance is inverted in the directions it has (the authors' code divides by zero there). The maps
    hold the ratio of every block, two bands per level, weighted by the reference's information.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import vif
    >>> x = np.random.default_rng(0).integers(0, 256, (96, 96), np.uint8)
    >>> round(vif(x, x // 2), 6)
    0.720849
    """
    same = identical(x, y)
    if recipe.pad:
        x, y = (pad_to_grid(planes, GRID, LEAST) for planes in (x, y))
    return InformationRatio(information(x, y, NEURAL), same)
