"""How harm looks: pale greys below, yellow to dark red above."""

import numpy as np

from iqametrics import color_modes, inputs
from iqametrics.report.local_quality import LocalQuality

#: From unharmed to worst: nothing, then yellow, orange, red, dark red; red, green, blue, opacity.
COLOURS = (
    (1.0, 0.95, 0.5, 0.0),
    (1.0, 0.85, 0.1, 0.6),
    (1.0, 0.5, 0.0, 0.85),
    (0.9, 0.1, 0.0, 0.95),
    (0.55, 0.0, 0.1, 1.0),
)
#: Grey levels of black and white in the image below: pale, so that the colours stand out.
BLACK, WHITE = 0.35, 0.97
#: Places of a smaller weight have no say in the scale: a flat region may be all wrong and count nothing.
_FAINT = 0.1
#: The scale ends where this share of the pixels is less bad; a few extremes must not make the rest look good.
_SHOWN = 99.5
#: The scale of a quality spans this much at least, so that rounding noise is not painted red. Errors are exact.
_SMALLEST_SPAN = 1e-3


def harm_span(quality: LocalQuality) -> float:
    """Harm at the end of the scale."""
    counted = quality.harm[quality.weights >= _FAINT]
    span = float(np.percentile(counted, _SHOWN) or counted.max()) if counted.size else 0.0
    return (span or 1.0) if quality.is_error else max(span, _SMALLEST_SPAN)


def pale_grey(image: np.ndarray) -> np.ndarray:
    """The image in greys, black and white toned down; its largest value is white, whatever its data range."""
    stack = inputs.read(image, None, "distorted").stacks[0]
    plane = np.asarray(color_modes.planes(stack, "luma", 1.0, rounded=False)[0, 0], dtype=np.float64)
    low, high = min(plane.min(), 0.0), plane.max()
    return BLACK + (WHITE - BLACK) * (plane - low) / max(high - low, np.finfo(float).tiny)


def harm_over(grey: np.ndarray, harm: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Lay harm over a grey image of the same size.

    Parameters
    ----------
    grey : ndarray (H, W)
        From :func:`pale_grey`.
    harm : ndarray (H, W)
        As a share of :func:`harm_span`.
    weights : ndarray (H, W)
        What every place counts, 0 to 1.

    Returns
    -------
    ndarray of uint8 (H, W, 3)
    """
    place = np.clip(harm, 0, 1) * (len(COLOURS) - 1)
    steps = np.arange(len(COLOURS))
    *colour, opacity = (np.interp(place, steps, channel) for channel in zip(*COLOURS, strict=True))
    opacity = opacity * weights
    mixed = [grey * (1 - opacity) + channel * opacity for channel in colour]
    return np.rint(255 * np.stack(mixed, axis=-1)).astype(np.uint8)
