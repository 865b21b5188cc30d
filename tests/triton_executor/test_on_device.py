"""Whole metrics on a CUDA device: sizes and pictures that would take the interpreter hours, streams, graphs, memory."""

import numpy as np
import pytest

import iqametrics
from iqametrics.naming import parse
from tests.conformance.pictures import colourful, noisy
from tests.golden.embedded_pairs import pairs
from tests.golden.table import calls, golden_rows
from tests.golden.table import pair as golden_pair
from tests.triton_executor.test_kernels import agree, pair

torch = pytest.importorskip("torch")
pytest.importorskip("triton")

from iqametrics.losses import Loss, Mean  # noqa: E402

pytestmark = [
    pytest.mark.gpu,
    # The tests' own operations have no order that torch vouches for; the kernels' have.
    pytest.mark.filterwarnings("default:.*deterministic"),
]
FIVE = ("psnr", "ssim", "ms_ssim", "gmsd", "vifp")
#: Cycles for which a stream is kept busy: some tens of milliseconds.
BUSY = 50_000_000


@pytest.fixture
def cuda(device):
    if device != "cuda":
        pytest.skip("needs a CUDA device")
    return device


@pytest.mark.parametrize("shape", [(176, 331), (3, 181, 177)], ids=["gray", "colour"])
@pytest.mark.parametrize("name", FIVE)
def test_scores_and_gradients(name, shape, device):
    metric = iqametrics.metric(name, data_range=255.0, color="channels")
    x, y = (image.requires_grad_() for image in pair(shape, device, torch.float32))
    score = metric(x, y, backend="triton")
    score.backward()
    doubles = [image.detach().cpu().double().requires_grad_() for image in (x, y)]
    expected = metric(*doubles, backend="torch")
    expected.backward()
    agree(score, expected.detach(), 1e-5)
    for image, double in zip((x, y), doubles, strict=True):
        assert (image.grad.cpu() - double.grad).abs().max() <= 1e-4 * double.grad.abs().max()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", FIVE)
def test_half_precision(name, dtype, device):
    """Against the truth about the same samples; the gradient has the type of the images."""
    x, y = (image / 255 for image in pair((177, 179), device, torch.float32))
    x, y = (image.to(dtype).requires_grad_() for image in (x, y))
    metric = iqametrics.metric(name, data_range=1.0)
    score = metric(x, y, backend="triton")
    score.backward()
    agree(score, metric(*(image.detach().cpu().double().numpy() for image in (x, y)), backend="numpy"), 2e-3)
    assert x.grad.dtype == y.grad.dtype == dtype
    assert y.grad.isfinite().all()


@pytest.mark.parametrize("name", FIVE)
def test_pictures(name, device):
    compared = 0
    for reference, distorted in pairs().values():
        if min(reference.shape[:2]) >= iqametrics.metric(name).min_size:
            expected = iqametrics.metric(name)(reference, distorted, backend="numpy")
            images = [
                torch.from_numpy(np.ascontiguousarray(np.moveaxis(image, -1, 0) if image.ndim == 3 else image)).to(
                    device
                )
                for image in (reference, distorted)
            ]
            assert_score(name, images, expected)
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize("name", FIVE)
def test_authors_pictures(name, cuda, reference_folder):
    mapped = calls()
    wanted = {row.pair_id for row in golden_rows(reference_folder) if row.key in mapped and not row.is_refusal}
    for pair_id in sorted(wanted):
        reference, distorted = golden_pair(reference_folder, pair_id)
        if min(reference.shape[:2]) >= iqametrics.metric(name).min_size:
            images = [np.moveaxis(image, -1, 0) if image.ndim == 3 else image for image in (reference, distorted)]
            expected = iqametrics.metric(name)(reference, distorted)
            assert_score(name, [torch.from_numpy(np.array(image, order="C")).to(cuda) for image in images], expected)


def assert_score(name, images, expected):
    """Of 8-bit images, exact where all is done in whole numbers, and of the same in single precision."""
    found = iqametrics.metric(name)(*images, backend="triton")
    if not np.isfinite(expected):
        assert float(found) == expected
        return
    if name == "psnr":
        assert float(found) == pytest.approx(expected, rel=1e-15)
    agree(found, expected, 1e-5)
    single = iqametrics.metric(name)(
        *(image.float() for image in images), data_range=255.0, color="channels", backend="triton"
    )
    channels = iqametrics.metric(name)(*(image.cpu() for image in images), color="channels")
    agree(single, channels, 1e-5)


def test_batches_of_any_layout(device):
    x, y = (torch.stack([pair((3, 64, 67), device, torch.float32, seed)[side] for seed in range(3)]) for side in (0, 1))
    for name in ("ssim", "gmsd", "vifp"):
        metric = iqametrics.metric(name, data_range=255.0, color="channels", backend="triton")
        whole = metric(x, y)
        assert whole.shape == (3,)
        last = [image.contiguous(memory_format=torch.channels_last) for image in (x, y)]
        torch.testing.assert_close(metric(*last), whole, rtol=0, atol=0)
        torch.testing.assert_close(metric(x[1], y[1]), whole[1], rtol=0, atol=1e-7)


