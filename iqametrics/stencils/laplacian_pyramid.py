"""Laplacian pyramids: what every scale of an image has more than the next one, enlarged.

Two kinds are known by what lies beyond the border: ``"symmetric"`` repeats the edge (the normalised Laplacian pyramid of
Laparra et al.), ``"reflect"`` does not (``buildLpyr`` of matlabPyrTools).
"""

from functools import partial
from typing import Any

from iqametrics.formulas.error import difference
from iqametrics.planes import Planes
from iqametrics.stencils.moments import Window
from iqametrics.stencils.pixels import pointwise
from iqametrics.stencils.resampling import decimate


def pyramid(planes: Planes, window: Window, levels: int, border: str, gain: float) -> list[Planes]:
    """The bands, the finest first, and the smallest version itself.

    Parameters
    ----------
    planes : Planes
        The image.
    window : Window
        Low-pass filter of both directions, of five taps.
    levels : int
        Number of bands, the smallest version included.
    border : str
        What lies beyond the border.
    gain : float
        What an enlarged version, of which three samples in four are new, is multiplied by.
    """
    found = []
    for _ in range(levels - 1):
        smaller = decimate(planes, window, 2, border)
        larger = _enlarged(smaller, window, planes.size, border, gain)
        found.append(planes.derive(("band", window, border), partial(_beyond, planes, larger)))
        planes = smaller
    return [*found, planes]


def _beyond(planes: Planes, larger: Planes) -> Planes:
    """What planes have more than others."""
    (band,) = pointwise(difference, planes, larger)
    return band


def _enlarged(planes: Planes, window: Window, size: tuple[int, int], border: str, gain: float) -> Planes:
    """Planes of twice the size: samples with zeros between them, filtered."""

    def compute() -> Any:
        ops, x = planes.ops, planes.values * gain
        if border == "symmetric":
            x = ops.pad(x, (1, 1), (1, 1), border)
            spread = ops.correlate(_spread(ops, x), window.taps, "valid")
            return spread[..., : size[0], : size[1]]
        return ops.correlate(_spread(ops, x)[..., : size[0], : size[1]], window.taps, border)

    return planes.derive_planes(("enlarged", window, size, border), compute)


def _spread(ops: Any, x: Any) -> Any:
    """Every sample with a zero after it, along both axes."""
    *count, height, width = x.shape
    x = ops.stack([x, 0 * x], -1).reshape(*count, height, 2 * width)
    return ops.stack([x, 0 * x], -2).reshape(*count, 2 * height, 2 * width)
