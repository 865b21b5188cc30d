"""Kernels against the truth: on a CUDA device, or without one under the interpreter by way of test_interpreter.py."""

import math

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import BackendError
from iqametrics.fields import means
from iqametrics.planes import Planes
from iqametrics.stencils.pixels import PixelField
from tests.conformance.pictures import colourful, noisy, picture
from tests.every_name import every_name

torch = pytest.importorskip("torch")
pytest.importorskip("triton")

#: ``pytest -m gpu`` runs these on the device.
pytestmark = pytest.mark.gpu


def pair(shape, device, dtype=None, seed=0):
    """A picture and a noisy version of it as tensors; colour where the shape has three axes."""
    reference = colourful(shape[1:], seed) if len(shape) == 3 else picture(shape, seed)
    found = []
    for image in (reference, noisy(reference, seed=seed)):
        image = np.ascontiguousarray(image.transpose(2, 0, 1) if image.ndim == 3 else image)
        found.append(torch.from_numpy(image).to(device=device, dtype=dtype))
    return found


def agree(found, expected, tolerance):
    assert abs(float(found.detach()) - float(expected)) <= tolerance * max(1.0, abs(float(expected)))


#: Metrics on small images, each a way through the kernels.
CASES = {
    "mse": ({}, (5, 7)),
    "psnr": ({}, (3, 9, 13)),
    "mae": ({}, (9, 140)),
    "nae": ({}, (9, 13)),
    "ssim": ({"convention": "skimage"}, (11, 13)),
    "gmsd": ({}, (13, 15)),
}


@pytest.mark.parametrize("name", CASES)
def test_scores_and_gradients(name, device):
    options, shape = CASES[name]
    metric = iqametrics.metric(name, data_range=255.0, **options)
    x, y = (image.requires_grad_() for image in pair(shape, device, torch.float32))
    score = metric(x, y, backend="triton")
    score.backward()
    doubles = [image.detach().cpu().double().requires_grad_() for image in (x, y)]
    expected = metric(*doubles, backend="torch")
    expected.backward()
    agree(score, expected.detach(), 1e-5)
    for image, double in zip((x, y), doubles, strict=True):
        if double.grad is None:
            continue
        assert image.grad.dtype == torch.float32
        assert (image.grad.cpu() - double.grad).abs().max() <= 1e-4 * double.grad.abs().max()


def test_every_name_of_formulas(device):
    x, y = pair((9, 13), device, torch.float32)
    field = PixelField(*(Planes(image[None], "triton") for image in (x, y)), every_name)
    truth = PixelField(*(Planes(image[None].cpu().double(), "torch") for image in (x, y)), every_name)
    agree(field.mean()[0], truth.mean()[0], 1e-6)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("name", "options"), [("mse", {}), ("ssim", {"convention": "skimage"}), ("gmsd", {})])
def test_types(name, options, dtype, device):
    x, y = pair((9, 10), device, dtype)
    metric = iqametrics.metric(name, data_range=255.0, **options)
    expected = metric(*(image.cpu().double().numpy() for image in (x, y)), backend="numpy")
    found = metric(x, y, backend="triton")
    if name == "mse" and not dtype.is_floating_point:
        assert float(found) == expected
    agree(found, expected, 1e-5)


@pytest.mark.parametrize("color", ["gray", "luma", "ycbcr", "channels"])
def test_batches_and_colours(color, device):
    pairs = [pair((3, 9, 11), device, torch.float32, seed) for seed in range(2)]
    x, y = (torch.stack([each[side] for each in pairs]) for side in (0, 1))
    found = iqametrics.gmsd(x, y, data_range=255.0, color=color, backend="triton")
    assert found.shape == (2,)
    arrays = [image.double().cpu().permute(0, 2, 3, 1).numpy() for image in (x, y)]
    expected = iqametrics.gmsd(*arrays, data_range=255.0, color=color, backend="numpy")
    np.testing.assert_allclose(found.cpu(), expected, rtol=0, atol=1e-5)


