"""Any memory an image may lie in gives the same score, any number of threads the same bits; images are left as they are."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, noisy

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
def test_views(default, executor, view, kind):
    convert, options = TYPES[kind]
    reference, distorted = (convert(image) for image in small_pair(default))
    expected = default(reference, distorted, backend=executor, **options)
    for first, second in ((view(reference), view(distorted)), (reference, view(distorted))):
        assert_close(default(first, second, backend=executor, **options), expected, SUMMATION)


def test_views_of_colour(default, executor):
    """Channels first in memory, seen as channels last; BGR seen as RGB."""
    reference = colourful(small_shape(default))
    distorted = noisy(reference)
    expected = default(reference, distorted, backend=executor)
    planar = [np.ascontiguousarray(image.transpose(2, 0, 1)).transpose(1, 2, 0) for image in (reference, distorted)]
    assert_close(default(*planar, backend=executor), expected, SUMMATION)
    swapped = [np.ascontiguousarray(image[..., ::-1])[..., ::-1] for image in (reference, distorted)]
    assert_close(default(*swapped, backend=executor), expected, SUMMATION)


@pytest.mark.parametrize("view", [strided, reversed_twice, transposed])
def test_views_of_tensors(default, executor, view):
    torch = pytest.importorskip("torch")
    reference, distorted = (torch.from_numpy(image / 255) for image in small_pair(default))
    expected = default(reference, distorted, data_range=1, backend=executor)

    def seen(image):
        if view is strided:
            return image.repeat_interleave(2, 0).repeat_interleave(2, 1)[::2, ::2]
        if view is transposed:
            return image.T.contiguous().T
        return torch.stack([image, image], -1)[..., 0]

    found = default(seen(reference), seen(distorted), data_range=1, backend=executor)
    assert_close(float(found), float(expected), SUMMATION)


def test_the_same_array_twice(default, executor):
    reference, _ = small_pair(default)
    assert default(reference, reference, backend=executor) == default(reference, reference.copy(), backend=executor)


@pytest.mark.parametrize("kind", TYPES)
def test_images_are_not_modified(default, executor, kind):
    convert, options = TYPES[kind]
    reference, distorted = (convert(image) for image in small_pair(default))
    before = reference.copy(), distorted.copy()
    default(reference, distorted, backend=executor, **options)
    default.map(reference, distorted, backend=executor, **options)
    default.prepare(reference, backend=executor, **options)(distorted)
    np.testing.assert_array_equal(reference, before[0])
    np.testing.assert_array_equal(distorted, before[1])


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_tensors_are_not_modified(default, executor, dtype):
    """In double and 0..255 the working copy may be the tensor itself."""
    torch = pytest.importorskip("torch")
    reference, distorted = (torch.from_numpy(image).to(getattr(torch, dtype)) for image in small_pair(default))
    before = reference.clone(), distorted.clone()
    default(reference, distorted, data_range=255, backend=executor)
    default.map(reference, distorted, data_range=255, backend=executor)
    default.prepare(reference, data_range=255, backend=executor)(distorted)
    assert torch.equal(reference, before[0])
    assert torch.equal(distorted, before[1])


def test_maps_share_no_memory_with_the_images(default, executor):
    reference, distorted = (image.astype(np.float64) for image in small_pair(default))
    maps = default.map(reference, distorted, data_range=255, backend=executor)
    for part in maps if isinstance(maps, tuple) else (maps,):
        for array in part if isinstance(part, tuple) else (part,):
            assert not np.shares_memory(array, reference)
            assert not np.shares_memory(array, distorted)


def test_threads(default, executor):
    """Eight at once, different images, one prepared reference shared by all: the bits of calls made alone."""
    pairs = [small_pair(default, seed) for seed in range(3)]
    expected = [default(*pair, backend=executor) for pair in pairs]
    alone = [default(pairs[0][0], distorted, backend=executor) for _, distorted in pairs]
    fixed = default.prepare(pairs[0][0], backend=executor)
    gate = threading.Barrier(THREADS)

    def work(_):
        gate.wait(timeout=60)
        return (
            [fixed(distorted) for _, distorted in pairs],
            [default(*pair, backend=executor) for pair in pairs],
        )

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(work, range(THREADS)))
    assert results == [(alone, expected)] * THREADS
