"""What no metric takes is refused, with the right class and the remedy in the message."""

import itertools

import numpy as np
import pytest

import iqametrics
from iqametrics import errors
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, picture
from tests.noting import noting


def refused(metric, reference, distorted, error, *fragments, **options):
    """The score, the map and the prepared reference refuse alike."""
    calls = {
        "score": lambda: metric(reference, distorted, **options),
        "map": lambda: metric.map(reference, distorted, **options),
        "prepare": lambda: metric.prepare(reference, **options)(distorted),
    }
    for name, call in calls.items():
        with pytest.raises(error) as caught:
            call()
        for fragment in fragments:
            assert fragment in str(caught.value), f"{name}: {caught.value}"


def test_of_every_metric(default):
    """One of each kind; all of them are refused by the metrics below."""
    image, distorted = small_pair(default)
    unit = image / 255
    spoilt = unit.copy()
    spoilt[3, 4] = np.nan
    cases = [
        (unit, spoilt, errors.NonFiniteError, "NaN or infinity", {"data_range": 1}),
        ([unit] * 2, [unit, spoilt], errors.NonFiniteError, "distorted", {"data_range": 1}),
        (image, image[1:], errors.ShapeError, "crop", {}),
        (image, colourful(image.shape), errors.ShapeError, "3 channels", {}),
        ([image] * 3, [image] * 2, errors.ShapeError, "3", {}),
        (np.stack([image] * 5), np.stack([image] * 5), errors.ShapeError, "ambiguous", {}),
        (image > 9, image > 9, errors.DTypeError, "bool", {}),
        (None, image, errors.DTypeError, "array", {}),
        (unit, unit, errors.RangeError, "data_range=1", {}),
        (image.astype(np.int32), image.astype(np.int32), errors.RangeError, "bits=", {}),
        (image * np.uint16(8), image * np.uint16(8), errors.RangeError, "beyond", {"bits": 10}),
        (image, image.astype(np.uint16) * 257, errors.RangeError, "convert", {}),
        (image, distorted, errors.RangeError, "data_range", {"data_range": 0}),
        (image, distorted, errors.OptionError, "colour", {"colour": "gray"}),
        (image, distorted, errors.OptionError, "fortran", {"backend": "fortran"}),
        *((image, distorted, errors.OptionError, name, {"convention": "best"}) for name in default.conventions),
    ]
    for reference, other, error, fragment, options in cases:
        with noting(fragment, options):
            refused(default, reference, other, error, fragment, **options)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("role", ["reference", "distorted"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_not_finite(representative, executor, value, role, dtype):
    images = dict(zip(("reference", "distorted"), (image / 255 for image in small_pair(representative)), strict=True))
    images = {name: image.astype(dtype) for name, image in images.items()}
    images[role][3, 4] = value
    refused(
        representative, *images.values(), errors.NonFiniteError, role, "NaN or infinity", data_range=1, backend=executor
    )
    assert issubclass(errors.NonFiniteError, ValueError)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_not_finite_tensors(representative, executor, dtype, value):
    torch = pytest.importorskip("torch")
    reference, distorted = (
        torch.from_numpy(image / 255).to(getattr(torch, dtype)) for image in small_pair(representative)
    )
    distorted[3, 4] = value
    refused(
        representative, reference, distorted, errors.NonFiniteError, "distorted", "NaN", data_range=1, backend=executor
    )


def test_one_bad_image_of_a_list(representative):
    reference, distorted = (image / 255 for image in small_pair(representative))
    spoilt = distorted.copy()
    spoilt[0, 0] = np.nan
    refused(representative, [reference] * 2, [distorted, spoilt], errors.NonFiniteError, "distorted", data_range=1)


def test_different_shapes(representative, executor):
    rows, columns = small_shape(representative)
    for other in ((rows + 1, columns), (rows, columns - 1), (columns, rows)):
        refused(
            representative,
            picture((rows, columns)),
            picture(other),
            errors.ShapeError,
            f"{rows}x{columns}",
            f"{other[0]}x{other[1]}",
            "crop",
            backend=executor,
        )


def test_grey_against_colour(representative):
    shape = small_shape(representative)
    for pair in itertools.permutations([picture(shape), colourful(shape)]):
        refused(representative, *pair, errors.ShapeError, "1 channel", "3 channels", "RGB")


def test_different_counts(representative):
    image = picture(small_shape(representative))
    refused(representative, [image] * 3, [image] * 2, errors.ShapeError, "3", "2")
    batch = np.stack([image] * 3)[..., None]
    refused(representative, batch, batch[:2], errors.ShapeError, "3 images", "2 images")
    refused(representative, image, [image], errors.ShapeError, "list")
    refused(representative, [image], image, errors.ShapeError, "list")
    refused(representative, [], [], errors.ShapeError, "empty")


def test_layouts_that_are_ambiguous(representative):
    rows, columns = small_shape(representative)
    batch = np.stack([picture((rows, columns))] * 5)
    refused(representative, batch, batch, errors.ShapeError, "ambiguous", "layout=", "NHW")
    planar = colourful((rows, columns)).transpose(2, 0, 1)
    refused(representative, planar, planar, errors.ShapeError, "ambiguous", "layout=", "CHW")


def test_alpha(representative):
    rows, columns = small_shape(representative)
    image = np.concatenate([colourful((rows, columns)), np.full((rows, columns, 1), 255, np.uint8)], axis=-1)
    refused(representative, image, image, errors.ShapeError, "alpha", "[..., :3]")
    refused(representative, image[None], image[None], errors.ShapeError, "alpha")


@pytest.mark.parametrize("dtype", ["bool", "complex64", "complex128", "datetime64[s]", "timedelta64[s]", "S4", "U4"])
def test_types_that_are_no_pixels(representative, dtype):
    image = np.zeros(small_shape(representative)).astype(dtype)
    refused(representative, image, image, errors.DTypeError, "reference", "bool" if dtype == "bool" else "data type")


def test_types_that_are_no_arrays(representative):
    image = picture(small_shape(representative))
    for wrong in (None, 3, 2.5, {"image": image}, image.astype(object), object()):
        refused(representative, wrong, image, errors.DTypeError, "reference", "array")
    masked = np.ma.masked_less(image, 100)
    refused(representative, image, masked, errors.DTypeError, "distorted", "mask")
    refused(representative, image.tolist(), image.tolist(), errors.DTypeError, "list")


def test_arrays_against_tensors(representative):
    torch = pytest.importorskip("torch")
    image = picture(small_shape(representative))
    for pair in itertools.permutations([image, torch.from_numpy(image)]):
        refused(representative, *pair, errors.DTypeError, "tensor")
    refused(representative, [image, torch.from_numpy(image)], [image, image], errors.DTypeError, "mixes")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("factor", "guess"), [(1 / 255, "data_range=1"), (1, "data_range=255"), (257, "data_range=65535")]
)
def test_floats_without_a_range(representative, dtype, factor, guess):
    image = picture(small_shape(representative)).astype(dtype) * factor
    refused(representative, image, image, errors.RangeError, f"{image.min():.4g}", f"{image.max():.4g}", guess)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint32", "uint64"])
def test_integers_without_a_range_of_their_own(representative, dtype):
    image = (picture(small_shape(representative)) // 4).astype(dtype)
    refused(representative, image, image, errors.RangeError, dtype, "bits=")


def test_integers_beyond_their_range(representative):
    image = picture(small_shape(representative)).astype(np.uint16) * 8
    refused(representative, image, image, errors.RangeError, "beyond", f"{image.max()}", "1023", bits=10)
    refused(
        representative, image.astype(np.int32) - 500, image.astype(np.int32), errors.RangeError, "-", data_range=65535
    )


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, True, "255", None, (1, 0)])
def test_impossible_ranges(representative, value):
    image = picture(small_shape(representative)) / 255
    refused(representative, image, image, errors.RangeError, "data_range", data_range=value)


