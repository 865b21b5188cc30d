"""Quality for a classifier, learned from its errors."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from iqametrics.errors import OptionError
from iqametrics.no_reference import no_reference
from iqametrics.record import Citation, Option
from iqametrics.weights import Stamp, sha256_of, stamp

if TYPE_CHECKING:
    from iqametrics.cnn_error import Metrifier

#: Metrifiers kept in memory.
_KEPT = 4
#: Held while one is looked for, so that threads that want the same one get the same.
_reading = Lock()


def _check_weights(value: Any) -> None:
    if not isinstance(value, str | os.PathLike):
        raise OptionError(f"metrifier: weights={value!r} must be the path of a file that Metrifier.save wrote")


def _local(image: Any, *, weights: Any, **options: Any) -> Any:
    return _loaded(weights).map(image, **options)


def _loaded(weights: Any) -> "Metrifier":
    """The metrifier in a file, read again when the file has changed."""
    path = Path(weights).absolute()
    with _reading:
        return _read(path, stamp(path))


@lru_cache(maxsize=_KEPT)
def _read(path: Path, stamp: Stamp | None) -> "Metrifier":
    from iqametrics.cnn_error import Metrifier

    return Metrifier.load(path)


def _origin(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"weights_sha256": sha256_of(Path(options["weights"]).absolute())}


@no_reference(
    title="Quality for a classifier, learned from its errors",
    higher_is_better=True,
    range=(0.0, 1.0),
    local=_local,
    needs_weights=True,
    origin=_origin,
    options={
        "weights": Option(None, "path", "The file that ``Metrifier.save`` wrote; it has to be given.", _check_weights),
    },
    citation=Citation(
        authors="S. Bosse, D. Maniry, K.-R. M\u00fcller, T. Wiegand, and W. Samek",
        title="Deep neural networks for no-reference and full-reference image quality assessment",
        venue="IEEE Trans. Image Processing 27(1)",
        year=2018,
        doi="10.1109/TIP.2017.2760518",
    ),
)
def metrifier(image: Any, *, weights: Any, **options: Any) -> Any:
    """How good an image is for a classifier: 1 minus the error that is expected of it; higher is better, from 0 to 1.

    Parameters
    ----------
    image : array, tensor, path, or a list of them
        Images as the other metrics take them, of any size.
    data_range, bits, layout : optional
        As of the other metrics.
    weights : path
        The file that :meth:`iqametrics.cnn_error.Metrifier.save` wrote.

    Returns
    -------
    float or ndarray (N,)
        A float for one image.

    Raises
    ------
    WeightsError
        The file is missing, damaged or none of a metrifier.

    Notes
    -----
    The task, a bounded number per image that foretells a classifier's error and names the flaw, is that of the proposal in
    the repository cheraaqee/iqa_for_cnn (2022); the pooling of the network is that of Bosse et al. (2018).

    Examples
    --------
    >>> import iqametrics
    >>> iqametrics.metric("metrifier").range
    (0.0, 1.0)
    """
    return _loaded(weights).predict(image, **options)