def test_any_strides(device):
    x, y = pair((24, 20), device, torch.float32)
    views = [
        lambda image: image.t(),
        lambda image: image[::2, ::2],
        lambda image: image[3:, 1:12],
        lambda image: image[:1].expand(14, -1),
    ]
    for view in views:
        for name in ("mse", "gmsd"):
            metric = iqametrics.metric(name, data_range=255.0)
            whole = metric(view(x).contiguous(), view(y).contiguous(), backend="triton")
            assert metric(view(x), view(y), backend="triton") == whole
    metric = iqametrics.metric("ssim", data_range=255.0, convention="skimage")
    seen = [image.t()[:9, ::2] for image in (x, y)]
    assert metric(*seen, backend="triton") == metric(*(image.contiguous() for image in seen), backend="triton")


@pytest.mark.parametrize("border", ["valid", "zero", "symmetric", "reflect"])
@pytest.mark.parametrize(("taps", "factor"), [((0.5, 0.5), 2), ((0.2, 0.5, 0.3), 2), ((0.25,) * 4, 4)])
def test_decimation(taps, factor, border, device):
    from iqametrics.kernels.torch_ import ops
    from iqametrics.kernels.triton_.resampling import decimated

    image = torch.rand(2, 9, 10, device=device, requires_grad=True)
    found = decimated(image, 3.0, list(taps), factor, border)
    double = image.detach().double().requires_grad_()
    expected = ops.correlate(double * 3, taps, border)[..., ::factor, ::factor]
    torch.testing.assert_close(found.double(), expected, rtol=1e-6, atol=1e-6)
    weights = torch.rand_like(found)
    (found * weights).sum().backward()
    (expected * weights.double()).sum().backward()
    torch.testing.assert_close(image.grad.double(), double.grad, rtol=1e-5, atol=1e-6)


def fields(x, y, window, name, joint, executor):
    from iqametrics.formulas import information, structure
    from iqametrics.planes import Planes
    from iqametrics.stencils.moments import MomentField

    formula, constants = {
        "both": (structure.contrast_structure_and_ssim, (6.5, 58.5)),
        "information": (information.pixel_information, (2.0, 1e-10)),
    }[name]
    planes = [Planes(image, executor, 0.5, double=executor == "torch") for image in (x, y)]
    return MomentField(*planes, window, formula, constants, joint)


@pytest.mark.parametrize(("name", "joint"), [("both", True), ("information", False)])
def test_moments(name, joint, device):
    """Sums, maps and both their gradients, in two strips of rows, beside an edge that is far from the even ground."""
    from iqametrics.stencils.moments import gaussian, uniform

    window = uniform(3, unbiased=True) if joint else gaussian(3, 0.6)
    x, y = (image.float() for image in pair((21, 9), device))
    x[:, :3] = 200.0 + 2 * torch.rand(21, 3, device=device)
    x[9:], y[9:, 5:] = x[9:] * 0.1, 250.0
    x, y = (torch.stack([image, image.flip(0)]).requires_grad_() for image in (x, y))
    doubles = [image.detach().cpu().double().requires_grad_() for image in (x, y)]
    for what, values in (("means", lambda field: means([field])[0]), ("maps", lambda field: field.maps())):
        found = values(fields(x, y, window, name, joint, "triton"))
        expected = values(fields(*doubles, window, name, joint, "torch"))
        images = [x, y], doubles
        for tensors in (found, expected):
            for image in images[tensors is expected]:
                image.grad = None
            total = sum(((place + 1) * part.cpu().double() ** 2).sum() for place, part in enumerate(tensors))
            total.backward()
        # Windows far from the shift have joint variances to a millionth of the squared range, which c2 divides.
        near = 1e-6 * 127.5**2 / 58.5 if joint and what == "maps" else 1e-5
        for a, b in zip(found, expected, strict=True):
            torch.testing.assert_close(a.cpu().double(), b, rtol=0, atol=near)
        for image, double in zip(*images, strict=True):
            assert (image.grad.cpu() - double.grad).abs().max() <= 1e-4 * double.grad.abs().max()


