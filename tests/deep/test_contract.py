"""What every metric promises, of those on feature maps: with the surrogate, on small pictures."""

import copy
import math
import pickle

import numpy as np
import pytest
import torch

import iqametrics
from iqametrics.errors import OptionError, ShapeError, WeightsError
from iqametrics.kernels import ON_CPU
from tests.deep.conftest import crop, noisy

NAMES = sorted(set(iqametrics.metrics(task="fr", weights=True)) - set(iqametrics.metrics()))
#: The network computes in single precision, which differs by the last digits between batches.
SINGLE = 2e-6


def bound(name, **options):
    known = iqametrics.metric(name)
    given = {"weights": "surrogate", "heads": "uniform"}
    if name == "deepsim":
        given["taps"] = ["conv1_2", "conv2_2", "conv3_1"]
    elif "taps" in known.options and known.recipe().taps == "conv":
        # Of deeper maps two places have a Laplacian here, and it may be next to nothing.
        given["taps"] = ["conv1", "conv2", *(["conv3"] if name != "deep_lmse" else ["relu2"])]
    return known.with_options(**{key: value for key, value in given.items() if key in known.options}, **options)


@pytest.fixture(params=NAMES)
def metric(request):
    return bound(request.param)


@pytest.fixture(params=["deep_ssim", "deepsim", "lpips"])
def representative(request):
    """A classical metric of AlexNet's maps, one of VGG's, one that was learned: on these, calls are proved in full."""
    return bound(request.param)


@pytest.fixture(scope="module")
def pair():
    image = crop("astronaut")
    return image, noisy(image)


def close(found, expected, tolerance=SINGLE):
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=tolerance, atol=tolerance)


def test_the_list_has_them_when_asked():
    assert {"deep_ssim", "deep_gmsd", "deepsim", "deep_pyramid", "lpips", "dists"} <= set(NAMES)
    assert iqametrics.deep_metric("ssim") is iqametrics.deep_ssim is iqametrics.metric("deep-ssim")
    with pytest.raises(OptionError, match=r"deep_metric\('vif'\); use one of ssim, gmsd"):
        iqametrics.deep_metric("vif")


def test_the_record(metric):
    first = metric.__doc__.splitlines()[0]
    assert f"{metric.better} is better" in first
    assert metric.task == "fr"
    assert metric.needs_weights
    low, high = metric.range
    assert low <= metric.identity <= high
    assert metric.min_size == 64
    assert f"https://doi.org/{metric.citation.doi}" in metric.__doc__
    for option in metric.options:
        assert f"\n{option} : " in metric.__doc__
    plain = iqametrics.metric(metric.name)
    assert pickle.loads(pickle.dumps(plain)) is plain is copy.deepcopy(plain)
    assert pickle.loads(pickle.dumps(metric)).bound == metric.bound


def test_weights_are_asked_for(metric, pair):
    with pytest.raises(WeightsError, match="surrogate"):
        iqametrics.metric(metric.name)(*pair)


def test_identity(metric, pair):
    for image in (pair[0], crop("chelsea"), np.full((64, 70, 3), 90, np.uint8), np.zeros((64, 64), np.uint8)):
        assert metric(image, image.copy()) == pytest.approx(metric.identity, abs=1e-6)


def test_executors_agree(metric, pair):
    doubles = [metric(*pair, backend=backend, precision="double") for backend in ON_CPU]
    close(doubles, doubles[0], 1e-10)
    score = metric(*pair)
    assert math.isfinite(score)
    close(score, doubles[0])
    low, high = metric.range
    assert low <= score <= high


def test_executors_agree_in_single_precision(representative, pair):
    scores = [representative(*pair, backend=backend) for backend in ON_CPU]
    close(scores, scores[0])


