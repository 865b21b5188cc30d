"""Pooling a map gives the score, and every sample lies where the geometry says."""

import functools
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

import iqametrics
from iqametrics import pooling
from tests.closeness import assert_close
from tests.conformance.cases import small_pair
from tests.conformance.pictures import colourful, noisy, picture
from tests.noting import noting

TOLERANCE = 1e-11
#: Metrics of which a change shows further off as well.
NOT_LOCAL = {"fsim", "fsimc", "mad"}
#: Metrics whose map is an error; the others' maps are similarities.
ERRORS = {
    "mse",
    "psnr",
    "mae",
    "rmse",
    "md",
    "ad",
    "nae",
    "lmse",
    "nlpd",
    "psnr_b",
    "psnr_hvs",
    "psnr_hvsm",
    "delta_e",
    "iw_mse",
    "iw_psnr",
    "wsnr",
    "nqm",
    "mad",
}
#: Metrics whose score can't be had from their map.
NOT_FROM_THE_MAP = {
    "mdsi": "the map is the modulus of a complex quality",
    "ms_gmsdc": "chroma has no map",
    "psnr_b": "the blocking effect has no map",
}


def pool_of(metric, reference, distorted, **options):
    """How the metric pools, read from the call it makes."""
    seen = []

    @functools.wraps(metric.compute)
    def spy(*arguments):
        seen.append(metric.compute(*arguments))
        return seen[-1]

    replace(metric, compute=spy)(reference, distorted, **options)
    return seen[0]


def pooled(pool, maps):
    """The score of one plane from its maps, with NumPy alone; one line per way to pool."""
    if isinstance(pool, pooling.Decibels):
        return 10 * math.log10(pool.peak**2 / maps.mean())
    if isinstance(pool, pooling.Deviation):
        return maps.std(ddof=1 if pool.unbiased else 0)
    if isinstance(pool, pooling.PowerProduct):
        return math.prod(max(part.mean(), 0) ** weight for part, weight in zip(maps, pool.weights, strict=True))
    if isinstance(pool, pooling.WeightedSum):
        return sum(max(part.mean(), 0) * weight for part, weight in zip(maps, pool.weights, strict=True))
    if isinstance(pool, pooling.InformationRatio):
        return sum((part.quality * part.weight).sum() for part in maps) / sum(part.weight.sum() for part in maps)
    if isinstance(pool, pooling.WeightedMean):
        parts = flat_list(maps)
        return sum((part.quality * part.weight).sum() for part in parts) / sum(part.weight.sum() for part in parts)
    if isinstance(pool, pooling.SignalToNoise):
        return 10 * math.log10(float(pool.field.values()[0].mean()) / maps.mean())
    if isinstance(pool, pooling.InformationRate):
        return sum(part.sum() for part in maps) / pool.pixels
    if isinstance(pool, pooling.RootMean):
        return math.sqrt(maps.mean())
    if isinstance(pool, pooling.Maximum):
        return maps.max()
    if isinstance(pool, pooling.Quotient) or type(pool) is pooling.Mean:
        return maps.mean()
    if isinstance(pool, pooling.WeightedMean):
        parts = maps if type(maps) is tuple else (maps,)
        return sum((part.quality * part.weight).sum() for part in parts) / sum(part.weight.sum() for part in parts)
    if isinstance(pool, pooling.Worst):
        return np.sort(maps.ravel())[: max(1, math.floor(pool.share * maps.size + 0.5))].mean()
    if isinstance(pool, pooling.Transformed):
        if pool.local:
            maps = replaced(pool, maps)
        return pool.formula(pooled(pool.pool, maps), *pool.constants)
    if isinstance(pool, pooling.Combined):
        parts, scores = iter(maps), []
        for part in pool.pools.values():
            count = part.maps()
            count = len(count) if type(count) is tuple else None
            scores.append(pooled(part, next(parts) if count is None else tuple(itertools.islice(parts, count))))
        return pool.formula(*scores, *pool.constants)
    raise NotImplementedError(f"say here how a map is pooled by {type(pool).__name__}")


def replaced(pool, maps):
    """What a map was before the formula of a :class:`Transformed` pool, found by bisection: formulas fall or rise."""
    low, high = np.zeros_like(maps.quality), np.ones_like(maps.quality)
    falling = pool.formula(0.0, *pool.constants) > pool.formula(0.1, *pool.constants)
    value = np.vectorize(lambda at: pool.formula(at, *pool.constants))
    for _ in range(60):
        middle = (low + high) / 2
        beyond = (value(middle) < maps.quality) == falling
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return pooling.WeightedMap((low + high) / 2, maps.weight)


def test_a_pooled_map_is_the_score(metric, executors):
    """Of integers, of floats (a map is in the units of the score), and of the plane of a coloured image."""
    if metric.name in NOT_FROM_THE_MAP:
        pytest.skip(NOT_FROM_THE_MAP[metric.name])
    coloured = colourful(small_pair(metric)[0].shape)
    for name, pair, options in (
        ("seed 0", small_pair(metric), {}),
        ("seed 1", small_pair(metric, 1), {}),
        ("floats", [image / 255 for image in small_pair(metric)], {"data_range": 1}),
        ("colour", (coloured, noisy(coloured)), {"color": "gray"}),
    ):
        pool = pool_of(metric, *pair, **options)
        for executor in executors:
            with noting(name, executor):
                maps = metric.map(*pair, backend=executor, **options)
                assert_close(pooled(pool, maps), metric(*pair, backend=executor, **options), TOLERANCE)


