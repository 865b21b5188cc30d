"""Quality for a classifier, learned from its errors."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iqametrics.errors import OptionError
from iqametrics.file_content import UntilChanged
from iqametrics.front import IMAGE_MODES, Citation, Convention, MapGeometry, Option, Planes, Recipe, no_reference
from iqametrics.pooling import Pool
from iqametrics.weights import sha256_of

if TYPE_CHECKING:
    from iqametrics.cnn_error import Metrifier


def _check_weights(value: Any) -> None:
    if value is not None and not isinstance(value, str | os.PathLike):
        raise OptionError(f"weights={value!r} must be the path of a file that Metrifier.save wrote")


def _path(weights: Any) -> Path:
    if weights is None:
        raise OptionError("metrifier: weights=None must be the path of a file that Metrifier.save wrote")
    return Path(weights).absolute()


def _load(path: Path) -> "Metrifier":
    from iqametrics.cnn_error import Metrifier

    return Metrifier.load(path)


#: Metrifiers, 4 kept in memory.
_loaded = UntilChanged(_load, kept=4)


def _geometry(shape: tuple[int, int], recipe: Recipe) -> MapGeometry:
    from iqametrics.cnn_error import Metrifier

    return Metrifier.map_geometry()


def _origin(recipe: Recipe) -> dict[str, Any]:
    return {"weights_sha256": sha256_of(_path(recipe.weights))}


@no_reference(
    title="Quality for a classifier, learned from its errors",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=None,
    color="rgb",
    modes=IMAGE_MODES,
    conventions={
        "iqametrics": Convention(
            "1 less the error that a convolutional network expects: the mean over places 8 pixels apart, weighted as it has "
            "learned"
        )
    },
    citation=Citation(
        authors="S. Bosse, D. Maniry, K.-R. M\u00fcller, T. Wiegand, and W. Samek",
        title="Deep neural networks for no-reference and full-reference image quality assessment",
        venue="IEEE Trans. Image Processing 27(1)",
        year=2018,
        doi="10.1109/TIP.2017.2760518",
    ),
    geometry=_geometry,
    options={
        "weights": Option(None, "path", "The file that ``Metrifier.save`` wrote; it has to be given.", _check_weights),
    },
    needs_weights=True,
    origin=_origin,
)
def metrifier(x: Planes, recipe: Recipe) -> Pool:
    """How good an image is for a classifier: 1 minus the error that is expected of it; higher is better, from 0 to 1.

    Notes
    -----
    The task, a bounded number per image that foretells a classifier's error and names the flaw, is that of the proposal in
    the repository cheraaqee/iqa_for_cnn (2022); the pooling of the network is that of Bosse et al. (2018). The weights are a
    file that :meth:`iqametrics.cnn_error.Metrifier.save` wrote.

    Examples
    --------
    >>> import iqametrics
    >>> iqametrics.metric("metrifier").range
    (0.0, 1.0)
    """
    return _loaded(_path(recipe.weights)).judge(x)
