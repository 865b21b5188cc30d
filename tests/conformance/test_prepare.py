"""A prepared reference gives the bits of the plain call, for any number of distorted images."""

import numpy as np
import pytest

from iqametrics.errors import RangeError, ShapeError
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, flat, noisy, picture


@pytest.mark.parametrize("make", [picture, colourful, lambda shape: flat(shape, 90)], ids=["grey", "colour", "flat"])
def test_same_bits(metric, executor, make):
    reference = make(small_shape(metric))
    fixed = metric.prepare(reference, backend=executor)
    for distorted in (noisy(reference), reference.copy(), 255 - reference, noisy(reference)):
        assert fixed(distorted) == metric(reference, distorted, backend=executor)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_bits_of_floats(default, executor, dtype):
    reference, distorted = (image.astype(dtype) for image in small_pair(default))
    fixed = default.prepare(reference, data_range=255, backend=executor)
    for _ in range(2):
        assert fixed(distorted) == default(reference, distorted, data_range=255, backend=executor)


def test_same_bits_of_tensors(default, executor):
    torch = pytest.importorskip("torch")
    for dtype in (torch.uint8, torch.float32, torch.float64):
        x, y = (torch.from_numpy(image).to(dtype) for image in small_pair(default))
        fixed = default.prepare(x, data_range=255, backend=executor)
        for other in (y, x.clone(), y):
            found = fixed(other)
            assert isinstance(found, torch.Tensor)
            assert found == default(x, other, data_range=255, backend=executor)


def test_batches_and_lists(default, executor):
    shape = small_shape(default)
    references = [picture(shape, seed) for seed in range(2)]
    distorted = [noisy(image) for image in references]
    listed = default.prepare(references, backend=executor)
    expected = default(references, distorted, backend=executor)
    np.testing.assert_array_equal(listed(distorted), expected)
    x, y = (np.stack(images)[..., None] for images in (references, distorted))
    batched = default.prepare(x, backend=executor)
    for _ in range(2):
        np.testing.assert_array_equal(batched(y), default(x, y, backend=executor))


def test_maps(default, executor):
    reference, distorted = small_pair(default)
    fixed = default.prepare(reference, backend=executor)
    fixed(distorted)
    for _ in range(2):
        found, expected = fixed.map(distorted), default.map(reference, distorted, backend=executor)
        for a, b in zip(leaves(found), leaves(expected), strict=True):
            np.testing.assert_array_equal(a, b)
            a[...] = -1.0  # a map is the caller's own: writing to it may not reach the next one
    assert fixed(distorted) == default(reference, distorted, backend=executor)


def test_bound_options_hold(default, executor):
    reference, distorted = small_pair(default)
    bound = default.with_options(data_range=255, backend=executor)
    assert bound.prepare(reference)(distorted) == default(reference, distorted, backend=executor)


@pytest.mark.parametrize("called_before", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_the_reference_is_taken_as_it_was(default, executor, dtype, called_before):
    """A video decoder writes the next frame into the same buffer."""
    reference, distorted = (image.astype(dtype) for image in small_pair(default))
    expected = default(reference, distorted, data_range=255, backend=executor)
    fixed = default.prepare(reference, data_range=255, backend=executor)
    if called_before:
        fixed(distorted)
    reference[...] = 0
    assert fixed(distorted) == expected


@pytest.mark.parametrize("called_before", [False, True])
def test_a_reference_tensor_is_taken_as_it_was(default, executor, called_before):
    torch = pytest.importorskip("torch")
    for dtype in (torch.uint8, torch.float32, torch.float64):
        reference, distorted = (torch.from_numpy(image).to(dtype) for image in small_pair(default))
        expected = default(reference, distorted, data_range=255, backend=executor)
        fixed = default.prepare(reference, data_range=255, backend=executor)
        if called_before:
            fixed(distorted)
        reference.zero_()
        assert fixed(distorted) == expected, dtype


def test_a_bad_reference_is_refused_at_once(default):
    image = picture(small_shape(default)) / 255
    with pytest.raises(RangeError, match="data_range"):
        default.prepare(image)
    if default.min_size > 1:
        with pytest.raises(ShapeError, match="at least"):
            default.prepare(picture((default.min_size - 1, default.min_size)))


def test_a_distorted_image_of_another_shape(default):
    reference = picture(small_shape(default))
    fixed = default.prepare(reference)
    with pytest.raises(ShapeError, match="differ in shape"):
        fixed(reference[:-1])
    assert fixed(reference) == default(reference, reference)


def leaves(found):
    if isinstance(found, tuple):
        return [leaf for part in found for leaf in leaves(part)]
    return [found]
