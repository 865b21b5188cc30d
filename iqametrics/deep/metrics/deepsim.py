"""DeepSIM."""

from iqametrics.deep.metrics.of_pixels import MIN_SIZE
from iqametrics.deep.options import choice, network, network_options, provenance, require_torch
from iqametrics.fr.ssim import ssim
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Pool

#: Sides of the window, the largest that fits a map is taken.
WINDOWS = (11, 7, 3, 1)


def _geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    require_torch()
    from iqametrics.deep.comparing import geometry

    return geometry(shape, recipe, ssim)


@full_reference(
    title="Deep similarity",
    higher_is_better=True,
    range=(-1.0, 1.0),
    identity=1.0,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "gao2017": Convention(
            "SSIM of every map of VGG-16, in a Gaussian window of 11 (7, 3) samples inside the map, the range of a layer's "
            "maps in both images as data range; means over the map, the maps and the layers",
            min_size=MIN_SIZE,
            parameters={
                "windows": WINDOWS,
                "border": "valid",
                "dynamic_range": "layer",
                "layer_pool": "mean",
            },
        )
    },
    citation=Citation(
        "F. Gao, Y. Wang, P. Li, M. Tan, J. Yu and Y. Zhu",
        "DeepSim: Deep similarity for image quality assessment",
        "Neurocomputing 257",
        2017,
        "10.1016/j.neucom.2017.01.054",
    ),
    geometry=_geometry,
    options={
        **network_options("vgg16", "conv"),
        "spatial_pool": choice(
            "spatial_pool",
            ("mean", "worst"),
            "mean",
            "How the places of a map are pooled; ``worst`` is the mean of the worst tenth.",
        ),
    },
    needs_weights=True,
    origin=provenance,
)
def deepsim(x: Planes, y: Planes, recipe: Recipe) -> Pool:
    r"""Deep similarity; higher is better, 1 for identical images.

    .. math:: \frac{1}{L} \sum_l \frac{1}{M_l} \sum_m \overline{\mathrm{ssim}}(F^x_{l,m}, F^y_{l,m})

    over the maps :math:`F_{l,m}` of VGG-16, with constants relative to the range of the layer's maps.

    Notes
    -----
    The object of the paper are the values of the layers; ``deepsim.terms(reference, distorted)`` gives them by name. Window
    and constants are not stated there; those here are a choice. With ``taps="all"`` all convolutions, ReLUs and poolings
    count.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import deepsim
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    >>> sorted(deepsim.terms(x, x // 2, weights="surrogate", taps=["conv1_1", "conv2_1"]))
    ['conv1_1', 'conv2_1']
    """
    found = network(recipe)
    from iqametrics.deep.comparing import compare

    return compare(x, y, recipe, found, ssim)