def test_calls_of_every_metric(metric, pair):
    """A batch, a prepared reference, tensors: the numbers of the plain call."""
    single = metric(*pair)
    x, y = (np.stack([image, image[::-1]]) for image in pair)
    batch = metric(x, y)
    assert batch.shape == (2,)
    close(batch[0], single)
    assert metric.prepare(pair[0])(pair[1]) == single
    score = metric(*(torch.from_numpy(image).permute(2, 0, 1).float() / 255 for image in pair), data_range=1.0)
    assert score.shape == ()
    assert score.dtype == torch.float32
    close(score, single, 1e-5)


def test_batches_and_lists_are_single_scores(representative, pair):
    others = crop("coffee"), noisy(crop("coffee"), 9)
    singles = [representative(*pair), representative(*others)]
    x, y = (np.stack(each) for each in zip(pair, others, strict=True))
    close(representative(x, y), singles)
    close(representative(list(x), list(y)), singles)
    tensors = [torch.from_numpy(each).permute(0, 3, 1, 2) for each in (x, y)]
    found = representative(*tensors, backend="torch")
    assert isinstance(found, torch.Tensor)
    close(found, singles)


def test_prepare_gives_the_same_numbers(representative, pair):
    fixed = representative.prepare(pair[0])
    for distorted in (pair[1], noisy(pair[0], 7), pair[1]):
        assert fixed(distorted) == representative(pair[0], distorted)


def test_forms_of_an_image(representative, pair):
    """Floats, and grey as three equal channels."""
    close(representative(*(image / 255 for image in pair), data_range=1.0), representative(*pair))
    grey = [image[..., 1] for image in pair]
    close(representative(*grey), representative(*(np.repeat(image[..., None], 3, -1) for image in grey)))


def test_too_small(metric):
    image = np.zeros((63, 90, 3), np.uint8)
    with pytest.raises(ShapeError, match="at least 64x64"):
        metric(image, image)


def test_terms_and_provenance(metric, pair):
    terms = metric.terms(*pair)
    assert len(terms) > 2
    assert all(np.isfinite(value) for value in terms.values())
    said = metric.provenance()
    assert said["weights_sha256"] == "surrogate-v1"
    assert said["backbone"] in ("alexnet", "vgg16")
    assert said["taps"]


def test_maps_and_their_geometry(metric, pair):
    if metric.name == "dists":
        with pytest.raises(OptionError, match="has no map"):
            metric.map(*pair)
        return
    maps, places = metric.map(*pair), metric.map_geometry(pair[0].shape[:2])
    assert len(maps) == len(places) == len(metric.terms(*pair))
    for each, place in zip(maps, places, strict=True):
        assert each.ndim == 2
        assert np.isfinite(each).all()
        for axis in (0, 1):
            last = place.offset[axis] + place.step[axis] * (each.shape[axis] - 1)
            assert -place.step[axis] <= place.offset[axis] <= last <= pair[0].shape[axis] - 1 + place.step[axis]


def test_gradients(metric, pair):
    """Against finite differences along random directions, everything in double."""
    x, y = (torch.from_numpy(image[:64, :64]).permute(2, 0, 1).double() for image in pair)
    for free in ((x.requires_grad_(True), y), (x.detach(), y.requires_grad_(True))):
        assert torch.autograd.gradcheck(
            lambda a, b: metric(a, b, data_range=255, precision="double"),
            free,
            fast_mode=True,
            check_undefined_grad=False,
            nondet_tol=1e-9,
            eps=1e-4,
            atol=1e-6,
            rtol=1e-3,
        )


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("deepsim", "dists")])
def test_gradients_are_finite_where_images_agree(name):
    metric = bound(name)
    for image in (crop("astronaut", 64), np.full((64, 64, 3), 90, np.uint8)):
        x = torch.from_numpy(image).permute(2, 0, 1).float().requires_grad_(True)
        y = x.detach().clone().requires_grad_(True)
        metric(x, y, data_range=255).backward()
        assert x.grad.isfinite().all()
        assert y.grad.isfinite().all()
