"""Light and contrast."""

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.colorspaces import from_hsv, from_lab, to_hsv, to_lab
from iqametrics.datasets.distortions.record import Parameter


def _lifted(values: np.ndarray, amount: float) -> np.ndarray:
    """Values after the parabola through (0, 0), (1/2, 1/2 + amount/2) and (1, 1), clipped."""
    return np.clip(values + 2 * amount * values * (1 - values), 0, 1)


@register(
    title="Brighten",
    family="tone",
    parameters=(Parameter("amount", "data range", "twice how far mid-grey rises", high=10.0, null=0),),
    search=(0.0, 10.0),
    source="KADID-10k's tone curve: two parts on RGB, one part on L of CIELAB where there is colour",
)
def brighten(pixels: np.ndarray, amount: float) -> np.ndarray:
    """Raise the middle of the tone curve."""
    curved = _lifted(pixels, amount)
    if pixels.shape[-1] == 1:
        return curved
    lab = to_lab(pixels)
    lab[..., 0] = 100 * _lifted(lab[..., 0] / 100, amount)
    return (2 * curved + from_lab(lab, pixels)) / 3


@register(
    title="Darken",
    family="tone",
    parameters=(Parameter("amount", "data range", "twice how far mid-grey falls", high=10.0, null=0),),
    search=(0.0, 10.0),
    source="KADID-10k's tone curve",
)
def darken(pixels: np.ndarray, amount: float) -> np.ndarray:
    """Lower the middle of the tone curve."""
    return _lifted(pixels, -amount)


@register(
    title="Brightness",
    family="tone",
    parameters=(Parameter("amount", "data range", "what is added to V of HSV", low=-1.0, high=1.0, null=0),),
    search=(0.0, 1.0),
    source="as in ImageNet-C",
)
def brightness(pixels: np.ndarray, amount: float) -> np.ndarray:
    """Add light, the hue kept."""
    hsv = to_hsv(pixels)
    hsv[..., 2] = np.clip(hsv[..., 2] + amount, 0, 1)
    return from_hsv(hsv, pixels)


@register(
    title="Mean shift",
    family="tone",
    parameters=(Parameter("offset", "data range", "what is added to every sample", low=-1.0, high=1.0, null=0),),
    search=(0.0, 1.0),
    alternates=("kadid",),
    source="KADID-10k's level 3 leaves the image as it is",
)
def mean_shift(pixels: np.ndarray, offset: float) -> np.ndarray:
    """Add a constant."""
    return pixels + offset


@register(
    title="Contrast",
    family="tone",
    parameters=(Parameter("factor", "", "contrast that is left; above 1 it grows", high=1000.0, null=1),),
    search=(1.0, 0.0),
    source="about the mean of every channel, as in ImageNet-C",
)
def contrast(pixels: np.ndarray, factor: float) -> np.ndarray:
    """Scale differences from the mean."""
    mean = pixels.mean((0, 1))
    return mean + factor * (pixels - mean)


@register(
    title="Contrast change",
    family="tone",
    parameters=(
        Parameter(
            "amount", "", "steepness of the tone curve: above -0.2 more contrast, below less", -1.0, 1.0, null=-0.2
        ),
    ),
    search=(-0.2, -1.0),
    alternates=("kadid",),
    source="KADID-10k's tone curve: a spline through (0, 0), (0.3, 1/4 - a/4), (0.5, 0.5), (0.7, 3/4 + a/4) and (1, 1)",
)
def contrast_change(pixels: np.ndarray, amount: float) -> np.ndarray:
    """Bend the tone curve to an S, or the other way."""
    from scipy.interpolate import CubicSpline

    curve = CubicSpline((0, 0.3, 0.5, 0.7, 1), (0, 0.25 - amount / 4, 0.5, 0.75 + amount / 4, 1), bc_type="not-a-knot")
    return curve(pixels)
