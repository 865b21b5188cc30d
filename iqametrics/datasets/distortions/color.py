"""Changes of colour that leave the light more or less alone."""

import numpy as np

from iqametrics.datasets.distortions.catalogue import register
from iqametrics.datasets.distortions.colorspaces import from_hsv, from_lab, to_hsv, to_lab
from iqametrics.datasets.distortions.filters import gaussian
from iqametrics.datasets.distortions.record import Parameter
from iqametrics.datasets.distortions.warp import affine
from iqametrics.stencils.color import GRAY, weighted


@register(
    title="Colour diffusion",
    family="color",
    parameters=(Parameter("amount", "", "factor of a and b of CIELAB, blurred with sigma 1.5 amount + 2", high=100.0),),
    search=(1.0, 100.0),
    color=True,
    source="as in KADID-10k's generator",
)
def color_diffusion(pixels: np.ndarray, amount: float) -> np.ndarray:
    """Let colour run, and strengthen it."""
    lab = to_lab(pixels)
    lab[..., 1:] = amount * gaussian(lab[..., 1:], 1.5 * amount + 2, truncate=2.0)
    return from_lab(lab, pixels)


@register(
    title="Colour shift",
    family="color",
    parameters=(Parameter("amount", "px", "how far green moves", high=500.0, null=0),),
    search=(0.0, 200.0),
    random=True,
    color=True,
    source="KADID-10k's: green moves down and to the right at a random angle, and shows where there are edges (gradient of "
    "grey, blurred with sigma 4, scaled to 0..1)",
)
def color_shift(pixels: np.ndarray, rng: np.random.Generator, amount: float) -> np.ndarray:
    """Move the green channel at edges."""
    from scipy.ndimage import prewitt

    angle = rng.uniform(0, np.pi / 2)
    shift = (-amount * np.sin(angle), -amount * np.cos(angle))
    grey = weighted([pixels[..., i] for i in range(3)], GRAY)
    edges = gaussian(np.hypot(prewitt(grey, 0), prewitt(grey, 1))[..., None], 4.0)
    span = np.ptp(edges)
    share = (edges - edges.min()) / span if span else edges
    green = pixels[..., 1:2]
    moved = affine(green, np.eye(2), shift, order=1)
    return np.dstack([pixels[..., :1], share * moved + (1 - share) * green, pixels[..., 2:]])


@register(
    title="Chromatic aberration",
    family="color",
    parameters=(
        Parameter("shift", "px", "how far red moves outwards and blue inwards in the corners", high=500.0, null=0),
    ),
    search=(0.0, 200.0),
    color=True,
    min_side=2,
    aliases=("chromatic_aberrations",),
    source="lateral: red is magnified, blue made smaller about the centre; a choice of this package for TID2013's type 23",
)
def chromatic_aberration(pixels: np.ndarray, shift: float) -> np.ndarray:
    """Magnify the colours differently."""
    height, width = pixels.shape[:2]
    share = shift / (np.hypot(height - 1, width - 1) / 2)
    red = affine(pixels[..., :1], np.eye(2) / (1 + share), (0.0, 0.0))
    blue = affine(pixels[..., 2:], np.eye(2) * (1 + share), (0.0, 0.0))
    return np.dstack([red, pixels[..., 1:2], blue])


@register(
    title="Saturation (HSV)",
    family="color",
    parameters=(
        Parameter("factor", "", "factor of S of HSV; below 0 hues turn into their opposites", -1.0, 1000.0, null=1),
        Parameter("offset", "", "what is added to S", -1.0, 1.0, default=0.0),
    ),
    search=(1.0, -1.0),
    color=True,
    alternates=("imagenet-c",),
    aliases=("saturation_change", "saturate"),
    source="S is clipped at 1",
)
def saturation_hsv(pixels: np.ndarray, factor: float, offset: float) -> np.ndarray:
    """Scale saturation."""
    hsv = to_hsv(pixels)
    hsv[..., 1] = np.minimum(factor * hsv[..., 1] + offset, 1)
    return from_hsv(hsv, pixels)


@register(
    title="Saturation (CIELAB)",
    family="color",
    parameters=(Parameter("factor", "", "factor of a and b of CIELAB", high=100.0, null=1),),
    search=(1.0, 100.0),
    color=True,
    source="KADID-10k's level 1 leaves the image as it is",
)
def saturation_lab(pixels: np.ndarray, factor: float) -> np.ndarray:
    """Scale colour, the light kept."""
    lab = to_lab(pixels)
    lab[..., 1:] *= factor
    return from_lab(lab, pixels)
