"""Movements of the whole picture, which harm nothing but the comparison pixel by pixel."""

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.record import Parameter
from iqametrics.datasets.distortions.warp import affine

_SOURCE = "cubic splines; what comes in at the border is the image's mirror"


@register(
    title="Shift",
    family="geometry",
    parameters=(
        Parameter("distance", "px", "how far the picture moves", high=1000.0, null=0),
        Parameter("angle", "degrees", "direction: 0 to the right, 90 down", -360.0, 360.0, default=0.0),
    ),
    search=(0.0, 200.0),
    source=_SOURCE,
)
def shift(pixels: np.ndarray, distance: float, angle: float) -> np.ndarray:
    """Move the picture."""
    turn = np.deg2rad(angle)
    return affine(pixels, np.eye(2), (-distance * np.sin(turn), -distance * np.cos(turn)))


@register(
    title="Rotation",
    family="geometry",
    parameters=(Parameter("angle", "degrees", "counter-clockwise, about the centre", -180.0, 180.0, null=0),),
    search=(0.0, 45.0),
    source=_SOURCE,
)
def rotation(pixels: np.ndarray, angle: float) -> np.ndarray:
    """Turn the picture."""
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return affine(pixels, np.array([[cosine, sine], [-sine, cosine]]), (0.0, 0.0))


@register(
    title="Scale",
    family="geometry",
    parameters=(Parameter("factor", "", "magnification about the centre", low=0.05, high=20.0, null=1),),
    search=(1.0, 3.0),
    source=_SOURCE,
)
def scale(pixels: np.ndarray, factor: float) -> np.ndarray:
    """Magnify the picture, or make it smaller, in a frame of the same size."""
    return affine(pixels, np.eye(2) / factor, (0.0, 0.0))
