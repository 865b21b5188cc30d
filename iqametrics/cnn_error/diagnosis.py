"""What a metrifier says of an image."""

from collections.abc import Mapping
from dataclasses import dataclass

from iqametrics.pooling import WeightedMap


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with an image for the network, how much, and where.

    Attributes
    ----------
    quality : float
        f(I) in [0, 1]: 1 minus the expected error.
    kind : str
        The most probable kind of distortion; "none" is one.
    probabilities : dict of str to float
        Of every kind.
    map : WeightedMap
        Local quality and its weights, ``(h, w)``; pooled by the weights it is `quality`.
    """

    quality: float
    kind: str
    probabilities: Mapping[str, float]
    map: WeightedMap
