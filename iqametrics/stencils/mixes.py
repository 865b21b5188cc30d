"""Planes mixed of the three channels of an image: brightness and the chroma that metrics look at."""

from iqametrics.formulas.color import mixture
from iqametrics.planes import Planes
from iqametrics.stencils.pixels import pointwise

Weights = tuple[float, float, float]
#: Brightness and two of chroma, as FSIM and HaarPSI weigh red, green and blue.
YIQ: tuple[Weights, Weights, Weights] = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))
#: The same in four digits, as piq has it.
YIQ_4_DIGITS: tuple[Weights, Weights, Weights] = (
    (0.299, 0.587, 0.114),
    (0.5959, -0.2746, -0.3213),
    (0.2115, -0.5227, 0.3112),
)
#: The Gaussian colour model of VSI, which others take their chroma from.
LMN: tuple[Weights, Weights, Weights] = ((0.06, 0.63, 0.27), (0.30, 0.04, -0.35), (0.34, -0.60, 0.17))


def mix(channels: tuple[Planes, Planes, Planes], weights: Weights) -> Planes:
    """A weighted sum of red, green and blue, a plane per image.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.planes import Planes
    >>> image = Planes(np.array([255.0, 0, 0, 255, 0, 0]).reshape(3, 1, 2), "numpy", per_image=3)
    >>> mix(image.channels(), YIQ[0]).values.round(3).tolist()
    [[[76.245, 149.685]]]
    """
    made: Planes = channels[0].derive(("mix", weights), lambda: pointwise(mixture, *channels, constants=weights)[0])
    return made
