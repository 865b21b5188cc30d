"""A batch, a list and single calls give the same scores and the same maps, bit for bit."""

import numpy as np
import pytest

from iqametrics.pooling import WeightedMap
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, flat, noisy, picture

SHAPES = {"grey": lambda image: image[..., None], "colour": lambda image: image}


def images(metric, kind):
    """Pairs that differ much in content, an identical and a flat one among them."""
    shape = small_shape(metric)
    if kind == "colour":
        references = [colourful(shape, seed) for seed in range(3)]
    else:
        references = [picture(shape, 0), picture(shape, 1), flat(shape, 90)]
    return references, [noisy(references[0]), references[1].copy(), noisy(references[2], 40)]


@pytest.mark.parametrize("kind", ["grey", "colour"])
def test_batch_list_and_singles(metric, executor, kind):
    references, distorted = images(metric, kind)
    singles = [metric(x, y, backend=executor) for x, y in zip(references, distorted, strict=True)]
    assert all(type(score) is float for score in singles)

    listed = metric(references, distorted, backend=executor)
    assert isinstance(listed, np.ndarray)
    assert listed.tolist() == singles
    assert metric(tuple(references), tuple(distorted), backend=executor).tolist() == singles

    stack = SHAPES[kind]
    batch = metric(stack(np.stack(references)), stack(np.stack(distorted)), backend=executor)
    assert isinstance(batch, np.ndarray)
    assert batch.dtype == np.float64
    assert batch.shape == (3,)
    np.testing.assert_allclose(batch, singles, rtol=1e-13, atol=1e-13)


def test_grey_layouts_of_one_batch(default, executor):
    x, y = (np.stack(group) for group in images(default, "grey"))
    expected = default(x[..., None], y[..., None], backend=executor)
    for layout, channel_axis in (("NHW", None), ("NHWC", 3), ("NCHW", 1)):
        first, second = (a if channel_axis is None else np.expand_dims(a, channel_axis) for a in (x, y))
        np.testing.assert_array_equal(default(first, second, layout=layout, backend=executor), expected)


def test_a_list_may_differ_in_size_and_in_colour(default, executor):
    rows, columns = small_shape(default)
    references = [picture((rows, columns)), colourful((rows + 3, columns)), picture((rows, columns + 8), 2)[..., None]]
    distorted = [noisy(image) for image in references]
    singles = [default(x, y, backend=executor) for x, y in zip(references, distorted, strict=True)]
    assert default(references, distorted, backend=executor).tolist() == singles
    for index, found in enumerate(default.map(references, distorted, backend=executor)):
        alone = default.map(references[index], distorted[index], backend=executor)
        for a, b in zip(parts(found), parts(alone), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_batch_or_list_of_one_keeps_its_axis(default, executor):
    x, y = small_pair(default)
    score = default(x, y, backend=executor)
    assert default([x], [y], backend=executor).tolist() == [score]
    assert default(x[None, ..., None], y[None, ..., None], backend=executor).tolist() == [score]


def test_maps_of_a_batch(metric, executor):
    references, distorted = images(metric, "grey")
    batch = metric.map(np.stack(references)[..., None], np.stack(distorted)[..., None], backend=executor)
    for index, pair in enumerate(zip(references, distorted, strict=True)):
        single = metric.map(*pair, backend=executor)
        for whole, alone in zip(parts(batch), parts(single), strict=True):
            assert alone.ndim == 2
            np.testing.assert_allclose(whole[index], alone, rtol=1e-12, atol=1e-12)


def test_maps_of_channels_follow_the_layout(default, executor):
    shape = small_shape(default)
    x = np.stack([colourful(shape, seed) for seed in range(2)])
    y = noisy(x)
    batch = parts(default.map(x, y, color="channels", backend=executor))
    single = parts(default.map(x[1], y[1], color="channels", backend=executor))
    first = parts(
        default.map(*(a.transpose(0, 3, 1, 2) for a in (x, y)), color="channels", backend=executor, layout="NCHW")
    )
    for channel in range(3):
        alone = parts(default.map(x[1, ..., channel], y[1, ..., channel], backend=executor))
        for whole, one, channels_first, plane in zip(batch, single, first, alone, strict=True):
            assert whole.shape == (2, *plane.shape, 3)
            assert one.shape == (*plane.shape, 3)
            assert channels_first.shape == (2, 3, *plane.shape)
            np.testing.assert_allclose(whole[1, ..., channel], plane, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(one[..., channel], plane, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(channels_first[1, channel], plane, rtol=1e-12, atol=1e-12)


def parts(found):
    """All arrays of a map, whatever its structure."""
    if isinstance(found, tuple | WeightedMap):
        return [part for member in found for part in parts(member)]
    return [found]
