"""A prepared reference gives the bits of the plain call, for any number of distorted images."""

import numpy as np
import pytest

from iqametrics.errors import RangeError, ShapeError
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, flat, noisy, picture
from tests.noting import noting


def test_same_bits(metric, executors):
    """Whatever a metric keeps of its reference: scores, maps, and after the caller's array has changed."""
    for make in (picture, colourful, lambda shape: flat(shape, 90)):
        reference = make(small_shape(metric))
        for executor in executors:
            buffer = reference.copy()
            fixed = metric.prepare(buffer, backend=executor)
            buffer[...] = 0
            for distorted in (noisy(reference), reference.copy(), 255 - reference, noisy(reference)):
                with noting(reference.ndim, executor):
                    assert fixed(distorted) == metric(reference, distorted, backend=executor)
            for a, b in zip(
                leaves(fixed.map(distorted)), leaves(metric.map(reference, distorted, backend=executor)), strict=True
            ):
                np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_bits_of_floats(representative, executor, dtype):
    reference, distorted = (image.astype(dtype) for image in small_pair(representative))
    fixed = representative.prepare(reference, data_range=255, backend=executor)
    for _ in range(2):
        assert fixed(distorted) == representative(reference, distorted, data_range=255, backend=executor)


def test_same_bits_of_tensors(representative, executor):
    torch = pytest.importorskip("torch")
    for dtype in (torch.uint8, torch.float32, torch.float64):
        x, y = (torch.from_numpy(image).to(dtype) for image in small_pair(representative))
        fixed = representative.prepare(x, data_range=255, backend=executor)
        for other in (y, x.clone(), y):
            found = fixed(other)
            assert isinstance(found, torch.Tensor)
            assert found == representative(x, other, data_range=255, backend=executor)


def test_batches_and_lists(representative, executor):
    shape = small_shape(representative)
    references = [picture(shape, seed) for seed in range(2)]
    distorted = [noisy(image) for image in references]
    listed = representative.prepare(references, backend=executor)
    expected = representative(references, distorted, backend=executor)
    np.testing.assert_array_equal(listed(distorted), expected)
    x, y = (np.stack(images)[..., None] for images in (references, distorted))
    batched = representative.prepare(x, backend=executor)
    for _ in range(2):
        np.testing.assert_array_equal(batched(y), representative(x, y, backend=executor))


def test_maps(representative, executor):
    reference, distorted = small_pair(representative)
    fixed = representative.prepare(reference, backend=executor)
    fixed(distorted)
    for _ in range(2):
        found, expected = fixed.map(distorted), representative.map(reference, distorted, backend=executor)
        for a, b in zip(leaves(found), leaves(expected), strict=True):
            np.testing.assert_array_equal(a, b)
            a[...] = -1.0  # a map is the caller's own: writing to it may not reach the next one
    assert fixed(distorted) == representative(reference, distorted, backend=executor)


def test_bound_options_hold(representative, executor):
    reference, distorted = small_pair(representative)
    bound = representative.with_options(data_range=255, backend=executor)
    assert bound.prepare(reference)(distorted) == representative(reference, distorted, backend=executor)


@pytest.mark.parametrize("called_before", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_the_reference_is_taken_as_it_was(representative, executor, dtype, called_before):
    """A video decoder writes the next frame into the same buffer."""
    reference, distorted = (image.astype(dtype) for image in small_pair(representative))
    expected = representative(reference, distorted, data_range=255, backend=executor)
    fixed = representative.prepare(reference, data_range=255, backend=executor)
    if called_before:
        fixed(distorted)
    reference[...] = 0
    assert fixed(distorted) == expected


@pytest.mark.parametrize("called_before", [False, True])
def test_a_reference_tensor_is_taken_as_it_was(representative, executor, called_before):
    torch = pytest.importorskip("torch")
    for dtype in (torch.uint8, torch.float32, torch.float64):
        reference, distorted = (torch.from_numpy(image).to(dtype) for image in small_pair(representative))
        expected = representative(reference, distorted, data_range=255, backend=executor)
        fixed = representative.prepare(reference, data_range=255, backend=executor)
        if called_before:
            fixed(distorted)
        reference.zero_()
        assert fixed(distorted) == expected, dtype


def test_a_bad_reference_is_refused_at_once(representative):
    image = picture(small_shape(representative)) / 255
    with pytest.raises(RangeError, match="data_range"):
        representative.prepare(image)
    if representative.min_size > 1:
        with pytest.raises(ShapeError, match="at least"):
            representative.prepare(picture((representative.min_size - 1, representative.min_size)))


def test_a_distorted_image_of_another_shape(representative):
    reference = picture(small_shape(representative))
    fixed = representative.prepare(reference)
    with pytest.raises(ShapeError, match="differ in shape"):
        fixed(reference[:-1])
    assert fixed(reference) == representative(reference, reference)


def leaves(found):
    if isinstance(found, tuple):
        return [leaf for part in found for leaf in leaves(part)]
    return [found]
