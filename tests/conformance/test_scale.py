"""A grey image means the same in every unit: only the score of a metric in data units may notice."""

import math

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.conformance.cases import in_unit, small_pair
from tests.conformance.pictures import flat

TOLERANCE = 1e-10


def images(metric):
    """Grey levels, with one flat pair: the guards against division by zero must scale too."""
    reference, distorted = small_pair(metric)
    return {
        "picture": (reference, distorted),
        "dark": (reference // 16, distorted // 16),
        "flat": (flat(reference.shape, 90), flat(reference.shape, 91)),
    }


@pytest.mark.parametrize("kind", ["picture", "dark", "flat"])
@pytest.mark.parametrize(
    ("convert", "options", "factor"),
    [
        (lambda image: image.astype(np.float64), {"data_range": 255}, 1),
        (lambda image: image / 255, {"data_range": 1}, 1 / 255),
        (lambda image: image.astype(np.uint16) * 257, {}, 257),
        (lambda image: image.astype(np.uint16) * 257, {"bits": 16}, 257),
        (lambda image: image.astype(np.int64) * 257, {"data_range": 65535}, 257),
        (lambda image: image.astype(np.float64) * 1e6, {"data_range": 255e6}, 1e6),
        (lambda image: image.astype(np.float64) * 1e-6, {"data_range": 255e-6}, 1e-6),
        (lambda image: image.astype(np.int16), {"bits": 8}, 1),
    ],
    ids=["float255", "float1", "uint16", "16bits", "int64", "float1e6", "float1e-6", "8bits"],
)
def test_units(default, executor, kind, convert, options, factor):
    reference, distorted = images(default)[kind]
    expected = default(reference, distorted, backend=executor)
    score = default(convert(reference), convert(distorted), backend=executor, **options)
    assert_close(score / in_unit(default, factor), expected, TOLERANCE)


def test_ten_bits(default, executor):
    """1023 is no multiple of 255: against floats of the same levels."""
    generator = np.random.default_rng(0)
    reference, distorted = (
        np.clip(image.astype(np.uint16) * 4 + generator.integers(0, 4, image.shape, np.uint16), 0, 1023)
        for image in small_pair(default)
    )
    score = default(reference, distorted, bits=10, backend=executor)
    assert_close(default(reference, distorted, data_range=1023, backend=executor), score, 0)
    unit_range = default(reference / 1023, distorted / 1023, data_range=1, backend=executor)
    assert_close(unit_range / in_unit(default, 1 / 1023), score, TOLERANCE)


def test_the_record_tells_whose_score_has_units(default, executor):
    reference, distorted = small_pair(default)
    ratio = default(reference * 2.0, distorted * 2.0, data_range=510, backend=executor) / default(
        reference, distorted, backend=executor
    )
    assert math.isclose(ratio, 1, rel_tol=1e-9) == (default.units != "data")
