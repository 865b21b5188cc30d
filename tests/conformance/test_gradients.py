"""Gradients are right, and finite wherever the score is."""

import contextlib
import functools
import itertools

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import BackendError
from tests.conformance.cases import in_unit, small_pair, small_shape
from tests.conformance.pictures import colourful, flat, grain, noisy, picture

torch = pytest.importorskip("torch")


def leaf(image, dtype=torch.float64):
    image = np.ascontiguousarray(image.transpose(2, 0, 1) if image.ndim == 3 else image)
    return torch.from_numpy(image).to(dtype).requires_grad_(True)


def gradients(metric, reference, distorted, dtype=torch.float64, **options):
    x, y = leaf(reference, dtype), leaf(distorted, dtype)
    score = metric(x, y, data_range=255, **options)
    score.backward()
    return score, x.grad, y.grad


def test_gradcheck(metric):
    """Against finite differences along random directions, in each of the arguments."""
    side = max(metric.min_size, 12)
    for seed in range(2):
        reference = picture((side, side + 1), seed)
        shift = np.random.default_rng(seed).uniform(-0.3, 0.3, reference.shape)  # edges of whole numbers may tie
        x, y = leaf(reference + shift), leaf(noisy(reference, seed=seed))
        for free in ((x, y.detach()), (x.detach(), y)):
            call = functools.partial(metric, data_range=255)
            assert torch.autograd.gradcheck(call, free, fast_mode=True, eps=1e-4, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("color", ["gray", "ycbcr", "channels"])
def test_gradcheck_of_colour_and_batches(representative, color):
    side = max(representative.min_size, 12)
    x, y = (
        torch.stack([leaf(colourful((side, side), seed)).detach() for seed in seeds]).requires_grad_(True)
        for seeds in ((0, 1), (2, 3))
    )
    assert torch.autograd.gradcheck(
        lambda a, b: representative(a, b, data_range=255, color=color),
        (x, y),
        fast_mode=True,
        eps=1e-4,
        atol=1e-6,
        rtol=1e-4,
    )


@pytest.mark.parametrize("unit", [1.0, 65535.0])
def test_gradients_are_in_the_units_of_the_pixels(representative, unit):
    reference, distorted = small_pair(representative)
    _, _, expected = gradients(representative, reference, distorted)
    x, y = (leaf(image * (unit / 255)) for image in (reference, distorted))
    representative(x, y, data_range=unit).backward()
    units = in_unit(representative, unit / 255)  # of the score itself
    torch.testing.assert_close(y.grad * (unit / 255) / units, expected, rtol=1e-8, atol=1e-12)


def points(metric):
    """Where a square root, a power, a logarithm or a division may have no slope."""
    shape = small_shape(metric)
    base, coarse = picture(shape), grain(shape)
    half = base.copy()
    half[:, : shape[1] // 2] = 90
    spot = flat(shape, 0)
    spot[shape[0] // 2, shape[1] // 2] = 255
    return {
        "identical": (base, base.copy()),
        "identical flat": (flat(shape, 90), flat(shape, 90)),
        "identical black": (flat(shape, 0), flat(shape, 0)),
        "identical white": (flat(shape, 255), flat(shape, 255)),
        "two flat": (flat(shape, 90), flat(shape, 120)),
        "black and white": (flat(shape, 0), flat(shape, 255)),
        "flat reference": (flat(shape, 90), base),
        "flat distorted": (base, flat(shape, 90)),
        "black distorted": (base, flat(shape, 0)),
        "half flat": (half, noisy(half)),
        "half flat in both": (half, np.where(half == 90, 90, noisy(half)).astype(np.uint8)),
        "inverted": (coarse, 255 - coarse),
        "one bright pixel": (spot, flat(shape, 0)),
        "one pixel differs": (base, np.where(spot > 0, 255 - base, base).astype(np.uint8)),
        "constant along an axis": (np.tile(base[:1], (shape[0], 1)), np.tile(base[1:2], (shape[0], 1))),
        "constant along an axis, distorted not": (np.tile(base[:1], (shape[0], 1)), base),
    }


def test_gradients_are_finite(metric):
    broken = []
    for (name, pair), dtype in itertools.product(points(metric).items(), (torch.float32, torch.float64)):
        _, of_reference, of_distorted = gradients(metric, *pair, dtype)
        for argument, gradient in (("reference", of_reference), ("distorted", of_distorted)):
            if gradient is None or not gradient.isfinite().all():
                broken.append(f"{name}, {dtype}: {argument}")
            elif gradient.dtype != dtype:
                broken.append(f"{name}, {dtype}: {argument} has {gradient.dtype}")
    assert not broken


def test_psnr_of_identical_images_is_infinite_with_gradient_0():
    image = picture((9, 9))
    score, of_reference, of_distorted = gradients(iqametrics.psnr, image, image)
    assert score == float("inf")
    assert not of_reference.any()
    assert not of_distorted.any()


def test_the_best_score_has_no_slope(metric):
    """At identical images every metric is at its extreme (vif is not: more contrast scores higher)."""
    if metric.identity not in metric.range:
        pytest.skip(f"identity={metric.identity} is not the extreme of {metric.name}")
    image = picture(small_shape(metric))
    _, of_reference, of_distorted = gradients(metric, image, image)
    assert of_reference.abs().max() < 1e-12
    assert of_distorted.abs().max() < 1e-12


def test_ms_ssim_without_contrast_has_gradient_0():
    image = grain((44, 44))
    score, of_reference, of_distorted = gradients(iqametrics.ms_ssim, image, 255 - image, levels=2)
    assert score == 0
    assert not of_reference.any()
    assert not of_distorted.any()


def test_gradients_of_a_batch_are_those_of_its_images(representative):
    """Near enough: the inverse of a covariance loses digits, others in a batch than alone."""
    pairs = [small_pair(representative, seed) for seed in range(2)]
    x, y = (torch.stack([leaf(pair[side]).detach() for pair in pairs])[:, None].requires_grad_(True) for side in (0, 1))
    representative(x, y, data_range=255).sum().backward()
    for index, pair in enumerate(pairs):
        _, of_reference, of_distorted = gradients(representative, *pair)
        for found, expected in ((x.grad, of_reference), (y.grad, of_distorted)):
            assert (found[index, 0] - expected).abs().max() <= 1e-6 * expected.abs().max()


def test_gradients_of_the_map(representative):
    """The map is differentiable too, and its samples are the same numbers."""
    reference, distorted = small_pair(representative)
    y = leaf(distorted)
    found = representative.map(leaf(reference).detach(), y, data_range=255)
    while isinstance(found, tuple):
        found = found[0]
    found.sum().backward()
    assert y.grad.isfinite().all()
    assert y.grad.any()


def test_a_prepared_reference_takes_gradients_of_the_distorted_image_only(representative):
    reference, distorted = small_pair(representative)
    x, y = leaf(reference), leaf(distorted)
    fixed = representative.prepare(x, data_range=255)
    for _ in range(2):  # a second backward pass needs a graph of its own
        y.grad = None
        fixed(y).backward()
    assert x.grad is None
    _, _, expected = gradients(representative, reference, distorted)
    torch.testing.assert_close(y.grad, expected, rtol=1e-12, atol=1e-15)


def test_no_executor_drops_a_gradient_in_silence(representative, executor):
    reference, distorted = small_pair(representative)
    for x, y in ((leaf(reference), leaf(distorted).detach()), (leaf(reference).detach(), leaf(distorted))):
        with contextlib.suppress(BackendError):
            score = representative(x, y, data_range=255, backend=executor)
            assert score.requires_grad
            score.backward()
