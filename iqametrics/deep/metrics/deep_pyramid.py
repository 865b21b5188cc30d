"""Pyramids of the strength of feature maps."""

from typing import Any

from iqametrics.deep.metrics.of_pixels import MIN_SIZE
from iqametrics.deep.options import choice, network, network_options, provenance, require_torch
from iqametrics.errors import OptionError
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Option, Planes, Recipe, full_reference
from iqametrics.pooling import Pool


def _check_weights(value: Any) -> None:
    numbers = isinstance(value, list | tuple) and all(isinstance(each, int | float) for each in value)
    if value is not None and not (numbers and value and min(value) >= 0 and sum(value) > 0):
        raise OptionError(f"level_weights={value!r} must be a list of numbers from 0 on, the coarsest level first")


def _geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    require_torch()
    from iqametrics.deep.pyramids import geometry

    return geometry(shape, recipe)


@full_reference(
    title="Similarity of pyramids of feature maps",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=1.0,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "amirshahi2016": Convention(
            "strengths of the maps after ReLU in 2^l x 2^l cells, up to 4 levels, histogram intersection; means over cells, "
            "geometric means over levels and layers",
            min_size=MIN_SIZE,
        )
    },
    citation=Citation(
        "S. A. Amirshahi, M. Pedersen and S. X. Yu",
        "Image quality assessment by comparing CNN features between images",
        "Journal of Imaging Science and Technology 60(6)",
        2016,
        "10.2352/J.ImagingSci.Technol.2016.60.6.060410",
    ),
    geometry=_geometry,
    options={
        **network_options("alexnet", "relu"),
        "level_weights": Option(
            None,
            "list of float, optional",
            "Weights of the levels, the coarsest first; all alike by default.",
            _check_weights,
        ),
        "cell_pool": choice("cell_pool", ("mean", "median"), "mean", "How the cells of a level are joined."),
    },
    needs_weights=True,
    origin=provenance,
)
def deep_pyramid(x: Planes, y: Planes, recipe: Recipe) -> Pool:
    r"""Similarity of pyramids of feature maps; higher is better, 1 for identical images.

    A cell of a layer's maps has a histogram with a bin per map: the map's sum over the cell, over that of all maps. Two
    images are alike in a cell by

    .. math:: \sum_m \min(h_x(m), h_y(m))

    and altogether by its mean over the cells of a level, the geometric mean over the levels, and that over the layers.

    Notes
    -----
    Common scaling of all maps changes nothing. Maps before a ReLU enter by their absolute values. A cell in which all maps
    are 0 has the uniform histogram. The paper leaves the weights of the levels open. The maps are the similarities of the
    finest level's cells.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import deep_pyramid
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    >>> round(deep_pyramid(x, x, weights="surrogate"), 6)
    1.0
    """
    found = network(recipe)
    from iqametrics.deep.pyramids import Pyramids

    return Pyramids.of(x, y, found, recipe)
