"""Distortions of the demonstration: five levels each, from hardly visible to plain, the same on every run."""

from collections.abc import Callable
from functools import partial

import numpy as np

from iqametrics.datasets import distortions

LEVELS = (1, 2, 3, 4, 5)
#: Its name here -> distortion, parameter, values of the five levels.
STRENGTHS = {
    "noise": ("gaussian_noise", "sd", (4 / 255, 8 / 255, 16 / 255, 32 / 255, 64 / 255)),
    "blur": ("gaussian_blur", "sigma", (0.6, 1.0, 1.8, 3.2, 6.0)),
    "jpeg": ("jpeg", "quality", (75, 40, 20, 10, 5)),
    "jpeg2000": ("jpeg2000", "ratio", (12, 25, 50, 100, 200)),
    "contrast": ("contrast", "factor", (0.9, 0.75, 0.6, 0.45, 0.3)),
}


def _distort(name: str, image: np.ndarray, level: int) -> np.ndarray:
    kind, parameter, values = STRENGTHS[name]
    return distortions.apply(kind, image, params={parameter: values[level - 1]})


#: Name -> function of a uint8 RGB image and a level.
DISTORTIONS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {name: partial(_distort, name) for name in STRENGTHS}
