"""Multi-scale structural similarity."""

from dataclasses import dataclass

from iqametrics.formulas import structure
from iqametrics.fr.ssim import C1, C2, WINDOW
from iqametrics.front import Citation, Convention, MapGeometry, Option, Planes, Recipe, full_reference
from iqametrics.pooling import PowerProduct, Scales, WeightedSum
from iqametrics.stencils.moments import MomentField
from iqametrics.stencils.resampling import decimate, downsample
from iqametrics.stencils.wavelet97 import LOW_PASS

#: Weights of the scales, the finest first, as published: their sum is 1.0001.
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


@dataclass(frozen=True)
class MSSSIMRecipe(Recipe):
    """How the scales are pooled, and how many there are."""

    pool: type[Scales]
    levels: int


def _smallest(recipe: MSSSIMRecipe) -> int:
    doublings = 2 ** (recipe.levels - 1)
    if recipe.convention == "tid2013":  # whose halves are rounded up
        return (WINDOW.size - 1) * doublings + 1
    return WINDOW.size * doublings


def _weights(recipe: MSSSIMRecipe) -> tuple[float, ...]:
    """Weights of the scales; those of the product of all five are used as they are."""
    weights = WEIGHTS[: recipe.levels]
    if weights == WEIGHTS and recipe.pool is PowerProduct:
        return weights
    return tuple(weight / sum(weights) for weight in weights)


def _fitting(side: int) -> str:
    """How many scales a side allows, for an error."""
    fits = max((n for n in range(1, len(WEIGHTS) + 1) if side >= WINDOW.size * 2 ** (n - 1)), default=0)
    return f"; {fits} scale{'s' * (fits != 1)} would fit: pass levels={fits}" if fits else "; not even one scale fits"


def _geometry(shape: tuple[int, int], recipe: MSSSIMRecipe) -> tuple[MapGeometry, ...]:
    level, found = MapGeometry(), []
    for _ in range(recipe.levels):
        found.append(level.window(WINDOW.size))
        level = level.every(2) if recipe.convention == "tid2013" else level.downsample(2)
    if recipe.convention == "tid2013":  # contrast and structure, and at last luminance
        return *(place for place in found for _ in range(2)), found[-1]
    return tuple(found)


@full_reference(
    title="Multi-scale structural similarity index",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="gray",
    conventions={
        "wang2003": Convention(
            "5 scales, each a symmetric 2x2 mean and every second pixel; means of the contrast-structure maps, and of the "
            "whole SSIM map at the coarsest scale, raised to the weights and multiplied (the authors' msssim.m)",
            parameters={"pool": PowerProduct},
        ),
        "wang2003-sum": Convention(
            "the same means, times the weights (divided by their sum) and added (method wtd_sum of msssim.m)",
            parameters={"pool": WeightedSum},
        ),
        "tid2013": Convention(
            "on Y of rgb2ycbcr (16 to 235); contrast, structure and the coarsest luminance are maps of their own, every "
            "next scale a 9-tap low-pass of the 9/7 wavelet and every second pixel (MSSIM of MeTriX MuX)",
            color="ycbcr",
            parameters={"pool": PowerProduct},
        ),
    },
    citation=Citation(
        "Z. Wang, E. P. Simoncelli and A. C. Bovik",
        "Multiscale structural similarity for image quality assessment",
        "37th Asilomar Conference on Signals, Systems and Computers",
        2003,
        "10.1109/ACSSC.2003.1292216",
    ),
    geometry=_geometry,
    recipe_type=MSSSIMRecipe,
    options={
        "levels": Option(
            len(WEIGHTS),
            "int",
            "Number of scales. With fewer than 5 the first weights are used, divided by their sum.",
            low=1,
            high=len(WEIGHTS),
        )
    },
    smallest=_smallest,
    size_hint=_fitting,
    aliases=("msssim",),
)
def ms_ssim(x: Planes, y: Planes, recipe: MSSSIMRecipe) -> Scales:
    r"""Multi-scale structural similarity index; higher is better, 1 for identical images.

    .. math:: \prod_{s=1}^{M-1} \overline{cs}_s^{\,w_s} \cdot \overline{\mathrm{ssim}}_M^{\,w_M}

    where :math:`\overline{cs}_s` is the mean contrast-structure term of scale :math:`s`.

    Notes
    -----
    The mean is taken before the power. A negative mean, which has no real power (MATLAB returns a complex number), counts
    0, in the sum of ``wang2003-sum`` as well. The maps are the contrast-structure maps, and the SSIM map of the coarsest
    scale; those of ``tid2013`` are contrast and structure of every scale, and the luminance of the coarsest.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import ms_ssim
    >>> x = np.add.outer(np.arange(176), np.arange(176)).astype(np.uint8)
    >>> round(ms_ssim(x, x // 2), 6)
    0.845854
    """
    if recipe.convention == "tid2013":
        return _in_three_parts(x, y, recipe)
    fields = []
    for level in range(recipe.levels):
        if level:
            x, y = (downsample(planes, 2, "symmetric") for planes in (x, y))
        fields.append(MomentField(x, y, WINDOW, structure.contrast_structure_and_ssim, (C1, C2), joint=True))
    picks = [0] * (recipe.levels - 1) + [1]  # contrast and structure; at the coarsest scale the whole of SSIM
    return recipe.pool(fields, picks, _weights(recipe))


def _in_three_parts(x: Planes, y: Planes, recipe: MSSSIMRecipe) -> PowerProduct:
    """Contrast and structure of every scale, and the luminance of the coarsest, each with a mean of its own."""
    fields: list[MomentField] = []
    for level in range(recipe.levels):
        if level:
            x, y = (decimate(planes, LOW_PASS, 2, "symmetric") for planes in (x, y))
        fields += [MomentField(x, y, WINDOW, part, (C2,)) for part in (structure.contrast, structure.structure)]
    fields.append(MomentField(x, y, WINDOW, structure.brightness, (C1,)))
    weights = _weights(recipe)
    exponents = [*(weight for weight in weights for _ in range(2)), weights[-1]]
    names = [f"{part} {level}" for level in range(1, recipe.levels + 1) for part in ("contrast", "structure")]
    return PowerProduct(fields, [0] * len(fields), exponents, [*names, "luminance"])