@pytest.mark.parametrize("value", [0, -3, 8.0, True, "8", 33])
def test_impossible_depths(representative, value):
    image = picture(small_shape(representative))
    refused(representative, image, image, errors.RangeError, "bits", bits=value)


def test_range_and_depth_together(representative):
    image = picture(small_shape(representative))
    refused(representative, image, image, errors.RangeError, "data_range", "bits", data_range=255, bits=8)


def test_two_types_with_different_ranges(representative):
    image = picture(small_shape(representative))
    for pair in itertools.permutations([image, image.astype(np.uint16) * 257]):
        refused(representative, *pair, errors.RangeError, "uint8", "uint16", "convert")


@pytest.mark.parametrize(
    ("options", "fragments"),
    [
        ({"color": "grey"}, ["grey", "gray", "luma", "ycbcr", "channels"]),
        ({"convention": "best"}, ["best"]),
        ({"backend": "fortran"}, ["fortran", "numpy", "torch"]),
        ({"layout": "WHC"}, ["WHC", "HWC"]),
        ({"colour": "gray"}, ["colour", "color"]),
        ({"window": 11}, ["window", "data_range"]),
    ],
)
@pytest.mark.parametrize("make", [picture, colourful])
def test_unknown_options(representative, make, options, fragments):
    """Also where the option would not come into play, as a colour mode on a grey image."""
    image = make(small_shape(representative))
    refused(representative, image, image, errors.OptionError, *fragments, **options)


def test_binding_an_unknown_option(representative):
    for name, value in {
        "window": 11,
        "convention": "best",
        "color": "grey",
        "backend": "fortran",
        "layout": "X",
    }.items():
        with pytest.raises(errors.OptionError, match=name):
            representative.with_options(**{name: value})


@pytest.mark.parametrize("levels", [0, 6, -1, 2.0, True, "2"])
def test_ms_ssim_levels(levels):
    image = picture((200, 200))
    refused(iqametrics.ms_ssim, image, image, errors.OptionError, "levels", "1 to 5", levels=levels)


def test_images_are_positional(representative):
    image = picture(small_shape(representative))
    with pytest.raises(TypeError, match="positional"):
        representative(reference=image, distorted=image)
    with pytest.raises(TypeError):
        representative(image)


def test_every_error_derives_from_one_and_from_a_built_in():
    for name, error in vars(errors).items():
        if isinstance(error, type) and error is not errors.IQAError and not issubclass(error, Warning):
            assert issubclass(error, errors.IQAError), name
            assert len(error.__bases__) == 2, name
