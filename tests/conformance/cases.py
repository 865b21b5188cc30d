"""What the suite runs over: every metric in every convention, made cheap where an option allows, and every executor.

A metric or an executor that is added to the package is tested here without another word.
"""

import functools

import iqametrics
from iqametrics.errors import DependencyError
from tests.conformance.pictures import noisy, picture

#: Values that make a metric work on small images; an option that a metric lacks is left out.
CHEAP = {"levels": 2}
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
        for name in iqametrics.metrics()
        for convention in iqametrics.metric(name).conventions
    }


def defaults():
    """Every metric in its default convention."""
    return {name: cheap(name) for name in iqametrics.metrics()}


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
