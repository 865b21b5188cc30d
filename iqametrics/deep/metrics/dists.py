"""Deep image structure and texture similarity."""

from functools import partial
from typing import NoReturn

from iqametrics.deep.metrics.lpips import TAPS
from iqametrics.deep.metrics.of_pixels import MIN_SIZE
from iqametrics.deep.options import file_option, network, network_options, provenance
from iqametrics.errors import OptionError
from iqametrics.front import IMAGE_MODES, Citation, Convention, Planes, Recipe, full_reference
from iqametrics.pooling import Pool

_NETWORK = {"backbone": "vgg16", "taps": TAPS["vgg16"]}


def _no_map(shape: tuple[int, int], recipe: Recipe) -> NoReturn:
    raise OptionError(
        "dists compares statistics of whole maps and has no map of its own; take deepsim or lpips for one"
    )


@full_reference(
    title="Deep image structure and texture similarity",
    higher_is_better=False,
    range=(-1.0, 2.0),
    identity=0.0,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "ding2020": Convention(
            "the image and five layers of VGG-16 with pooling by the root of the mean square; means, variances and "
            "covariance of whole maps; the shorter side brought to 256 pixels where it is longer",
            min_size=MIN_SIZE,
            parameters={**_NETWORK, "resize": 256},
        ),
        "full-size": Convention(
            "the same at the image's own size", min_size=MIN_SIZE, parameters={**_NETWORK, "resize": None}
        ),
    },
    citation=Citation(
        "K. Ding, K. Ma, S. Wang and E. P. Simoncelli",
        "Image quality assessment: Unifying structure and texture similarity",
        "IEEE Transactions on Pattern Analysis and Machine Intelligence 44(5)",
        2022,
        "10.1109/TPAMI.2020.3045810",
    ),
    geometry=_no_map,
    options={
        "heads": file_option(
            "heads", 'The authors\' weights ``alpha`` and ``beta``; ``"uniform"`` weights all maps alike.'
        ),
        **network_options(None, None),
    },
    needs_weights=True,
    origin=partial(provenance, pooling="l2"),
)
def dists(x: Planes, y: Planes, recipe: Recipe) -> Pool:
    r"""Deep image structure and texture similarity, a distance; lower is better, 0 for identical images.

    .. math:: 1 - \frac{\sum_{l,m} \alpha_{l,m} \, l(F^x_{l,m}, F^y_{l,m}) + \beta_{l,m} \, s(F^x_{l,m}, F^y_{l,m})}
                       {\sum_{l,m} \alpha_{l,m} + \beta_{l,m}}

    where :math:`l` compares the means of two maps as SSIM compares luminance, and :math:`s` their covariance with their
    variances.

    Notes
    -----
    The weights are published by the authors, and no part of this package: pass their file. The statistics are those of whole
    maps, so that there is no quality map.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import dists
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    >>> abs(round(dists(x, x, heads="uniform", weights="surrogate"), 6))
    0.0
    """
    found = network(recipe, pooling="l2")
    from iqametrics.deep.learned import Statistics

    return Statistics.of(x, y, found, recipe)
