"""Tensors in, tensors out: shapes, precision and device; and the numbers that arrays give."""

import math

import numpy as np
import pytest

from iqametrics.errors import BackendError
from tests.closeness import assert_close
from tests.conformance.cases import in_unit, is_unbounded, small_pair, small_shape
from tests.conformance.pictures import colourful, flat, grain, noisy, picture
from tests.noting import noting

torch = pytest.importorskip("torch")

FLOAT32 = 1e-5


def tensors(images, device="cpu", dtype=None):
    """(H, W) or (H, W, 3) arrays as (H, W) or (C, H, W) tensors."""
    return [
        torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1) if image.ndim == 3 else image)).to(device, dtype)
        for image in images
    ]


def hard_pairs(metric):
    """Pictures on which cancellation or a singular matrix shows."""
    shape = small_shape(metric)
    base = picture(shape)
    return {
        "noise": (base, noisy(base)),
        "faint": (base, base ^ 1),
        "bright": (255 - base // 32, 255 - noisy(base) // 32),
        "grain": (grain(shape), 255 - grain(shape)),
        "flat reference": (flat(shape, 200), noisy(flat(shape, 200), 3)),
        "flat distorted": (base, flat(shape, 200)),
        "flat": (flat(shape, 255), flat(shape, 254)),
        "identical": (base, base.copy()),
        "identical flat": (flat(shape, 85), flat(shape, 85)),
        "constant along an axis": (np.tile(base[:1], (shape[0], 1)), np.tile(noisy(base)[:1], (shape[0], 1))),
    }


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
@pytest.mark.parametrize("make", [picture, colourful])
def test_same_as_arrays(representative, executor, dtype, make):
    reference = make(small_shape(representative))
    images = [image.astype(dtype) for image in (reference, noisy(reference))]
    expected = representative(*images, data_range=255, backend=executor)
    found = representative(*tensors(images), data_range=255, backend=executor)
    assert found.dtype == torch.float64
    assert_close(float(found), expected, 1e-12)


def test_uint16_tensors(representative, executor):
    images = [image.astype(np.uint16) * 257 for image in small_pair(representative)]
    for options in ({}, {"bits": 16}, {"data_range": 65535}):
        found = representative(*tensors(images), backend=executor, **options)
        assert found.dtype == torch.float64
        assert_close(float(found), representative(*images, backend=executor), 1e-12)
    x = [np.stack([image, image // 2, image // 3], -1) for image in images]
    assert_close(float(representative(*tensors(x), backend=executor)), representative(*x, backend=executor), 1e-12)


def test_single_images_give_a_tensor_without_axes(representative, device):
    for dtype in (torch.float32, torch.float64):
        for make in (picture, colourful):
            reference = make(small_shape(representative))
            score = representative(*tensors((reference, noisy(reference)), device, dtype), data_range=255)
            assert isinstance(score, torch.Tensor)
            assert score.shape == ()
            assert score.dtype == dtype
            assert score.device.type == device


@pytest.mark.parametrize("channels", [1, 3])
def test_batches(representative, executor, channels):
    shape = small_shape(representative)
    references = [colourful(shape, seed)[..., :channels] for seed in range(3)]
    distorted = [noisy(image) for image in references]
    x, y = (torch.stack(tensors(images, dtype=torch.float64)) for images in (references, distorted))
    assert x.shape == (3, channels, *shape)
    scores = representative(x, y, data_range=255, backend=executor)
    assert scores.shape == (3,)
    assert scores.dtype == torch.float64
    singles = [representative(a, b, data_range=255, backend=executor) for a, b in zip(x, y, strict=True)]
    torch.testing.assert_close(scores, torch.stack(singles), rtol=1e-13, atol=1e-13)
    listed = representative(list(x), list(y), data_range=255, backend=executor)
    assert isinstance(listed, torch.Tensor)
    torch.testing.assert_close(listed, torch.stack(singles), rtol=0, atol=0)


def test_a_batch_of_one_keeps_its_axis(representative, executor):
    x, y = (image[None, None] for image in tensors(small_pair(representative)))
    assert representative(x, y, backend=executor).shape == (1,)


def test_single_precision(metric, executors):
    """On the pairs that lose digits, which depend on the metric's equations."""
    for name, pair in hard_pairs(metric).items():
        expected = metric(*pair)
        for images, scale in ((pair, 255), ([image / np.float32(255) for image in pair], 1)):
            # 1/255 is no binary fraction: against the same float32 pixels in double, not against the integers
            in_double = metric(*(np.asarray(image, np.float32).astype(float) for image in images), data_range=scale)
            in_double *= in_unit(metric, 255 / scale)
            for executor in executors:
                with noting(name, f"data_range={scale}", executor):
                    found = metric(*tensors(images, dtype=torch.float32), data_range=scale, backend=executor)
                    assert found.dtype == torch.float32
                    value = float(found) * in_unit(metric, 255 / scale)
                    assert_close(value, in_double, FLOAT32)
                    if scale == 255:
                        assert_close(value, expected, FLOAT32)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=["float16", "bfloat16"])
def test_half_precision(representative, executor, dtype):
    for pair in hard_pairs(representative).values():
        check_half_precision(representative, executor, dtype, *pair)


def check_half_precision(metric, executor, dtype, *pair):
    """Pixels may be rounded to half precision, the work on them may not."""
    rounded = tensors([image / 255 for image in pair], dtype=dtype)
    found = metric(*rounded, data_range=1, backend=executor)
    assert found.is_floating_point()
    expected = float(metric(*(image.double() for image in rounded), data_range=1, backend=executor))
    assert math.isfinite(expected) or expected == metric.identity or is_unbounded(metric, *pair)
    if math.isfinite(expected):
        rounding = torch.finfo(found.dtype).eps / 2 * max(1.0, abs(expected))
        assert abs(float(found) - expected) <= FLOAT32 * max(1.0, abs(expected)) + rounding
    else:
        assert float(found) == expected


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=["float16", "bfloat16"])
def test_half_precision_colour_maps_and_gradients(representative, dtype):
    reference = colourful(small_shape(representative))
    x, y = tensors([reference / 255, noisy(reference) / 255], dtype=dtype)
    y.requires_grad_(True)
    representative(x, y, data_range=1).backward()
    assert y.grad.dtype == dtype
    assert y.grad.isfinite().all()
    for part in leaves(representative.map(x, y.detach(), data_range=1)):
        assert part.isfinite().all()


def test_maps_are_tensors(representative, executor, device):
    shape = small_shape(representative)
    images = picture(shape), noisy(picture(shape))
    if device != "cpu" and executor == "numpy":
        pytest.skip("NumPy works on the CPU alone")
    x, y = tensors(images, device, torch.float64)
    expected = leaves(representative.map(*images, backend=executor))
    for found, array in zip(leaves(representative.map(x, y, data_range=255, backend=executor)), expected, strict=True):
        assert isinstance(found, torch.Tensor)
        assert found.device.type == device
        assert found.dtype == torch.float64
        np.testing.assert_allclose(found.cpu().numpy(), array, rtol=1e-9, atol=1e-9)


def test_default_dtype_does_not_matter(representative):
    x, y = tensors(small_pair(representative), dtype=torch.float32)
    expected = representative(x, y, data_range=255)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        found = representative(x, y, data_range=255)
    finally:
        torch.set_default_dtype(before)
    assert found.dtype == torch.float32
    assert found == expected


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_gradients(representative, executor, mode):
    x, y = tensors(small_pair(representative), dtype=torch.float64)
    expected = representative(x, y, data_range=255, backend=executor)
    with mode():
        found = representative(x, y, data_range=255, backend=executor)
        copies = representative(x.clone(), y.clone(), data_range=255, backend=executor)
        maps = representative.map(x.clone(), y.clone(), data_range=255, backend=executor)
    assert not found.requires_grad
    assert found == expected
    assert copies == expected
    assert leaves(maps)


def test_float_tensors_on_a_gpu_turn_nan_into_nan(representative):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    x, y = (torch.stack([image, image]) for image in tensors(small_pair(representative), "cuda", torch.float32))
    x, y = x[:, None], y[:, None]
    y[1, 0, 3, 4] = math.nan
    scores = representative(x, y, data_range=255)
    assert scores[0].isfinite()
    assert scores[1].isnan()


def test_numpy_refuses_what_it_cannot_do(representative):
    x, y = tensors(small_pair(representative), dtype=torch.float64)
    for pair in ((x.clone().requires_grad_(True), y), (x, y.clone().requires_grad_(True))):
        with pytest.raises(BackendError, match="detach"):
            representative(*pair, data_range=255, backend="numpy")
    if torch.cuda.is_available():
        with pytest.raises(BackendError, match="cpu"):
            representative(x.cuda(), y.cuda(), data_range=255, backend="numpy")


def test_of_every_metric(metric, executors):
    """Grey and in colour, batches and maps: the numbers of arrays, as tensors of the kind that came in."""
    options = {"data_range": 255}
    for make in (picture, colourful):
        references = [make(small_shape(metric), seed) for seed in range(2)]
        pairs = [(image.astype(float), noisy(image).astype(float)) for image in references]
        x, y = (torch.stack(tensors(side)) for side in zip(*pairs, strict=True))
        if make is picture:
            x, y = x[:, None], y[:, None]
        for executor in executors:
            with noting(make.__name__, executor):
                singles = [metric(*pair, backend=executor, **options) for pair in pairs]
                scores = metric(x, y, backend=executor, **options)
                assert scores.dtype == torch.float64
                np.testing.assert_allclose(scores.numpy(), singles, rtol=1e-12, atol=1e-12)
                single = metric(x[0], y[0], backend=executor, **options)
                assert single.shape == ()
                assert_close(float(single), singles[0], 1e-12)
                # Grey, since maps of channels have their axis where the layout has it.
                expected = leaves(metric.map(*pairs[0], color="gray", backend=executor, **options))
                maps = leaves(metric.map(x[0], y[0], color="gray", backend=executor, **options))
                for found, array in zip(maps, expected, strict=True):
                    assert isinstance(found, torch.Tensor)
                    np.testing.assert_allclose(found.numpy(), array, rtol=1e-9, atol=1e-9)
                check_half_precision(metric, executor, torch.float16, *pairs[0])


def leaves(found):
    if isinstance(found, tuple):
        return [leaf for part in found for leaf in leaves(part)]
    return [found]