def test_maps_of_identical_images(metric, executors):
    if metric.identity is None:
        pytest.skip(f"what {metric.name} gives for identical images depends on the image")
    reference, _ = small_pair(metric)
    best = 0 if metric.name in ERRORS else 1  # the others' maps are similarities
    for executor in executors:
        for part in flat_list(metric.map(reference, reference.copy(), backend=executor)):
            quality = part.quality if isinstance(part, pooling.WeightedMap) else part
            with noting(executor):
                np.testing.assert_allclose(quality, best, rtol=0, atol=1e-9)
                assert quality.dtype == np.float64


def test_the_geometry_is_that_of_the_map(metric):
    """No sample lies outside by a step (unless the recipe pads); what is left over at both ends is alike."""
    reference, distorted = small_pair(metric)
    maps, geometry = metric.map(reference, distorted), metric.map_geometry(reference.shape)
    assert geometry == iqametrics.metric(metric.name).map_geometry(reference.shape, **metric.bound)
    assert (type(maps) is tuple) == (type(geometry) is tuple)
    for part, place in zip(flat_list(maps), flat_list(geometry), strict=True):
        shape = (part.quality if isinstance(part, pooling.WeightedMap) else part).shape
        for axis in (0, 1):
            before = place.offset[axis]
            after = reference.shape[axis] - 1 - before - place.step[axis] * (shape[axis] - 1)
            assert abs(before - after) <= 2 * place.step[axis]
            if not metric.conventions[metric.recipe().convention].parameters.get("pad"):
                assert min(before, after) >= -0.75 * place.step[axis]


def test_a_local_distortion_shows_where_the_geometry_says(metric):
    """A spot is moved through one period of the map; the centre of what changes must follow it, on average.

    One position alone would not do: the nearest sample may be half a step away. The reference is grain, whose weight is
    the same everywhere but for chance.
    """
    if metric.name in NOT_LOCAL:
        pytest.skip(f"the filters of {metric.name} see the whole image, and a change shows a little everywhere")
    longest = max(max(g.step) for g in flat_list(metric.map_geometry((300, 300))))
    side = max(metric.min_size, 40) + int(longest) * 12
    reference = np.random.default_rng(0).integers(60, 196, (side, side + 9), np.uint8)
    fixed = metric.prepare(reference)
    untouched = flat_list(fixed.map(reference))
    others = flat_list(metric.map(reference[::-1], reference[::-1]))
    geometries = flat_list(metric.map_geometry(reference.shape))
    steps = int(longest) * max(1, -(-12 // int(longest)))  # whole periods
    spots = [(side // 2 + i, side // 2 + 3 - i) for i in range(0, steps, max(1, int(longest) // 8))]
    misses = np.zeros((len(spots), len(geometries), 2))
    for row, spot in enumerate(spots):
        distorted = reference.copy()
        distorted[spot] ^= 0x80
        maps = flat_list(fixed.map(distorted))
        for column, (before, other, after, geometry) in enumerate(
            zip(untouched, others, maps, geometries, strict=True)
        ):
            misses[row, column] = centre_of(change(before, other, after), geometry) - np.array(spot)
    for geometry in set(geometries):  # maps that lie alike are looked at together
        alike = [column for column, other in enumerate(geometries) if other == geometry]
        miss = misses[:, alike].mean(axis=(0, 1))
        assert np.abs(miss).max() < 0.3 * max(geometry.step), (geometry, miss)


def test_automatic_downsampling(executor):
    """At 384 pixels the recipe that shrinks comes into play: its map, its geometry, its batches and its reference."""
    metric = iqametrics.metric("ssim", convention="wang2004-downsampled", backend=executor)
    reference = picture((384, 401))
    distorted = noisy(reference)
    score = metric(reference, distorted)
    assert abs(score - iqametrics.ssim(reference, distorted)) > 0.01
    assert_close(score, np.mean(metric.map(reference, distorted)), TOLERANCE)
    assert metric.map_geometry(reference.shape) == ((10.5, 10.5), (2, 2))
    assert metric.map_geometry((383, 401)) == ((5, 5), (1, 1))
    assert metric.map_geometry((640, 900)) == ((15, 15), (3, 3))
    assert metric.prepare(reference)(distorted) == score
    assert_close(metric(*(np.stack([image] * 2)[..., None] for image in (reference, distorted)))[1], score, 1e-13)
    for spot in ((200, 200), (201, 201), (200, 201)):
        changed = reference.copy()
        changed[spot] ^= 0x80
        amount = np.abs(metric.map(reference, changed) - 1)
        centre = centre_of(amount, metric.map_geometry(reference.shape))
        assert np.abs(centre - spot).max() < 1


def change(before, other, after):
    """How far a map changed; ``other`` is that of another image."""
    if isinstance(before, pooling.WeightedMap):
        changed = np.abs(after.quality - before.quality)
        # A weight that no image decides says how central a place is, and would draw the change to the middle.
        return changed if np.array_equal(before.weight, other.weight) else changed * before.weight
    return np.abs(after - before)


def centre_of(amount, geometry):
    """Centre of gravity in pixels of the image."""
    rows, columns = np.indices(amount.shape)
    assert amount.sum() > 0
    place = np.array([(rows * amount).sum(), (columns * amount).sum()]) / amount.sum()
    return np.array(geometry.offset) + np.array(geometry.step) * place


def flat_list(found):
    """The maps of all scales; those of a metric of one scale are a list of one."""
    return list(found) if type(found) is tuple else [found]
