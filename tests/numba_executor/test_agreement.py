"""The fused passes against the numpy executor: pixels of all types, and sizes at the seams of bands and tiles."""

import itertools

import numpy as np
import pytest

import iqametrics
from iqametrics.kernels.numba_.ring import BAND
from iqametrics.kernels.numba_.rows import TILE
from tests.closeness import assert_close
from tests.noting import noting
from tests.numba_executor.pictures import convert, pair, photograph

TOLERANCE = {"uint8": 1e-10, "uint16": 1e-10, "float64": 1e-10, "float32": 1e-5}
KINDS = tuple(TOLERANCE)
#: Those that take pictures of these sizes; the others have no pass of their own.
NAMES = [name for name in iqametrics.metrics(task="fr") if iqametrics.metric(name).min_size <= 187]
#: Window and decimation of the largest scale: where a row of results is one sample longer than a tile, say.
LARGEST_WINDOW = {"ssim": 11, "ms_ssim": 11, "vifp": 17}
DECIMATION = {"gmsd": 2}


def options(image):
    return {"data_range": 1.0} if image.dtype.kind == "f" else {}


def check(name, reference, distorted, tolerance, **more):
    """Scores of both executors agree."""
    metric = iqametrics.metric(name, **options(reference), **more)
    truth, found = (metric(reference, distorted, backend=backend) for backend in ("numpy", "numba"))
    for score, value in zip(np.ravel(found), np.ravel(truth), strict=True):
        assert_close(float(score), float(value), tolerance)


def leaves(maps):
    """The arrays among maps of several scales and weights."""
    if isinstance(maps, tuple | list):
        return [leaf for part in maps for leaf in leaves(part)]
    return [maps]


def check_maps(name, reference, distorted, tolerance):
    metric = iqametrics.metric(name, **options(reference))
    truth, found = (leaves(metric.map(reference, distorted, backend=backend)) for backend in ("numpy", "numba"))
    assert len(found) == len(truth)
    for part, value in zip(found, truth, strict=True):
        assert part.shape == value.shape
        assert (np.abs(part - value) <= tolerance * np.maximum(1, np.abs(value))).all()


def results(name, count):
    """Side of the image that gives this many samples of a map's first scale."""
    return count * DECIMATION.get(name, 1) + LARGEST_WINDOW.get(name, 1) - 1


def low(name):
    """The smallest height of the metric, and then some odd rows."""
    return iqametrics.metric(name).min_size + 5


@pytest.mark.parametrize("name", NAMES)
def test_photographs(name):
    for kind in KINDS:
        for picture, shape in (("astronaut", (303, 257)), ("coffee", (187, 400)), ("chelsea", (300, 201))):
            with noting(picture, kind):
                check(name, *pair(shape, picture, kind), TOLERANCE[kind])
    for kind in ("uint8", "float64"):
        with noting("maps", kind):
            check_maps(name, *pair((203, 221), kind=kind), TOLERANCE[kind])
    images = pair((207, 530))
    for convention in iqametrics.metric(name).conventions:
        with noting(convention):
            check(name, *images, TOLERANCE["uint8"], convention=convention)


@pytest.mark.parametrize("name", NAMES)
def test_seams(name):
    """Widths about those of one, two and three tiles, heights about those of one and two bands."""
    for kind in ("uint8", "float32"):
        for excess in (-1, 0, 1, 2):
            with noting(kind, excess):
                check(name, *pair((low(name), results(name, TILE + excess)), kind=kind), TOLERANCE[kind])
    # Of three tiles, the first and the last column count in the score and show in the map.
    images = pair((low(name), results(name, 2 * TILE + 3)), kind="float64")
    check(name, *images, TOLERANCE["float64"])
    check_maps(name, *images, TOLERANCE["float64"])
    for bands, excess in itertools.product((1, 2), (-1, 0, 1)):
        height = results(name, bands * BAND + excess)
        if height < iqametrics.metric(name).min_size:
            height += BAND * -(-iqametrics.metric(name).min_size // BAND)
        with noting(height):
            check(name, *pair((height, low(name) + 8)), TOLERANCE["uint8"])


@pytest.mark.parametrize("name", NAMES)
def test_batches_and_channels(name):
    """Planes that differ, so that one taken for another shows."""
    side = low(name)
    for kind in ("uint16", "float32"):
        planes = [pair((side, side + 3), picture, kind) for picture in ("astronaut", "coffee", "chelsea", "astronaut")]
        reference = np.stack([x for x, _ in planes])
        distorted = np.stack([y for _, y in planes[:3]] + [planes[1][1]])
        coloured = [np.moveaxis(stack[:3], 0, -1) for stack in (reference, distorted)]
        with noting(kind):
            check(name, reference, distorted, TOLERANCE[kind], layout="NHW")
            modes = iqametrics.metric(name).sees.modes
            check(name, *coloured, TOLERANCE[kind], color="channels" if "channels" in modes else "rgb")
            check(name, *coloured, TOLERANCE[kind], color="gray")


@pytest.mark.parametrize("name", NAMES)
def test_next_to_no_variance(name):
    """Flat in one image, in the other, in both, at equal and at different levels; then all of both.

    There every window errs alike, so that no mean hides what is lost to the squares of bright pixels.
    """
    reference, distorted = (photograph((200, 240)) for _ in range(2))
    distorted = distorted // 2 + 20
    reference[:60], distorted[40:90] = 90, 130
    reference[120:, :100] = distorted[120:, :100] = 77
    levels = [np.full((190, 203), level) for level in (250.3, 251.6)]
    for kind in KINDS:
        for images in ((reference, distorted), levels):
            with noting(kind, images[0].shape):
                check(name, *(convert(image, kind) for image in images), TOLERANCE[kind])
    # Variances of a few hundred beside squares of 60000: the difference of large sums would lose them.
    rng = np.random.default_rng(3)
    offset = [rng.integers(59980, 60021, (190, 203)).astype(np.uint16) for _ in range(2)]
    with noting("small contrast on a large offset"):
        check(name, *offset, TOLERANCE["uint16"])
