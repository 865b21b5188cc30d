"""A batch, a list and single calls give the same scores and the same maps, bit for bit."""

import numpy as np

from iqametrics.pooling import WeightedMap
from tests.conformance.cases import small_pair, small_shape
from tests.conformance.pictures import colourful, flat, noisy, picture
from tests.noting import noting

SHAPES = {"grey": lambda image: image[..., None], "colour": lambda image: image}


def images(metric, kind):
    """Pairs that differ much in content, an identical and a flat one among them."""
    shape = small_shape(metric)
    if kind == "colour":
        references = [colourful(shape, seed) for seed in range(3)]
    else:
        references = [picture(shape, 0), picture(shape, 1), flat(shape, 90)]
    return references, [noisy(references[0]), references[1].copy(), noisy(references[2], 40)]


def test_of_every_metric(metric, executors):
    """No kernel takes a plane of the batch for another."""
    for kind in SHAPES:
        for executor in executors:
            with noting(kind, executor):
                check_scores(metric.with_options(backend=executor), kind)
    for executor in executors:
        with noting("maps", executor):
            check_maps(metric.with_options(backend=executor))


def check_scores(metric, kind):
    references, distorted = images(metric, kind)
    singles = [metric(x, y) for x, y in zip(references, distorted, strict=True)]
    assert all(type(score) is float for score in singles)

    listed = metric(references, distorted)
    assert isinstance(listed, np.ndarray)
    assert listed.tolist() == singles
    assert metric(tuple(references), tuple(distorted)).tolist() == singles

    stack = SHAPES[kind]
    batch = metric(stack(np.stack(references)), stack(np.stack(distorted)))
    assert isinstance(batch, np.ndarray)
    assert batch.dtype == np.float64
    assert batch.shape == (3,)
    np.testing.assert_allclose(batch, singles, rtol=1e-13, atol=1e-13)


def check_maps(metric):
    references, distorted = images(metric, "grey")
    batch = metric.map(np.stack(references)[..., None], np.stack(distorted)[..., None])
    for index, pair in enumerate(zip(references, distorted, strict=True)):
        for whole, alone in zip(parts(batch), parts(metric.map(*pair)), strict=True):
            assert alone.ndim == 2
            np.testing.assert_allclose(whole[index], alone, rtol=1e-12, atol=1e-12)


def test_grey_layouts_of_one_batch(representative, executor):
    x, y = (np.stack(group) for group in images(representative, "grey"))
    expected = representative(x[..., None], y[..., None], backend=executor)
    for layout, channel_axis in (("NHW", None), ("NHWC", 3), ("NCHW", 1)):
        first, second = (a if channel_axis is None else np.expand_dims(a, channel_axis) for a in (x, y))
        np.testing.assert_array_equal(representative(first, second, layout=layout, backend=executor), expected)


def test_a_list_may_differ_in_size_and_in_colour(representative, executor):
    rows, columns = small_shape(representative)
    references = [picture((rows, columns)), colourful((rows + 3, columns)), picture((rows, columns + 8), 2)[..., None]]
    distorted = [noisy(image) for image in references]
    singles = [representative(x, y, backend=executor) for x, y in zip(references, distorted, strict=True)]
    assert representative(references, distorted, backend=executor).tolist() == singles
    for index, found in enumerate(representative.map(references, distorted, backend=executor)):
        alone = representative.map(references[index], distorted[index], backend=executor)
        for a, b in zip(parts(found), parts(alone), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_batch_or_list_of_one_keeps_its_axis(representative, executor):
    x, y = small_pair(representative)
    score = representative(x, y, backend=executor)
    assert representative([x], [y], backend=executor).tolist() == [score]
    assert representative(x[None, ..., None], y[None, ..., None], backend=executor).tolist() == [score]


def test_maps_of_channels_follow_the_layout(representative, executor):
    shape = small_shape(representative)
    x = np.stack([colourful(shape, seed) for seed in range(2)])
    y = noisy(x)
    batch = parts(representative.map(x, y, color="channels", backend=executor))
    single = parts(representative.map(x[1], y[1], color="channels", backend=executor))
    first = parts(
        representative.map(
            *(a.transpose(0, 3, 1, 2) for a in (x, y)), color="channels", backend=executor, layout="NCHW"
        )
    )
    for channel in range(3):
        alone = parts(representative.map(x[1, ..., channel], y[1, ..., channel], backend=executor))
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
