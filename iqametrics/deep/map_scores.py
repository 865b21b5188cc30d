"""The scores of single feature maps."""

from operator import methodcaller
from typing import Any

from iqametrics.front import FullReference


def scores_of_maps(metric: FullReference, reference: Any, distorted: Any, **options: Any) -> dict[str, Any]:
    """Return the score of every feature map, by layer.

    Parameters
    ----------
    metric : FullReference
        One on feature maps, such as ``deep_ssim``.
    reference, distorted, **options
        What the metric takes.

    Returns
    -------
    dict of str to array or tensor
        Scores ``(maps,)``, with a leading axis for a batch or a list. What is infinite is left out of the metric's mean.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import deep_ssim
    >>> from iqametrics.deep import scores_of_maps
    >>> x = np.zeros((64, 64, 3), np.uint8)
    >>> {tap: q.shape for tap, q in scores_of_maps(deep_ssim, x, x, weights="surrogate", taps=["conv1", "conv2"]).items()}
    {'conv1': (64,), 'conv2': (192,)}
    """
    return metric.prepare(reference, **options).named(distorted, methodcaller("map_scores"))
