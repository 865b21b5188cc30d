"""What the suite runs over: every full-reference metric in every convention, made cheap where it can be, and every executor.

A metric or an executor that is added to the package is tested here without another word. Metrics that need the weights of a
network, and compute in its single precision, are held to the same promises in ``tests/deep/test_contract.py``.
"""

import functools
import math

import numpy as np

import iqametrics
from iqametrics.errors import DependencyError
from tests import naive
from tests.closeness import assert_close
from tests.conformance.pictures import noisy, picture

#: Values that make a metric work on small images; an option that a metric lacks is left out.
CHEAP = {"levels": 2}
#: One metric of each kind of stencil: pixels (and a score in the pixels' unit), local moments, bands.
REPRESENTATIVE = ("mse", "ssim", "vif")
#: Sides at least this long keep the statistics of a picture away from those of its border.
SIDE = 24


def cheap(name, **options):
    """A metric with its cheap options and others bound."""
    known = iqametrics.metric(name).options
    return iqametrics.metric(name, **{option: value for option, value in CHEAP.items() if option in known}, **options)


def conventions():
    """Every metric in every convention."""
    return {
        f"{name}-{convention}": cheap(name, convention=convention)
        for name in iqametrics.metrics(task="fr")
        for convention in iqametrics.metric(name).conventions
    }


def defaults():
    """Every metric in its default convention."""
    return {name: cheap(name) for name in iqametrics.metrics(task="fr")}


def representatives():
    """A metric of each kind, in its default convention."""
    return {name: cheap(name) for name in REPRESENTATIVE}


@functools.cache
def why_not(executor):
    """The reason why an executor can't run on this machine, or None."""
    try:
        iqametrics.mse(picture((4, 4)), picture((4, 4)), backend=executor)
    except DependencyError as error:
        return str(error)
    return None


def small_shape(metric):
    """An odd, lying shape near the smallest that the metric takes."""
    side = max(metric.min_size, SIDE)
    return side + 1, side + 6


def small_pair(metric, seed=0):
    """A picture and a noisy version of it, of the small shape."""
    reference = picture(small_shape(metric), seed)
    return reference, noisy(reference, seed=seed)


#: The errors have no rounding in them when the two images are the same.
EXACT = {"mse", "psnr", "mae", "rmse", "md", "ad", "nae", "sc", "nk", "lmse", "wsnr", "nqm"}
#: The guards of the authors' code take a little off the information of nearly flat windows.
INFORMATION = {"vif", "vifp"}
#: Where a covariance is singular, or nothing but contrast differs, IFC is the logarithm of what rounding leaves; so is
#: IW-PSNR of bands without an error. MAD holds blocks against thresholds, on either side of which rounding may leave them.
ILL_POSED = {"ifc", "iw_psnr", "mad"}


def assert_in_range(metric, score):
    low, high = metric.range
    assert low <= score <= high


def assert_identity(metric, score):
    """The score of identical images is the one that the record says, if it says one: it may depend on the image."""
    if metric.identity is None:
        assert_in_range(metric, score)
    elif metric.name in EXACT:
        assert score == metric.identity
    else:
        assert_close(score, metric.identity, 1e-9 if metric.name in INFORMATION else 1e-14)


#: Power of the pixels' unit in a score that has one.
UNITS = {"mse": 2, "mae": 1, "rmse": 1, "md": 1, "ad": 1}


def in_unit(metric, factor):
    """What the score is multiplied by where the pixels are multiplied by a factor."""
    return factor ** UNITS.get(metric.name, 0)


def _second_differences(image, metric):
    """Down the columns, where the Laplacian of the metric's convention takes them."""
    inner = np.diff(image.astype(float), 2, axis=0)
    if metric.recipe().border == "valid":
        return inner[:, 1:-1]
    return np.concatenate([2 * inner[:1] - inner[1:2], inner, 2 * inner[-1:] - inner[-2:-1]])


def is_unbounded(metric, reference, distorted):
    """Whether a quotient of two images has nothing to divide by, and is infinite."""
    if metric.name == "lmse":
        laplacian = _second_differences(reference, metric) + _second_differences(reference.T, metric).T
        return np.abs(laplacian).max() <= 1e-9 * max(1, np.abs(reference).max())
    if metric.name == "nqm":  # nothing is seen of the reference, or nothing of what is wrong
        return math.isinf(naive.nqm(reference.astype(float), distorted.astype(float)))
    divisor = {"nae": reference, "sc": distorted, "wsnr": reference}.get(metric.name)
    return divisor is not None and not divisor.any()
