"""Fields of any number of planes, and what pools make of them, against plain loops."""

import math

import numpy as np
import pytest

from iqametrics.errors import BackendError
from iqametrics.fields import means
from iqametrics.kernels import ops
from iqametrics.planes import Planes
from iqametrics.pooling import Combined, ComplexDeviation, Deviation, Mean, Transformed, WeightedMean, Worst
from iqametrics.stencils.pixels import PointField
from tests.closeness import assert_close
from tests.stencils.formulas import half, nothing_counts, one, parts, product, quality_and_weight, three


def stacks(count, shape=(2, 7, 5), seed=0):
    generator = np.random.default_rng(seed)
    return [generator.normal(10, 40, shape) for _ in range(count)]


def planes(executor, arrays, dtype="float64", scale=1.0):
    if executor == "torch":
        torch = pytest.importorskip("torch")
        return [Planes(torch.from_numpy(array.astype(dtype)), executor, scale) for array in arrays]
    return [Planes(array.astype(dtype), executor, scale) for array in arrays]


def assert_all_close(found, expected, tolerance=1e-12):
    assert np.shape(found) == np.shape(expected)
    for score, value in zip(np.ravel(found), np.ravel(expected), strict=True):
        assert_close(float(score), float(value), tolerance)


def brute(formula, arrays, *constants):
    """Every result at every place."""
    results = [formula(*(float(array[at]) for array in arrays), *constants) for at in np.ndindex(arrays[0].shape)]
    results = [result if isinstance(result, tuple) else (result,) for result in results]
    return np.array(results).T.reshape(-1, *arrays[0].shape)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 7, 5), (1, 3, 2049)], ids=str)
@pytest.mark.parametrize(("formula", "count", "constants"), [(one, 1, ()), (three, 5, (0.3,))])
def test_means_and_maps(backend, formula, count, constants, shape):
    arrays = stacks(count, shape)
    expected = brute(formula, arrays, *constants)
    field = PointField(formula, *planes(backend, arrays), constants=constants)
    assert_all_close(np.stack([np.asarray(mean) for mean in means([field])[0]]), expected.mean((-2, -1)))
    assert_all_close(np.stack([np.asarray(each) for each in field.maps()]), expected)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32"])
def test_types_of_samples_and_units(backend, dtype):
    """Planes of one field may differ in type and scale."""
    arrays = [np.abs(array).astype(dtype).astype(np.float64) for array in stacks(2)]
    first, second = planes(backend, arrays[:1], dtype, 3.0) + planes(backend, arrays[1:], "float64", 0.5)
    expected = brute(product, [arrays[0] * 3, arrays[1] / 2], 0.1)
    assert_all_close(PointField(product, first, second, constants=(0.1,)).maps()[0], expected[0])


@pytest.mark.parametrize("executor", ["numba", "torch"])
def test_single_precision_stays_single_where_all_planes_are(executor):
    arrays = stacks(3)
    single, double = planes(executor, arrays, "float32"), planes(executor, arrays)
    for of, expected in ((single, "float32"), (double, "float64"), ([*double[:2], single[2]], "float64")):
        (quality, _) = PointField(quality_and_weight, *of).maps()
        assert str(quality.dtype).endswith(expected)


def test_weighted_mean(backend):
    arrays = stacks(3), stacks(3, (2, 4, 9), seed=1)
    fields = [PointField(quality_and_weight, *planes(backend, each)) for each in arrays]
    values = [brute(quality_and_weight, each) for each in arrays]
    expected = sum((q * w).sum((-2, -1)) for q, w in values) / sum(w.sum((-2, -1)) for _, w in values)
    pool = WeightedMean(fields)
    assert_all_close(pool.score(), expected)
    for found, value in zip(pool.maps(), values, strict=True):
        assert_all_close(found.quality, value[0])
        assert_all_close(found.weight, value[1])
    assert WeightedMean(fields[:1]).maps().quality.shape == (2, 7, 5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weighted_mean_of_identical_images_is_exactly_1(backend, dtype):
    a, _, c = stacks(3, (1, 61, 83))
    x, y, w = planes(backend, [a, a, c], dtype)
    assert float(WeightedMean([PointField(quality_and_weight, x, y, w)]).score()[0]) == 1


def test_weighted_mean_without_weight(backend):
    field = PointField(nothing_counts, *planes(backend, stacks(2)))
    assert np.asarray(WeightedMean([field]).score()).tolist() == [1, 1]
    assert np.asarray(WeightedMean([field], nothing=0.25).score()).tolist() == [0.25, 0.25]


@pytest.mark.parametrize("share", [1e-9, 0.05, 0.3, 1.0])
def test_worst(backend, share):
    arrays = stacks(1, (3, 6, 5))
    ordered = [sorted(2 * v + 1 for v in plane.ravel()) for plane in arrays[0]]
    count = max(1, math.floor(share * 30 + 0.5))
    pool = Worst(PointField(one, *planes(backend, arrays)), share)
    assert_all_close(pool.score(), [sum(values[:count]) / count for values in ordered])
    assert_all_close(pool.maps(), 2 * arrays[0] + 1)


def test_deviations(backend):
    arrays = stacks(2)
    field = PointField(product, *planes(backend, arrays), constants=(0.01,))
    expected = (arrays[0] * arrays[1] * 0.01).reshape(2, -1)
    assert_all_close(Deviation(field).score(), expected.std(-1, ddof=1))
    assert_all_close(Deviation(field, unbiased=False).score(), expected.std(-1))
    whole = (arrays[0] + 1j * arrays[1]).reshape(2, -1)
    pool = ComplexDeviation(PointField(parts, *planes(backend, arrays)))
    assert_all_close(pool.score(), np.abs(whole - whole.mean(-1, keepdims=True)).mean(-1))
    assert_all_close(pool.maps(), np.hypot(arrays[0] + 1, arrays[1]))  # parts are those of the quality less 1


def test_transformed_and_combined(backend):
    arrays = stacks(2)
    first, second = (Mean(PointField(one, each)) for each in planes(backend, arrays))
    means = [(2 * array + 1).mean((-2, -1)) for array in arrays]
    assert_all_close(Transformed(first, half).score(), means[0] / 2)
    assert_all_close(Transformed(first, half).maps(), 2 * arrays[0] + 1)
    both = Combined({"first": first, "second": Transformed(second, half)}, product, (3.0,))
    assert_all_close(both.score(), means[0] * means[1] / 2 * 3)
    assert list(both.terms()) == ["first", "second"]
    assert_all_close(both.terms()["second"], means[1] / 2)
    assert len(both.maps()) == 2


def test_gradients():
    torch = pytest.importorskip("torch")
    leaves = [torch.from_numpy(array).requires_grad_() for array in stacks(3, (1, 4, 3))]

    def score(*leaves):
        found = WeightedMean([PointField(quality_and_weight, *(Planes(leaf, "torch") for leaf in leaves))])
        return Transformed(found, half).score()

    assert torch.autograd.gradcheck(score, leaves)


def test_an_executor_asked_for_by_name_says_that_it_has_no_pass():
    pytest.importorskip("torch")
    x, y = planes("torch", stacks(2, (1, 3, 3)))
    for each in (x, y):
        each.executor, each.strict = "triton", True
    pytest.importorskip("triton")
    with pytest.raises(BackendError, match="no kernel"):
        means([PointField(parts, x, y)])


def test_ops_of_the_smallest_values(backend):
    values = np.array([[[3.0, -1, 2], [5, 0, 9]]])
    found = ops(backend).smallest_mean(planes(backend, [values])[0].values, 2)
    assert np.asarray(found).tolist() == [-0.5]