@pytest.mark.parametrize(
    ("name", "options", "best"),
    [("ssim", {"convention": "skimage"}, 1.0), ("gmsd", {}, 0.0), ("psnr", {}, math.inf), ("mse", {}, 0.0)],
)
def test_identical_images_are_exactly_the_best_and_have_no_slope(name, options, best, device):
    x = pair((9, 11), device, torch.float32)[0].requires_grad_()
    y = x.detach().clone().requires_grad_()
    score = iqametrics.metric(name, **options)(x, y, data_range=255.0, backend="triton")
    score.backward()
    assert score == best
    assert not x.grad.any()
    assert not y.grad.any()


def test_nan_comes_out(device):
    """On a GPU nobody looks for it first."""
    from iqametrics.stencils.moments import uniform

    x, y = (image[None] for image in pair((9, 8), device, torch.float32))
    for image in (x, y):
        spoilt = [each.clone() for each in (x, y)]
        spoilt[image is y][0, 4, 4] = math.nan
        for name, joint in (("both", True), ("information", False)):
            for mean in means([fields(*spoilt, uniform(3), name, joint, "triton")])[0]:
                assert mean.isnan().all()


@pytest.mark.parametrize("name", ["mse", "gmsd"])
def test_autocast_changes_nothing(name, device):
    x, y = pair((3, 9, 10), device, torch.float32)
    metric = iqametrics.metric(name, data_range=255.0, backend="triton")
    expected = metric(x, y)
    with torch.autocast(device, dtype=torch.bfloat16):
        assert metric(x, y) == expected


def test_the_same_bits_every_time(device):
    from iqametrics.stencils.moments import uniform

    x, y = (image[None].float() for image in pair((25, 8), device))
    first, second = (means([fields(x, y, uniform(3), "both", True, "triton")])[0] for _ in range(2))
    assert all(a == b for a, b in zip(first, second, strict=True))


def test_operators_are_ordinary(device):
    from iqametrics.kernels.triton_ import gradients, moments, pixels, resampling

    x, y = (torch.rand(1, 4, 5, device=device, requires_grad=True) for _ in range(2))
    tests = ("test_schema", "test_faketensor", "test_autograd_registration")
    for operator, arguments in (
        (pixels.pixel_sums, (x, y, "iqametrics.formulas.error:squared_error", [], True)),
        (
            moments.moment_sums,
            (x, y, "iqametrics.formulas.structure:ssim", [1.0, 2.0], [0.5, 0.5], 1.0, True, 1.0, 1.0),
        ),
        (gradients.gradient_sums, (x, y, "iqametrics.formulas.similarity:similarity", [1.0], [0.1] * 9, 1.0, 1.0)),
        (resampling.decimated, (x, 1.0, [0.5, 0.5], 2, "zero")),
    ):
        torch.library.opcheck(operator, arguments, test_utils=tests)


def test_compiled_by_torch(device):
    from iqametrics.kernels.triton_.pixels import pixel_sums

    def loss(x, y):
        return pixel_sums(x * 2, y * 2, "iqametrics.formulas.error:squared_error", [], False).sum()

    x, y = (torch.rand(1, 4, 5, device=device, requires_grad=True) for _ in range(2))
    compiled = torch.compile(loss, backend="aot_eager", fullgraph=True)
    compiled(x, y).backward()
    torch.testing.assert_close(x.grad, 8 * (x - y).detach())


@pytest.mark.parametrize(
    ("name", "dtype", "why"),
    [
        ("ssim", torch.float64, "single precision"),
        ("uqi", torch.float32, "no kernel"),
        ("vif", torch.float32, "no kernel"),
    ],
)
def test_what_it_cannot_do_by_name(name, dtype, why, device):
    x, y = pair((72, 73), device, dtype)
    with pytest.raises(BackendError, match=why):
        iqametrics.metric(name)(x, y, data_range=255.0, backend="triton")
