"""Several metrics in one go give the numbers of single calls."""

from collections import Counter

import numpy as np
import pytest

import iqametrics
from iqametrics import score
from iqametrics.errors import OptionError, ShapeError, UnknownMetricError
from iqametrics.metric_set import MetricSet, planned
from iqametrics.naming import label, parse
from tests.conformance.cases import conventions
from tests.conformance.pictures import colourful, noisy, picture

FIVE = ["psnr", "ssim", "ms_ssim:levels=2", "gmsd", "vifp"]


@pytest.mark.parametrize("shape", [(74, 80), (75, 79)], ids=["even", "odd"])
@pytest.mark.parametrize("executor", ["numpy", "numba", "torch"])
def test_to_the_last_bit(shape, executor):
    """Of all metrics and conventions at once, whichever order they have."""
    if executor == "torch":
        pytest.importorskip("torch")
    every = [metric for metric in conventions().values() if metric.min_size <= min(shape)]
    x = colourful(shape)
    y = noisy(x)
    expected = {label(metric): metric(x, y, backend=executor) for metric in every}
    assert score(every, x, y, backend=executor) == expected
    assert score(every[::-1], x, y, backend=executor) == expected
    few = score(FIVE, x, y, backend=executor)
    assert few == {name: expected.get(name, few[name]) for name in FIVE}


def test_prepared_and_in_parts():
    """What is left out changes none of the others by a bit."""
    every = [iqametrics.metric(name) for name in ("ssim", "psnr", "gmsd")] + [iqametrics.metric("ms_ssim", levels=2)]
    x = colourful((60, 64))
    together = MetricSet(planned(every, {}), x, prepare=True)
    for seed in range(2):
        y = noisy(x, seed=seed)
        expected = [metric(x, y) for metric in every]
        assert together(y) == expected
        assert together(y, [3, 0]) == [expected[3], expected[0]]
        assert together(y, [0]) == [expected[0]]


def test_batches_lists_and_files(tmp_path):
    from PIL import Image

    x = np.stack([colourful((30, 31), seed) for seed in range(2)])
    y = np.stack([noisy(image) for image in x])
    found = score(["ssim", "mse"], x, y)
    np.testing.assert_array_equal(found["ssim"], iqametrics.ssim(x, y))
    np.testing.assert_array_equal(score(["ssim"], list(x), list(y))["ssim"], iqametrics.ssim(list(x), list(y)))
    for name, image in (("x", x[0]), ("y", y[0])):
        Image.fromarray(image).save(tmp_path / f"{name}.png")
    assert score("ssim", tmp_path / "x.png", tmp_path / "y.png") == {"ssim": iqametrics.ssim(x[0], y[0])}


def test_gradients_of_the_sum():
    torch = pytest.importorskip("torch")
    x, y = (torch.from_numpy(image).double() for image in (picture((44, 45)), noisy(picture((44, 45)))))
    expected = torch.zeros_like(y)
    for name in FIVE:
        leaf = y.clone().requires_grad_()
        parse(name)(x, leaf, data_range=255).backward()
        expected += leaf.grad
    leaf = y.clone().requires_grad_()
    sum(score(FIVE, x, leaf, data_range=255).values()).backward()
    torch.testing.assert_close(leaf.grad, expected, rtol=1e-9, atol=1e-12)


def test_options():
    x, y = picture((30, 31)) / 255, noisy(picture((30, 31))) / 255
    found = score(["ssim:skimage", iqametrics.metric("mse", data_range=2.0)], x, y, data_range=1)
    assert found["ssim:skimage"] == iqametrics.ssim(x, y, data_range=1, convention="skimage")
    assert found["mse:data_range=2.0"] == iqametrics.mse(x, y, data_range=2)
    colour = colourful((30, 31))
    both = score(["ssim", "ssim:color=channels"], colour, noisy(colour), color="luma")
    assert both["ssim"] == iqametrics.ssim(colour, noisy(colour), color="luma")
    assert both["ssim:color=channels"] == iqametrics.ssim(colour, noisy(colour), color="channels")


@pytest.mark.parametrize(
    ("asked", "error", "why"),
    [
        ([], OptionError, "no metric"),
        (["ssim:levels=3"], OptionError, "no option 'levels'"),
        (["sim"], UnknownMetricError, "ssim"),
        ([""], UnknownMetricError, "name is missing"),
        (["psnr", "ssim"], ShapeError, "ssim needs images of at least 11x11"),
    ],
)
def test_refusals(asked, error, why):
    with pytest.raises(error, match=why):
        score(asked, picture((8, 8)), picture((8, 8)))


def test_what_is_common_is_computed_once(monkeypatch):
    """Grey, half-size images and the moments of the finest scale."""
    from iqametrics.kernels.numba_ import color, moments, resampling

    done = Counter()

    def counted(module, name):
        function = getattr(module, name)

        def count(*arguments):
            done[name] += 1
            return function(*arguments)

        monkeypatch.setattr(module, name, count)

    for module, name in ((color, "planes"), (moments, "run"), (resampling, "decimate")):
        counted(module, name)
    x = colourful((64, 64))
    together = MetricSet(planned(FIVE, {}), x)
    together(noisy(x))
    shrunk_by_vifp = 2 * 3
    assert done["planes"] == 2 + 2  # grey, and for psnr the channels
    assert done["decimate"] == 2 * 1 + shrunk_by_vifp  # ms_ssim and gmsd look at the same half-size image
    assert done["run"] == 2 + 4  # ssim and both scales of ms_ssim; four of vifp
    done.clear()
    together(noisy(x))
    assert done["planes"] == 2
    assert done["decimate"] == (2 + shrunk_by_vifp) / 2