def test_several_at_once(device):
    x, y = pair((3, 64, 66), device, torch.float32)
    names = ["psnr", "ssim", "ms_ssim:levels=2", "gmsd", "vifp"]
    found = iqametrics.score(names, x, y, data_range=255.0, backend="triton")
    for name in names:
        metric = parse(name)
        assert found[name] == metric(x, y, data_range=255.0, backend="triton")


def test_chosen_without_being_asked(cuda):
    x, y = pair((64, 65), cuda, torch.float32)
    for name in ("mse", "ssim", "gmsd"):
        metric = iqametrics.metric(name, data_range=255.0)
        assert metric(x, y) == metric(x, y, backend="triton")
    doubles = [image.double() for image in (x, y)]
    agree(
        iqametrics.ssim(*doubles, data_range=255.0),
        iqametrics.ssim(*(i.cpu() for i in doubles), data_range=255.0),
        1e-12,
    )


@pytest.mark.parametrize("name", ["mse", "ssim", "gmsd"])
def test_runs_on_the_current_stream(name, cuda):
    """What is written late on a stream is what a kernel of that stream reads, forward and backward."""
    x, y = pair((64, 65), cuda, torch.float32)
    loss = Loss(name, data_range=255.0)
    expected = torch.autograd.grad(loss(x, y.requires_grad_()), y)[0]
    late = torch.zeros_like(x)
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        torch.cuda._sleep(BUSY)
        late.copy_(y.detach())
        found = torch.autograd.grad(loss(x, late.requires_grad_()), late)[0]
    torch.cuda.current_stream().wait_stream(stream)
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["psnr", "ssim", "gmsd"])
def test_captured_in_a_graph(name, cuda):
    """Scores and gradients of new images, by replaying."""
    loss = Loss(name, data_range=255.0, color="channels")
    x, y = pair((3, 64, 65), cuda, torch.float32)
    y.requires_grad_()
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):  # compiles
        torch.autograd.grad(loss(x, y), y)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        score = loss(x, y)
        (slope,) = torch.autograd.grad(score, y)
    other = torch.from_numpy(np.moveaxis(noisy(colourful((64, 65), 5), seed=5), -1, 0).copy()).to(cuda).float()
    with torch.no_grad():
        y.copy_(other)
    graph.replay()
    leaf = other.requires_grad_()
    expected = loss(x, leaf)
    torch.testing.assert_close(score, expected, rtol=0, atol=0)
    torch.testing.assert_close(slope, torch.autograd.grad(expected, leaf)[0], rtol=0, atol=0)


@pytest.mark.parametrize("name", ["mse", "ssim", "gmsd"])
def test_inside_what_torch_compiles(name, cuda):
    loss = Loss(name, data_range=1.0, color="channels")

    def train(x, weight):
        return loss(x, torch.sigmoid(x * weight))

    x = torch.rand(2, 3, 33, 35, device=cuda)
    slopes = []
    for function in (train, torch.compile(train)):
        weight = torch.full((), 0.7, device=cuda, requires_grad=True)
        function(x, weight).backward()
        slopes.append(weight.grad)
    torch.testing.assert_close(*slopes, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", FIVE)
def test_autocast_changes_nothing(name, cuda):
    x, y = pair((3, 177, 176), cuda, torch.float32)
    metric = iqametrics.metric(name, data_range=255.0)
    expected = metric(x, y)
    with torch.autocast("cuda", dtype=torch.float16):
        assert metric(x, y) == expected


@pytest.mark.parametrize("name", ["mse", "ssim", "gmsd"])
def test_forward_stores_no_image(name, cuda):
    """Neither products nor moments nor a map: what a call allocates is a small part of an image."""
    x, y = (torch.rand(3, 1080, 1920, device=cuda) for _ in range(2))
    metric = iqametrics.metric(name, data_range=1.0, color="channels", backend="triton")
    metric(x, y)
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    metric(x, y)
    halves = 2 * x.numel() if name == "gmsd" else 0  # both at half size
    assert torch.cuda.max_memory_allocated() - before < halves + x.numel() * x.element_size() / 20


def test_means_stay_on_the_device(cuda):
    mean = Mean("ssim", data_range=255.0)
    x, y = pair((3, 64, 65), cuda, torch.float32)
    mean.update(x, y)
    mean.update(x[None], x[None])
    assert mean.compute().device.type == "cuda"
    agree(mean.compute(), (iqametrics.ssim(x, y, data_range=255.0).double().cpu() + 1) / 2, 1e-6)


def test_maps_of_a_network(device):
    """As on the CPU; in double precision they go through torch."""
    x, y = (image / 255 for image in pair((3, 64, 67), device, torch.float32))
    for options in ({}, {"precision": "double"}):
        metric = iqametrics.metric("deep_ssim", data_range=1.0, weights="surrogate", **options)
        expected = metric(x.cpu(), y.cpu(), backend="torch")
        agree(metric(x, y, backend="triton"), expected, 1e-9 if options else 1e-5)
