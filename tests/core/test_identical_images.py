"""Identical images score the identity exactly, however either of them is stored, and no score leaves its range."""

import itertools

import numpy as np
import pytest
from skimage import data

import iqametrics
from iqametrics.kernels import ON_CPU
from tests.conformance.cases import why_not

EXECUTORS = [name for name in ON_CPU if why_not(name) is None]
METRICS = [name for name in iqametrics.metrics(task="fr") if iqametrics.metric(name).identity is not None]
#: How one picture may be stored: its type, the factor of its values, and what the call says of them.
STORED = {
    "uint8": (np.uint8, 1, {"data_range": 255}),
    "uint16": (np.uint16, 1, {"data_range": 255}),
    "int32": (np.int32, 1, {"data_range": 255}),
    "float32": (np.float32, 1, {"data_range": 255}),
    "float64": (np.float64, 1, {"data_range": 255}),
    "float32 of 1": (np.float32, 1 / 255, {"data_range": 1}),
    "float64 of 1": (np.float64, 1 / 255, {"data_range": 1}),
    "float64 around 0": (np.float64, 1 / 255, {"data_range": (-0.25, 1)}),
}


def photograph(stored, smallest=1):
    kind, factor, options = STORED[stored]
    side = max(200, smallest)
    return (data.astronaut()[100 : 100 + side, 100 : 101 + side] * factor).astype(kind), options


def exactly(metric, score):
    assert score == metric.identity or (np.isnan(score) and np.isnan(metric.identity)), f"{metric.name}: {score!r}"


@pytest.mark.parametrize("name", METRICS)
def test_one_picture_stored_twice_alike(name):
    metric = iqametrics.metric(name)
    for stored, executor, color in itertools.product(STORED, EXECUTORS, (None, *metric.sees.modes)):
        if color is not None and stored not in ("uint8", "float32 of 1"):
            continue  # each mode once in integers, once in floats
        image, options = photograph(stored, metric.min_size)
        exactly(metric, metric(image, image.copy(), backend=executor, color=color, **options))


@pytest.mark.parametrize("name", METRICS)
def test_one_picture_stored_in_two_types(name):
    """Grey is rounded for neither, or it would differ."""
    metric = iqametrics.metric(name)
    whole, options = photograph("uint8", metric.min_size)
    for kind, executor in itertools.product((np.float32, np.float64), EXECUTORS):
        for pair in itertools.permutations((whole, whole.astype(kind))):
            exactly(metric, metric(*pair, backend=executor, **options))
            exactly(metric, metric.prepare(pair[0], backend=executor, **options)(pair[1]))
            exactly(metric, iqametrics.score(metric, *pair, backend=executor, **options)[metric.name])


def test_conventions_that_round_luma():
    whole, options = photograph("uint8")
    assert iqametrics.ssim(whole, whole.astype(float), convention="tid2013", **options) == 1
    assert iqametrics.psnr(whole, whole.astype(float), color="gray", **options) == np.inf
    rounded = iqametrics.ssim(whole, whole // 2, color="gray")
    unrounded = iqametrics.ssim(whole.astype(float), whole // 2.0, color="gray", **options)
    mixed = iqametrics.ssim(whole, whole // 2.0, color="gray", **options)
    assert mixed == unrounded != rounded


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32", "float64"])
def test_a_perfect_output_of_a_network_costs_nothing(kind):
    torch = pytest.importorskip("torch")
    from iqametrics.losses import Loss

    truth = torch.from_numpy(data.astronaut()[:96, :96].transpose(2, 0, 1).copy())[None]
    output = truth.to(getattr(torch, kind)).requires_grad_()
    for name in ("ssim", "uqi", "vif", "gmsd", "ms_ssim:levels=2"):
        loss = Loss(iqametrics.naming.parse(name), data_range=255)(truth, output)
        loss.backward()
        assert loss.item() == 0, name
        assert output.grad.isfinite().all(), name


def test_scores_of_next_to_identical_images_stay_in_range():
    rng = np.random.default_rng(0)
    for metric, executor in itertools.product(
        (iqametrics.ssim, iqametrics.metric("ssim", convention="skimage")), EXECUTORS
    ):
        for _ in range(20):
            x = (0.2 + 1e-4 * rng.random((32, 32))).astype(np.float32)
            scores = metric(x, x + np.float32(1e-7), data_range=1.0, backend=executor)
            assert metric.range[0] <= scores <= metric.range[1]


def test_what_is_beyond_rounding_is_not_hidden():
    """A score that an error of the package brought out of its range stays to be seen."""
    from iqametrics.kernels import ops

    for executor in EXECUTORS:
        working = ops(executor)
        scores = working.working(np.array([0.5, 1 + 1e-12, 1 + 1e-3, -1e-12, -0.5, np.nan, np.inf]), 1.0, False)
        found = np.asarray(working.within(scores, 0.0, 1.0, 1e-9))
        np.testing.assert_array_equal(found, [0.5, 1, 1 + 1e-3, 0, -0.5, np.nan, np.inf])
