"""Compile ahead of the first call, when an image of a container is built, say."""

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from iqametrics import registry
from iqametrics.errors import DTypeError

if TYPE_CHECKING:
    from iqametrics.front import Metric

#: Data types that kernels read as they are; pixels of other types are brought to double precision first.
DTYPES = ("uint8", "uint16", "float32", "float64")
#: Options that say how pixels are stored: the images scored here are made to none of them.
_STORAGE = ("data_range", "bits", "layout", "backend")


def warmup(metrics: "Iterable[str | Metric] | None" = None, dtypes: Iterable[str] = DTYPES) -> dict[str, float]:
    """Compile what metrics need on the CPU, so that their first call doesn't have to.

    The compiled code stays on disk, beside the package or in the user's cache folder: other processes of this machine find
    it, until the package, Numba or the processor changes.

    Parameters
    ----------
    metrics : iterable of str or Metric, optional
        Names, or metrics with options bound; all that need no weights unless given. Another convention may need other code.
    dtypes : iterable of {"uint8", "uint16", "float32", "float64"}
        Types of the pixels to compile for; all of them unless given.

    Returns
    -------
    dict of str to float
        Seconds spent on each metric, by name: next to nothing where its code was there already.

    Raises
    ------
    UnknownMetricError
        No metric has this name.
    DTypeError
        No code is made for this type.

    Examples
    --------
    >>> from iqametrics.warmup import warmup
    >>> sorted(warmup(["mse", "psnr"], dtypes=["uint8"]))
    ['mse', 'psnr']
    """
    chosen = [
        registry.metric(each) if isinstance(each, str) else each
        for each in (registry.metrics() if metrics is None else metrics)
    ]
    dtypes = tuple(dtypes)
    for dtype in dtypes:
        if dtype not in DTYPES:
            raise DTypeError(f"nothing is compiled for {dtype!r}; use one of {', '.join(DTYPES)}")
    spent: dict[str, float] = {}
    for metric in chosen:
        start = perf_counter()
        for dtype in dtypes:
            _score_smallest(metric, dtype)
        spent[metric.name] = spent.get(metric.name, 0.0) + perf_counter() - start
    return spent


def _score_smallest(metric: "Metric", dtype: str) -> None:
    """Score images of the smallest size the metric takes."""
    options = {name: value for name, value in metric.bound.items() if name not in _STORAGE}
    generator = np.random.default_rng(0)
    shape = (metric.min_size, metric.min_size, 3)
    images = [generator.integers(0, 2, shape).astype(dtype) for _ in metric.images]
    registry.metric(metric.name)(*images, **options, data_range=1.0, backend="numba")
