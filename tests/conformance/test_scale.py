"""A grey image means the same in every unit: only the score of a metric in data units may notice."""

import math

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.conformance.cases import in_unit, small_pair
from tests.conformance.pictures import flat, noisy
from tests.noting import noting

TOLERANCE = 1e-10


def images(metric):
    """Grey levels, with one flat pair: the guards against division by zero must scale too."""
    reference, distorted = small_pair(metric)
    return {
        "picture": (reference, distorted),
        "dark": (reference // 16, distorted // 16),
        "flat": (flat(reference.shape, 90), flat(reference.shape, 91)),
    }


#: Name -> the image in another unit, what the call says of it, how many of the unit are a grey level.
UNITS = {
    "float255": (lambda image: image.astype(np.float64), {"data_range": 255}, 1),
    "float1": (lambda image: image / 255, {"data_range": 1}, 1 / 255),
    "uint16": (lambda image: image.astype(np.uint16) * 257, {}, 257),
    "16bits": (lambda image: image.astype(np.uint16) * 257, {"bits": 16}, 257),
    "int64": (lambda image: image.astype(np.int64) * 257, {"data_range": 65535}, 257),
    "float1e6": (lambda image: image.astype(np.float64) * 1e6, {"data_range": 255e6}, 1e6),
    "float1e-6": (lambda image: image.astype(np.float64) * 1e-6, {"data_range": 255e-6}, 1e-6),
    "8bits": (lambda image: image.astype(np.int16), {"bits": 8}, 1),
}


def check_unit(metric, executor, reference, distorted, unit):
    convert, options, factor = UNITS[unit]
    expected = metric(reference, distorted, backend=executor)
    score = metric(convert(reference), convert(distorted), backend=executor, **options)
    assert_close(score / in_unit(metric, factor), expected, TOLERANCE)


@pytest.mark.parametrize("unit", UNITS)
def test_units(representative, executors, unit):
    for kind, pair in images(representative).items():
        for executor in executors:
            with noting(kind, executor):
                check_unit(representative, executor, *pair, unit)


def test_of_every_metric(default, executors):
    """Its guards scale with the unit, and the record tells whether its score does."""
    for kind, pair in images(default).items():
        for executor in executors:
            with noting(kind, executor):
                for unit in ("float1", "float1e6", "uint16"):
                    check_unit(default, executor, *pair, unit)
    reference, _ = small_pair(default)
    distorted = noisy(reference, 60)  # that every metric notices
    ratio = default(reference * 2.0, distorted * 2.0, data_range=510) / default(reference, distorted)
    assert math.isclose(ratio, 1, rel_tol=1e-9) == default.sees.scaled


def test_ten_bits(representative, executor):
    """1023 is no multiple of 255: against floats of the same levels."""
    generator = np.random.default_rng(0)
    reference, distorted = (
        np.clip(image.astype(np.uint16) * 4 + generator.integers(0, 4, image.shape, np.uint16), 0, 1023)
        for image in small_pair(representative)
    )
    score = representative(reference, distorted, bits=10, backend=executor)
    assert_close(representative(reference, distorted, data_range=1023, backend=executor), score, 0)
    unit_range = representative(reference / 1023, distorted / 1023, data_range=1, backend=executor)
    assert_close(unit_range / in_unit(representative, 1 / 1023), score, TOLERANCE)
