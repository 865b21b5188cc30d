"""Learned perceptual image patch similarity."""

from iqametrics.deep.metrics.of_pixels import MIN_SIZE
from iqametrics.deep.options import choice, file_option, layout, network, network_options, provenance
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import Pool

#: Layers of the two networks that heads were published for.
TAPS = {
    "alexnet": ("relu1", "relu2", "relu3", "relu4", "relu5"),
    "vgg16": ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"),
}
_OPTIONS = network_options(None, None)


def _geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
    return tuple(place for _, place in layout(_with_taps(recipe), shape).values())


def _with_taps(recipe: Recipe) -> Recipe:
    found: Recipe = recipe.replace(taps=TAPS[recipe.backbone])
    return found


@full_reference(
    title="Learned perceptual image patch similarity",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    color="rgb",
    modes=IMAGE_MODES,
    signed=True,
    conventions={
        "zhang2018": Convention(
            "maps after ReLU of five layers, every place scaled to length 1, squared differences weighted by the linear "
            "heads (version 0.1), means over places, summed over layers",
            min_size=MIN_SIZE,
            parameters={"taps": ()},  # those of the network that is chosen
        )
    },
    citation=Citation(
        "R. Zhang, P. Isola, A. A. Efros, E. Shechtman and O. Wang",
        "The unreasonable effectiveness of deep features as a perceptual metric",
        "IEEE Conference on Computer Vision and Pattern Recognition",
        2018,
        "10.1109/CVPR.2018.00068",
    ),
    geometry=_geometry,
    options={
        "backbone": choice("backbone", tuple(TAPS), "alexnet", "The network that the heads belong to."),
        "heads": file_option(
            "heads",
            'The authors\' linear heads (``alex.pth`` or ``vgg.pth``); ``"uniform"`` weights all maps alike.',
        ),
        **_OPTIONS,
    },
    needs_weights=True,
    origin=lambda recipe: provenance(_with_taps(recipe)),
)
def lpips(x: Planes, y: Planes, recipe: Recipe) -> Pool:
    r"""Learned perceptual image patch similarity, a distance; lower is better, 0 for identical images.

    .. math:: \sum_l \frac{1}{H_l W_l} \sum_{i} \sum_m w_{l,m} (\hat F^x_{l,m,i} - \hat F^y_{l,m,i})^2,
              \qquad \hat F_{l,m,i} = F_{l,m,i} \Big/ \sqrt{\textstyle\sum_m F_{l,m,i}^2}

    over the layers of a network, with learned weights :math:`w`.

    Notes
    -----
    The heads are published by the authors, and no part of this package: pass their file. They were learned on
    ImageNet weights and mean nothing with others. The maps are the sums over a layer's maps at its own resolution.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import lpips
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    >>> lpips(x, x, heads="uniform", weights="surrogate")
    0.0
    """
    found = network(_with_taps(recipe))
    from iqametrics.deep.learned import Perceptual

    return Perceptual.of(x, y, found, recipe)
