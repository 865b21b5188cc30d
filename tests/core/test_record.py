"""A new metric is a record, a docstring and an equation: everything else comes from what metrics share."""

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import OptionError
from iqametrics.formulas.error import squared_error
from iqametrics.front import Citation, Convention, FullReference, Option, Sees
from iqametrics.geometry import MapGeometry
from iqametrics.pooling import Mean
from iqametrics.stencils.pixels import PixelField


def check_power(power):
    if power not in (1, 2):
        raise OptionError(f"power={power!r} must be 1 or 2")


def compute(x, y, recipe):
    """Mean of something; lower is better, 0 for identical images.

    .. math:: x - y

    Notes
    -----
    A note.

    Examples
    --------
    >>> 1 + 1
    2
    """
    compute.recipe = recipe
    return Mean(PixelField(x, y, squared_error))


METRIC = FullReference(
    name="something",
    title="Something",
    higher_is_better=False,
    range=(0.0, float("inf")),
    identity=0.0,
    sees=Sees("gray"),
    conventions={
        "first": Convention("the first way", min_size=3, parameters={"factor": 2}),
        "second": Convention("the second way", min_size=5, color="luma", parameters={"factor": 3}),
    },
    citation=Citation("A. Author", "A title", "A journal 1(1)", 2001, "10.1000/1"),
    compute=compute,
    geometry=lambda shape, recipe: MapGeometry().downsample(recipe.factor),
    options={"power": Option(1, "int", "The power.", check_power)},
)
IMAGE = np.arange(60, dtype=np.uint8).reshape(6, 10)


def test_the_recipe_holds_what_the_convention_and_the_options_say():
    METRIC(IMAGE, IMAGE)
    recipe = compute.recipe
    assert (recipe.convention, recipe.factor, recipe.power, recipe.color) == ("first", 2, 1, "gray")
    METRIC(IMAGE, IMAGE, convention="second", power=2, bits=8)
    recipe = compute.recipe
    assert (recipe.convention, recipe.factor, recipe.power, recipe.color) == ("second", 3, 2, "luma")
    METRIC(IMAGE, IMAGE, convention="second", color="channels")
    assert compute.recipe.color == "channels"


def test_values_of_options_are_checked():
    for call in (
        lambda: METRIC(IMAGE, IMAGE, power=3),
        lambda: METRIC.prepare(IMAGE, power=3),
        lambda: METRIC.map(IMAGE, IMAGE, power=3),
        lambda: METRIC.with_options(power=3),
        lambda: METRIC.map_geometry((6, 10), power=3),
    ):
        with pytest.raises(OptionError, match="power=3 must be 1 or 2"):
            call()


def test_min_size_and_geometry_follow_the_convention():
    assert METRIC.min_size == 3
    assert METRIC.with_options(convention="second").min_size == 5
    assert METRIC.map_geometry((6, 10)) == MapGeometry((0.5, 0.5), (2, 2))
    assert METRIC.map_geometry((6, 10), convention="second") == MapGeometry((0, 0), (3, 3))


def test_documentation_is_complete_numpydoc():
    validate = pytest.importorskip("numpydoc.docscrape")
    parsed = validate.NumpyDocString(METRIC.__doc__)
    assert parsed["Summary"] == ["Mean of something; lower is better, 0 for identical images."]
    named = [parameter.name for parameter in parsed["Parameters"]]
    assert named == ["reference, distorted", "data_range", "bits", "layout", "color", "convention", "backend", "power"]
    assert [error.type for error in parsed["Raises"]] == ["ShapeError", "RangeError", "NonFiniteError"]
    assert "A note." in "\n".join(parsed["Notes"])
    assert "https://doi.org/10.1000/1" in str(parsed["References"])
    assert "1 + 1" in "\n".join(parsed["Examples"])
    text = METRIC.__doc__
    for said in (
        "the first way",
        "the second way",
        "From 0 to inf, 0 for identical images; lower is better",
        "below 3",
    ):
        assert said in text


def test_documentation_names_every_executor():
    from iqametrics.kernels import EXECUTORS

    line = next(line for line in METRIC.__doc__.splitlines() if line.startswith("backend :"))
    names = ", ".join(f'"{name}"' for name in EXECUTORS)
    assert line == f"backend : {{{names}}}, optional"


def test_citation():
    assert str(METRIC.citation) == 'A. Author, "A title," A journal 1(1), 2001. https://doi.org/10.1000/1'


def test_geometry_steps():
    image = MapGeometry()
    assert image == MapGeometry((0.0, 0.0), (1.0, 1.0))
    assert image.window(11) == MapGeometry((5, 5), (1, 1))
    assert image.downsample(2) == MapGeometry((0.5, 0.5), (2, 2))
    assert image.downsample(3) == MapGeometry((0, 0), (3, 3))
    assert image.downsample(4) == MapGeometry((0.5, 0.5), (4, 4))
    assert image.downsample(2).downsample(2) == MapGeometry((1.5, 1.5), (4, 4))
    assert image.downsample(2).window(11) == MapGeometry((10.5, 10.5), (2, 2))
    assert image.every(3, 1) == MapGeometry((1, 1), (3, 3))
    assert image.every(2).moved(1, -2) == MapGeometry((2, -4), (2, 2))


def test_recipe_is_what_decides_the_number():
    recipe = METRIC.recipe(color="luma")
    assert recipe.convention == next(iter(METRIC.conventions))
    assert recipe.color == "luma"
    assert METRIC.with_options(color="luma").recipe() == recipe
    assert METRIC.recipe() != recipe
    with pytest.raises(OptionError, match="no option"):
        METRIC.recipe(colour="luma")


def test_provenance_is_all_that_decides_the_number():
    assert METRIC.with_options(bits=10, power=2).provenance(color="luma", backend="numpy") == {
        "iqametrics": iqametrics.__version__,
        "metric": "something",
        "convention": "first",
        "color": "luma",
        "power": 2,
        "data_range": None,
        "bits": 10,
        "backend": "numpy",
    }
    assert METRIC.with_options(bits=10).provenance(data_range=1.0)["bits"] is None
