"""Pyramids, LPIPS, DISTS and saliency, each against its equation written out."""

import pickle

import numpy as np
import pytest
import torch
import torchvision

import iqametrics
from iqametrics import deep_pyramid, deep_ssim, dists, lpips, saliency_pool
from iqametrics.deep import backbone
from iqametrics.errors import OptionError, WeightsError
from iqametrics.stencils.saliency import spectral_residual
from tests.conformance.cases import cheap
from tests.deep.conftest import crop, noisy


@pytest.fixture(scope="module")
def pair():
    image = crop("astronaut", 144)
    return image, noisy(image)


def maps_of(image, **options):
    x = torch.from_numpy(image).permute(2, 0, 1)[None].float() * (1 / 255)  # to the last bit as in the package
    with torch.no_grad():
        return {tap: maps[0].double().numpy() for tap, maps in backbone(**options)(x).items()}


def intersection(a, b, level):
    """Histogram intersection in every cell, cell by cell."""
    count, found = 2**level, []
    for i in range(count):
        for j in range(count):
            cells = []
            for maps in (a, b):
                rows = slice(i * maps.shape[1] // count, (i + 1) * maps.shape[1] // count)
                columns = slice(j * maps.shape[2] // count, (j + 1) * maps.shape[2] // count)
                strength = maps[:, rows, columns].sum(axis=(1, 2))
                cells.append(strength / strength.sum() if strength.sum() else np.full(len(maps), 1 / len(maps)))
            found.append(np.minimum(*cells).sum())
    return np.mean(found)


def test_pyramid_by_hand(pair):
    options = {"weights": "surrogate", "taps": ["relu1", "relu3"]}
    x, y = (maps_of(image, name="alexnet", **options) for image in pair)
    layers = []
    for tap, levels in (("relu1", 4), ("relu3", 2)):
        values = [intersection(x[tap], y[tap], level) for level in range(levels)]
        layers.append(np.prod(values) ** (1 / levels))
    assert deep_pyramid(*pair, **options) == pytest.approx(np.prod(layers) ** 0.5, rel=1e-6)
    coarse = deep_pyramid(*pair, **options, level_weights=[1, 0, 0, 0])
    expected = [intersection(x[tap], y[tap], 0) for tap in options["taps"]]
    assert coarse == pytest.approx(np.prod(expected) ** 0.5, rel=1e-6)
    with pytest.raises(OptionError, match="has 2 weights, the maps have 4 levels"):
        deep_pyramid(*pair, **options, level_weights=[1, 1])


def test_pyramid_invariants():
    from iqametrics.deep.pyramids import similarities

    a, b = torch.rand(1, 6, 32, 32), torch.rand(1, 6, 32, 32)
    for one, other in zip(similarities(a, b), similarities(b, a), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    for one, other in zip(similarities(a, b), similarities(3 * a, b / 7), strict=True):
        torch.testing.assert_close(one, other)
    order = torch.randperm(32 * 32)
    moved = a.flatten(2)[..., order].reshape(a.shape)
    levels = [float(level.mean()) for level in similarities(a, moved)]
    assert levels[0] == pytest.approx(1, abs=1e-6)
    assert max(levels[1:]) < 0.999


def heads_file(tmp_path, counts):
    path = tmp_path / "heads.pth"
    generator = torch.Generator().manual_seed(2)
    heads = {f"lin{i}.model.1.weight": torch.rand(1, n, 1, 1, generator=generator) for i, n in enumerate(counts)}
    torch.save(heads, path)
    return path, [value[0, :, 0, 0].double().numpy() for value in heads.values()]


def test_lpips_by_hand(pair, tmp_path):
    taps = [f"relu{i}" for i in range(1, 6)]
    x, y = (maps_of(image, name="alexnet", weights="surrogate", taps=taps) for image in pair)
    path, heads = heads_file(tmp_path, (64, 192, 384, 256, 256))
    total = 0
    for tap, weights in zip(taps, heads, strict=True):
        a, b = (maps / (np.sqrt((maps**2).sum(axis=0)) + 1e-10) for maps in (x[tap], y[tap]))
        total += (weights[:, None, None] * (a - b) ** 2).sum(axis=0).mean()
    assert lpips(*pair, weights="surrogate", heads=path) == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize("options", [{}, {"data_range": 2}, {"data_range": (-1, 1)}], ids=str)
def test_lpips_takes_floats_below_0_as_its_authors_do(pair, options):
    signed = [image / 127.5 - 1 for image in pair]
    found = lpips(*signed, weights="surrogate", heads="uniform", **options)
    assert found == pytest.approx(lpips(*pair, weights="surrogate", heads="uniform"), rel=1e-5)


def test_the_authors_heads_are_read(pair, reference_folder):
    for name, network in (("alex", "alexnet"), ("vgg", "vgg16")):
        path = reference_folder / "data" / "weights" / "lpips" / "v0.1" / f"{name}.pth"
        found = [lpips(x, pair[0], weights="surrogate", heads=path, backbone=network) for x in pair]
        assert found[0] == 0 < found[1]


def test_heads_that_lack_or_do_not_fit(pair, tmp_path):
    with pytest.raises(WeightsError, match=r'heads=PATH, or heads="uniform"'):
        lpips(*pair, weights="surrogate")
    path, _ = heads_file(tmp_path, (64, 192, 384, 256, 255))
    with pytest.raises(WeightsError, match=r"lin4.model.1.weight is \(1, 255, 1, 1\) and should be \(1, 256, 1, 1\)"):
        lpips(*pair, weights="surrogate", heads=path)
    with pytest.raises(WeightsError, match="missing 2: alpha, beta"):
        dists(*pair, weights="surrogate", heads=path)


def test_dists_by_hand(pair, tmp_path):
    """Its own pooling, from torchvision's modules one after the other."""
    with torch.device("meta"):
        model = torchvision.models.vgg16(weights=None).features.eval()
    from iqametrics.deep import surrogate

    shapes = {f"features.{key}": tuple(value.shape) for key, value in model.state_dict().items()}
    state = {key.removeprefix("features."): value for key, value in surrogate.weights("vgg16", shapes).items()}
    model.load_state_dict(state, assign=True)
    line = torch.hann_window(5, periodic=False)[1:-1]
    window = torch.outer(line, line) / line.sum() ** 2
    stages = []
    for image in pair:
        x = torch.from_numpy(image).permute(2, 0, 1)[None] / 255
        found = [x]
        mean, deviation = (torch.tensor(e)[:, None, None] for e in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
        x = (x - mean) / deviation
        with torch.no_grad():
            for place, module in enumerate(model):
                if isinstance(module, torch.nn.MaxPool2d):
                    weight = window.expand(x.shape[1], 1, 3, 3)
                    x = (torch.nn.functional.conv2d(x**2, weight, None, 2, 1, groups=x.shape[1]) + 1e-12).sqrt()
                else:
                    x = module(x)
                if place in (3, 8, 15, 22, 29):
                    found.append(x.clone())
        stages.append([each[0].double().numpy() for each in found])
    counts = [len(each) for each in stages[0]]
    assert sum(counts) == 1475
    random = np.random.default_rng(0)
    alpha, beta = random.random(1475), random.random(1475)
    path = tmp_path / "dists.pth"
    torch.save(
        {k: torch.from_numpy(v).float()[None, :, None, None] for k, v in (("alpha", alpha), ("beta", beta))}, path
    )
    kept, place = 0.0, 0
    for a, b in zip(*stages, strict=True):
        for m in range(len(a)):
            mx, my, vx, vy = a[m].mean(), b[m].mean(), a[m].var(), b[m].var()
            cov = ((a[m] - mx) * (b[m] - my)).mean()
            kept += alpha[place] * (2 * mx * my + 1e-6) / (mx * mx + my * my + 1e-6)
            kept += beta[place] * (2 * cov + 1e-6) / (vx + vy + 1e-6)
            place += 1
    expected = 1 - kept / (alpha.sum() + beta.sum())
    assert dists(*pair, weights="surrogate", heads=path) == pytest.approx(expected, rel=1e-4)


def test_dists_brings_large_images_to_256():
    image = crop("astronaut", 300)
    options = {"weights": "surrogate", "heads": "uniform"}
    assert dists(image, noisy(image), **options) != dists(image, noisy(image), convention="full-size", **options)


def blob(shape, row, column):
    rows, columns = np.indices(shape)
    image = np.full(shape, 120.0)
    image[np.hypot(rows - row, columns - column) < 10] = 220
    return image.astype(np.uint8)


def test_constant_saliency_is_the_plain_mean():
    flat = np.full((80, 90), 100, np.uint8)
    for name in ("mse", "ssim", "psnr", "rmse"):
        metric = iqametrics.metric(name)
        salient = saliency_pool(metric)(flat, noisy(flat))
        assert salient == pytest.approx(metric(flat, noisy(flat)), rel=1e-9)


def test_what_the_eye_is_drawn_to_is_salient():
    found = spectral_residual(blob((64, 64), 20, 44))
    assert found.min() == 0 < found.max() == 1
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert np.hypot(row - 20, column - 44) < 14


@pytest.mark.parametrize("how", ["weighting", "region"])
def test_damage_where_nobody_looks_counts_less(how):
    reference = blob((128, 128), 40, 40)
    seen, unseen = reference.astype(int), reference.astype(int)
    noise = np.random.default_rng(0).integers(-20, 21, (30, 30))
    seen[25:55, 25:55] += noise
    unseen[90:120, 90:120] += noise
    seen, unseen = (np.clip(each, 0, 255).astype(np.uint8) for each in (seen, unseen))
    for name in ("mse", "mae", "ssim"):
        metric = saliency_pool(iqametrics.metric(name), how=how)
        assert metric.badness(metric(reference, unseen)) < metric.badness(metric(reference, seen))


#: Metrics that make more of their map than a mean.
NO_MEANS = {"dss", "haarpsi", "ifc", "mad", "md", "mdsi", "ms_gmsd", "ms_gmsdc", "nlpd", "nqm", "psnr_b", "wsnr"}
FITTING = [name for name in iqametrics.metrics(task="fr") if cheap(name).min_size <= 144]


@pytest.mark.parametrize("name", FITTING)
def test_any_metric_with_a_map(name, pair):
    metric = saliency_pool(cheap(name))
    if name in NO_MEANS:
        with pytest.raises(OptionError, match=f"{name} is .* of its map"):
            metric(*pair)
        return
    assert metric(pair[0], pair[0]) == pytest.approx(metric.identity, abs=1e-9)
    score = metric(*pair)
    assert np.isfinite(score)
    assert pickle.loads(pickle.dumps(metric))(*pair) == score
    assert metric.prepare(pair[0])(pair[1]) == pytest.approx(score, rel=1e-12)
    batch = metric(*(np.stack([image, image[::-1]]) for image in pair))
    assert batch == pytest.approx([score, metric(*(image[::-1] for image in pair))], rel=1e-12)


def test_saliency_of_feature_maps_and_its_gradients(pair):
    metric = saliency_pool(deep_ssim.with_options(weights="surrogate", taps=["conv1", "conv2"]))
    x, y = (torch.from_numpy(image).permute(2, 0, 1).double() for image in pair)
    y.requires_grad_(True)
    score = metric(x, y, data_range=255)
    score.backward()
    assert y.grad.isfinite().all()
    assert score.item() == pytest.approx(metric(*pair), rel=1e-5)


def test_the_maximum_has_no_weights(pair):
    with pytest.raises(OptionError, match="md is the maximum of its map"):
        saliency_pool(iqametrics.md)(*pair)
    with pytest.raises(OptionError, match="how='half'"):
        saliency_pool(iqametrics.mse, how="half")
    with pytest.raises(OptionError, match="share=0"):
        saliency_pool(iqametrics.mse, share=0)
