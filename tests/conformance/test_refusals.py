"""What no metric takes is refused by every metric alike, with the right class and the remedy in the message."""

import itertools

import numpy as np
import pytest

import iqametrics
from iqametrics import errors
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, picture


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


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("role", ["reference", "distorted"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_not_finite(default, executor, value, role, dtype):
    images = dict(zip(("reference", "distorted"), (image / 255 for image in small_pair(default)), strict=True))
    images = {name: image.astype(dtype) for name, image in images.items()}
    images[role][3, 4] = value
    refused(default, *images.values(), errors.NonFiniteError, role, "NaN or infinity", data_range=1, backend=executor)
    assert issubclass(errors.NonFiniteError, ValueError)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_not_finite_tensors(default, executor, dtype, value):
    torch = pytest.importorskip("torch")
    reference, distorted = (torch.from_numpy(image / 255).to(getattr(torch, dtype)) for image in small_pair(default))
    distorted[3, 4] = value
    refused(default, reference, distorted, errors.NonFiniteError, "distorted", "NaN", data_range=1, backend=executor)


def test_one_bad_image_of_a_list(default):
    reference, distorted = (image / 255 for image in small_pair(default))
    spoilt = distorted.copy()
    spoilt[0, 0] = np.nan
    refused(default, [reference] * 2, [distorted, spoilt], errors.NonFiniteError, "distorted", data_range=1)


def test_different_shapes(default, executor):
    rows, columns = small_shape(default)
    for other in ((rows + 1, columns), (rows, columns - 1), (columns, rows)):
        refused(
            default,
            picture((rows, columns)),
            picture(other),
            errors.ShapeError,
            f"{rows}x{columns}",
            f"{other[0]}x{other[1]}",
            "crop",
            backend=executor,
        )


def test_grey_against_colour(default):
    shape = small_shape(default)
    for pair in itertools.permutations([picture(shape), colourful(shape)]):
        refused(default, *pair, errors.ShapeError, "1 channel", "3 channels", "RGB")


def test_different_counts(default):
    image = picture(small_shape(default))
    refused(default, [image] * 3, [image] * 2, errors.ShapeError, "3", "2")
    batch = np.stack([image] * 3)[..., None]
    refused(default, batch, batch[:2], errors.ShapeError, "3 images", "2 images")
    refused(default, image, [image], errors.ShapeError, "list")
    refused(default, [image], image, errors.ShapeError, "list")
    refused(default, [], [], errors.ShapeError, "empty")


def test_layouts_that_are_ambiguous(default):
    rows, columns = small_shape(default)
    batch = np.stack([picture((rows, columns))] * 5)
    refused(default, batch, batch, errors.ShapeError, "ambiguous", "layout=", "NHW")
    planar = colourful((rows, columns)).transpose(2, 0, 1)
    refused(default, planar, planar, errors.ShapeError, "ambiguous", "layout=", "CHW")


def test_alpha(default):
    rows, columns = small_shape(default)
    image = np.concatenate([colourful((rows, columns)), np.full((rows, columns, 1), 255, np.uint8)], axis=-1)
    refused(default, image, image, errors.ShapeError, "alpha", "[..., :3]")
    refused(default, image[None], image[None], errors.ShapeError, "alpha")


@pytest.mark.parametrize("dtype", ["bool", "complex64", "complex128", "datetime64[s]", "timedelta64[s]", "S4", "U4"])
def test_types_that_are_no_pixels(default, dtype):
    image = np.zeros(small_shape(default)).astype(dtype)
    refused(default, image, image, errors.DTypeError, "reference", "bool" if dtype == "bool" else "data type")


def test_types_that_are_no_arrays(default):
    image = picture(small_shape(default))
    for wrong in (None, 3, 2.5, {"image": image}, image.astype(object), object()):
        refused(default, wrong, image, errors.DTypeError, "reference", "array")
    masked = np.ma.masked_less(image, 100)
    refused(default, image, masked, errors.DTypeError, "distorted", "mask")
    refused(default, image.tolist(), image.tolist(), errors.DTypeError, "list")


def test_arrays_against_tensors(default):
    torch = pytest.importorskip("torch")
    image = picture(small_shape(default))
    for pair in itertools.permutations([image, torch.from_numpy(image)]):
        refused(default, *pair, errors.DTypeError, "tensor")
    refused(default, [image, torch.from_numpy(image)], [image, image], errors.DTypeError, "mixes")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("factor", "guess"), [(1 / 255, "data_range=1"), (1, "data_range=255"), (257, "data_range=65535")]
)
def test_floats_without_a_range(default, dtype, factor, guess):
    image = picture(small_shape(default)).astype(dtype) * factor
    refused(default, image, image, errors.RangeError, f"{image.min():.4g}", f"{image.max():.4g}", guess)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint32", "uint64"])
def test_integers_without_a_range_of_their_own(default, dtype):
    image = (picture(small_shape(default)) // 4).astype(dtype)
    refused(default, image, image, errors.RangeError, dtype, "bits=")


def test_integers_beyond_their_range(default):
    image = picture(small_shape(default)).astype(np.uint16) * 8
    refused(default, image, image, errors.RangeError, "beyond", f"{image.max()}", "1023", bits=10)
    refused(default, image.astype(np.int32) - 500, image.astype(np.int32), errors.RangeError, "-", data_range=65535)


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, True, "255", None, (0, 1)])
def test_impossible_ranges(default, value):
    image = picture(small_shape(default)) / 255
    refused(default, image, image, errors.RangeError, "data_range", data_range=value)


@pytest.mark.parametrize("value", [0, -3, 8.0, True, "8", 33])
def test_impossible_depths(default, value):
    image = picture(small_shape(default))
    refused(default, image, image, errors.RangeError, "bits", bits=value)


def test_range_and_depth_together(default):
    image = picture(small_shape(default))
    refused(default, image, image, errors.RangeError, "data_range", "bits", data_range=255, bits=8)


def test_two_types_with_different_ranges(default):
    image = picture(small_shape(default))
    for pair in itertools.permutations([image, image.astype(np.uint16) * 257]):
        refused(default, *pair, errors.RangeError, "uint8", "uint16", "convert")


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
def test_unknown_options(default, make, options, fragments):
    """Also where the option would not come into play, as a colour mode on a grey image."""
    image = make(small_shape(default))
    refused(default, image, image, errors.OptionError, *fragments, **options)


def test_binding_an_unknown_option(default):
    for name, value in {
        "window": 11,
        "convention": "best",
        "color": "grey",
        "backend": "fortran",
        "layout": "X",
    }.items():
        with pytest.raises(errors.OptionError, match=name):
            default.with_options(**{name: value})


def test_a_convention_error_names_the_conventions(default):
    image = picture(small_shape(default))
    refused(default, image, image, errors.OptionError, *default.conventions, convention="nonsense")


@pytest.mark.parametrize("levels", [0, 6, -1, 2.0, True, "2"])
def test_ms_ssim_levels(levels):
    image = picture((200, 200))
    refused(iqametrics.ms_ssim, image, image, errors.OptionError, "levels", "1 to 5", levels=levels)


def test_images_are_positional(default):
    image = picture(small_shape(default))
    with pytest.raises(TypeError, match="positional"):
        default(reference=image, distorted=image)
    with pytest.raises(TypeError):
        default(image)


def test_every_error_derives_from_one_and_from_a_built_in():
    for name, error in vars(errors).items():
        if isinstance(error, type) and error is not errors.IQAError:
            assert issubclass(error, errors.IQAError), name
            assert len(error.__bases__) == 2, name
