"""Two metrics of one image as a user's module has them: one of single planes, and one of red, green and blue together.

They are the text of modules, since what they register is to be forgotten after a test (``module_of_a_user``).
"""

import numpy as np

MIDDLE = '''
from iqametrics.front import Citation, Convention, MapGeometry, Option, no_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PointField


def nearness(value, middle, strength):
    return 1 - strength * ((value - middle) / 255) * ((value - middle) / 255)


@no_reference(
    title="Nearness to a grey",
    higher_is_better=True,
    range=(0.0, 1.0),
    identity=None,
    conventions={
        "plain": Convention("1 less the mean square of the distance", min_size=2, parameters={"strength": 1.0}),
        "half": Convention("1 less half of it", min_size=4, color="channels", parameters={"strength": 0.5}),
    },
    citation=Citation("A. Tester", "Near a grey", "Tests", 2026, "10.0/0"),
    geometry=lambda shape, recipe: MapGeometry(),
    options={"middle": Option(127.5, "float", "The grey.", low=0.0, high=255.0)},
    aliases=("greyness",),
)
def near_grey(x, recipe):
    """Nearness to a grey; higher is better."""
    return Mean(PointField(nearness, x, constants=(recipe.middle, recipe.strength)))
'''

COLOURS = '''
from iqametrics.front import Citation, Convention, MapGeometry, no_reference
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PointField


def of_colour(r, g, b):
    return ((r - g) * (r - g) + (g - b) * (g - b)) / 255


def of_grey(r, g, b):
    return r / 5


@no_reference(
    title="Squares of differences of colours",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=None,
    color="rgb",
    conventions={"plain": Convention("neighbouring colours; of grey images a fifth of the mean", min_size=2)},
    citation=Citation("A. Tester", "Colours", "Tests", 2026, "10.0/1"),
    geometry=lambda shape, recipe: MapGeometry(),
)
def colours(x, recipe):
    """Squares of differences of colours; lower is better."""
    return Mean(PointField(of_grey if x.from_grey else of_colour, *x.channels()))
'''


def near_grey(image, middle=127.5, strength=1.0):
    """The map of the first by its words; `image` is grey, 0 to 255."""
    return 1 - strength * ((np.asarray(image, float) - middle) / 255) ** 2


def colours(image):
    """The map of the second by its words; `image` is 0 to 255."""
    image = np.asarray(image, float)
    if image.ndim == 2:
        return image / 5
    return (np.diff(image, axis=-1) ** 2).sum(-1) / 255
