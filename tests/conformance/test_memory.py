"""Any memory an image may lie in gives the same score, any number of threads the same bits; images are left as they are."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, noisy
from tests.noting import noting

THREADS = 8
#: The order of the pixels in memory may change the order of summation, and nothing else.
SUMMATION = 1e-13


def read_only(image):
    image = image.copy()
    image.flags.writeable = False
    return image


def strided(image):
    """Every second pixel of an image twice as large, the others full of noise."""
    wide = np.random.default_rng(0).integers(0, 256, [2 * side for side in image.shape]).astype(image.dtype)
    wide[::2, ::2] = image
    return wide[::2, ::2]


def reversed_twice(image):
    return image[::-1, ::-1].copy()[::-1, ::-1]


def column_major(image):
    return np.asfortranarray(image)


def transposed(image):
    return np.ascontiguousarray(image.T).T


def byte_swapped(image):
    return image.astype(image.dtype.newbyteorder("S"))


def unaligned(image):
    """Pixels at odd addresses, as in a packed file header."""
    buffer = bytearray(image.nbytes + 1)
    view = np.frombuffer(buffer, image.dtype, image.size, offset=1).reshape(image.shape)
    view[...] = image
    return view


class Subclass(np.ndarray):
    """Stands for subclasses whose pixels are plain, such as np.memmap."""


def subclass(image):
    return image.view(Subclass)


VIEWS = [read_only, strided, reversed_twice, column_major, transposed, byte_swapped, unaligned, subclass]
TYPES = {
    "uint8": (lambda image: image, {}),
    "uint16": (lambda image: image.astype(np.uint16) * 257, {}),
    "float32": (lambda image: (image / np.float32(255)).astype(np.float32), {"data_range": 1}),
    "float64": (lambda image: image / 255, {"data_range": 1}),
}


@pytest.mark.parametrize("kind", ["uint16", "float64"])
@pytest.mark.parametrize("view", VIEWS)
def test_views(representative, executors, view, kind):
    convert, options = TYPES[kind]
    reference, distorted = (convert(image) for image in small_pair(representative))
    for executor in executors:
        expected = representative(reference, distorted, backend=executor, **options)
        for first, second in ((view(reference), view(distorted)), (reference, view(distorted))):
            assert_close(representative(first, second, backend=executor, **options), expected, SUMMATION)


def test_views_of_colour(representative, executor):
    """Channels first in memory, seen as channels last; BGR seen as RGB."""
    reference = colourful(small_shape(representative))
    distorted = noisy(reference)
    expected = representative(reference, distorted, backend=executor)
    planar = [np.ascontiguousarray(image.transpose(2, 0, 1)).transpose(1, 2, 0) for image in (reference, distorted)]
    assert_close(representative(*planar, backend=executor), expected, SUMMATION)
    swapped = [np.ascontiguousarray(image[..., ::-1])[..., ::-1] for image in (reference, distorted)]
    assert_close(representative(*swapped, backend=executor), expected, SUMMATION)


@pytest.mark.parametrize("view", [strided, reversed_twice, transposed])
def test_views_of_tensors(representative, executor, view):
    torch = pytest.importorskip("torch")
    reference, distorted = (torch.from_numpy(image / 255) for image in small_pair(representative))
    expected = representative(reference, distorted, data_range=1, backend=executor)

    def seen(image):
        if view is strided:
            return image.repeat_interleave(2, 0).repeat_interleave(2, 1)[::2, ::2]
        if view is transposed:
            return image.T.contiguous().T
        return torch.stack([image, image], -1)[..., 0]

    found = representative(seen(reference), seen(distorted), data_range=1, backend=executor)
    assert_close(float(found), float(expected), SUMMATION)


def test_the_same_array_twice(representative, executor):
    reference, _ = small_pair(representative)
    assert representative(reference, reference, backend=executor) == representative(
        reference, reference.copy(), backend=executor
    )


@pytest.mark.parametrize("kind", TYPES)
def test_images_are_not_modified(representative, executor, kind):
    convert, options = TYPES[kind]
    reference, distorted = (convert(image) for image in small_pair(representative))
    before = reference.copy(), distorted.copy()
    representative(reference, distorted, backend=executor, **options)
    representative.map(reference, distorted, backend=executor, **options)
    representative.prepare(reference, backend=executor, **options)(distorted)
    np.testing.assert_array_equal(reference, before[0])
    np.testing.assert_array_equal(distorted, before[1])


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_tensors_are_not_modified(representative, executor, dtype):
    """In double and 0..255 the working copy may be the tensor itself."""
    torch = pytest.importorskip("torch")
    reference, distorted = (torch.from_numpy(image).to(getattr(torch, dtype)) for image in small_pair(representative))
    before = reference.clone(), distorted.clone()
    representative(reference, distorted, data_range=255, backend=executor)
    representative.map(reference, distorted, data_range=255, backend=executor)
    representative.prepare(reference, data_range=255, backend=executor)(distorted)
    assert torch.equal(reference, before[0])
    assert torch.equal(distorted, before[1])


def assert_maps_are_own(metric, executor, reference, distorted):
    maps = metric.map(reference, distorted, data_range=255, backend=executor)
    for part in maps if isinstance(maps, tuple) else (maps,):
        for array in part if isinstance(part, tuple) else (part,):
            assert not np.shares_memory(array, reference)
            assert not np.shares_memory(array, distorted)


def test_of_every_metric(default, executors):
    """Views that a fused pass could take for others; the images stay as they are, and maps have a memory of their own."""
    reference = colourful(small_shape(default))
    images = reference, noisy(reference)
    before = [image.copy() for image in images]
    for executor in executors:
        with noting(executor):
            expected = default(*images, backend=executor)
            for view in (read_only, byte_swapped, subclass, lambda image: np.asfortranarray(image[::-1])[::-1]):
                assert_close(default(*map(view, images), backend=executor), expected, SUMMATION)
            default.prepare(images[0], backend=executor)(images[1])
            assert_maps_are_own(default, executor, *images)
            assert_maps_are_own(default, executor, *(image[..., 0].astype(float) for image in images))
    for image, copy in zip(images, before, strict=True):
        np.testing.assert_array_equal(image, copy)


def test_threads(default, executors):
    """Eight at once, different images, one prepared reference shared by all: the bits of calls made alone."""
    pairs = [small_pair(default, seed) for seed in range(3)]
    for executor in executors:
        with noting(executor), ThreadPoolExecutor(THREADS) as pool:
            at_once(pool, default.with_options(backend=executor), pairs)


def at_once(pool, metric, pairs):
    expected = [metric(*pair) for pair in pairs]
    alone = [metric(pairs[0][0], distorted) for _, distorted in pairs]
    fixed = metric.prepare(pairs[0][0])
    gate = threading.Barrier(THREADS)

    def work(_):
        gate.wait(timeout=60)
        return (
            [fixed(distorted) for _, distorted in pairs],
            [metric(*pair) for pair in pairs],
        )

    results = list(pool.map(work, range(THREADS)))
    assert results == [(alone, expected)] * THREADS
