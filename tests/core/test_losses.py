"""Losses and means made from records."""

import socket
import subprocess
import sys

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import DTypeError, OptionError, ShapeError
from tests.conformance.cases import REPRESENTATIVE, cheap, small_shape
from tests.conformance.pictures import noisy, picture

torch = pytest.importorskip("torch")

from iqametrics.losses import Loss, Mean  # noqa: E402


def batch(metric, count=3):
    images = [picture(small_shape(metric), seed) for seed in range(count)]
    return [
        torch.stack([torch.from_numpy(image)[None].float() / 255 for image in each])
        for each in (images, [noisy(image, seed=seed) for seed, image in enumerate(images)])
    ]


# MAD chooses by thresholds and ranks, and has no slope to go down.
@pytest.mark.parametrize("name", [name for name in iqametrics.metrics(task="fr") if name != "mad"])
def test_a_step_down_the_loss_makes_the_image_better(name):
    metric = cheap(name, data_range=1.0)
    x, y = batch(metric, 1)
    y.requires_grad_()
    loss = Loss(metric)
    loss(x, y).backward()
    before = metric(x, y.detach())
    step = 1e-4 * y.grad / y.grad.abs().max()
    after = metric(x, y.detach() - step)
    assert metric.badness(float(after)) < metric.badness(float(before))


@pytest.mark.parametrize("name", REPRESENTATIVE)
def test_autocast_changes_nothing(name):
    metric = cheap(name, data_range=1.0)
    x, y = batch(metric, 1)
    loss = Loss(metric)
    slopes = []
    for enabled in (False, True):
        leaf = y.clone().requires_grad_()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            loss(x, leaf).backward()
        slopes.append(leaf.grad)
    torch.testing.assert_close(*slopes, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "formula", "value"),
    [
        ("ssim", "1 - ssim", lambda s: 1 - s),
        ("psnr", "-psnr", lambda s: -s),
        ("gmsd", "gmsd", lambda s: s),
        ("sc", "abs(sc - 1)", lambda s: (s - 1).abs()),
    ],
)
def test_sign_and_reduction(name, formula, value):
    metric = iqametrics.metric(name, data_range=1.0)
    x, y = batch(metric)
    each = value(metric(x, y))
    loss = Loss(name, data_range=1.0, reduction="none")
    assert loss.formula == formula
    torch.testing.assert_close(loss(x, y), each, rtol=0, atol=0)
    torch.testing.assert_close(Loss(name, data_range=1.0)(x, y), each.mean(), rtol=0, atol=0)
    torch.testing.assert_close(Loss(metric, reduction="sum")(x, y), each.sum(), rtol=0, atol=0)
    assert repr(loss) == f"Loss({formula}, data_range=1.0, reduction='none')"


def test_what_a_loss_refuses():
    with pytest.raises(OptionError, match="mean, sum, none"):
        Loss("ssim", reduction="median")
    with pytest.raises(OptionError, match="no option levels"):
        Loss("ssim", levels=3)
    with pytest.raises(DTypeError, match="tensors"):
        Loss("ssim")(picture((16, 16)), picture((16, 16)))


def test_mean_counts_every_image_once():
    metric = iqametrics.metric("ssim", data_range=1.0)
    x, y = batch(metric)
    mean = Mean("ssim", data_range=1.0)
    with pytest.raises(ShapeError, match="update"):
        mean.compute()
    assert mean(x[:1], y[:1]) == metric(x[:1], y[:1]).double().mean()
    mean.update(x[1:], y[1:])
    assert mean.count == 3
    torch.testing.assert_close(mean.compute(), metric(x, y).double().mean(), rtol=1e-12, atol=0)
    assert not mean.compute().requires_grad
    mean.reset()
    mean.update(x[0], y[0].requires_grad_())
    assert mean.compute() == metric(x[0], y[0].detach()).double()


def test_mean_of_arrays_and_lists():
    images = [picture((16, 16)), picture((17, 20))]
    mean = Mean("mse")
    mean.update(images, [image // 2 for image in images])
    expected = np.mean([iqametrics.mse(image, image // 2) for image in images])
    assert float(mean.compute()) == pytest.approx(expected, rel=1e-12)


RANK = """
import sys
import torch
from torch import distributed
from iqametrics.losses import Mean
rank = int(sys.argv[1])
distributed.init_process_group("gloo", init_method=sys.argv[2], rank=rank, world_size=2)
mean = Mean("mse", data_range=1.0)
if rank == 0:  # the other has no share of the images
    x = torch.zeros(3, 1, 4, 4)
    mean.update(x, x + torch.tensor([0.0, 1.0, 2.0]).reshape(3, 1, 1, 1))
print(float(mean.compute()), mean.count)
distributed.destroy_process_group()
"""


@pytest.mark.filterwarnings("default")
def test_mean_over_processes(tmp_path):
    if not torch.distributed.is_available():
        pytest.skip("torch without distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", RANK, str(rank), address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for rank in range(2)
    ]
    said = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    means, counts = zip(*(out.split() for out, _ in said), strict=True)
    assert [float(mean) for mean in means] == pytest.approx([5 / 3] * 2)
    assert counts == ("3", "0")
