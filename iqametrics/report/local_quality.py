"""The quality map of a metric, brought onto the pixels of the image."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from iqametrics.front import Metric
from iqametrics.geometry import MapGeometry
from iqametrics.pooling import WeightedMap


@dataclass(frozen=True)
class LocalQuality:
    """What a metric says of every pixel of an image.

    Attributes
    ----------
    values : ndarray (H, W)
        The metric's map: a quality, or an error. Of a quality whose best value depends on the image, what it lacks of the
        reference's with itself, an error.
    weights : ndarray (H, W)
        What every place counts in the score, 0 to 1; 1 everywhere for a metric that does not weight.
    best : float
        Value where the images agree.
    scales : int
        Number of maps that were averaged.
    """

    values: np.ndarray
    weights: np.ndarray
    best: float
    scales: int

    @property
    def is_error(self) -> bool:
        """Whether larger values are worse.

        A map that is 0 where the images agree holds errors. Any other holds qualities, whatever the direction of the
        score: gmsd is better when lower, but its map is a similarity.
        """
        return self.best == 0

    @property
    def harm(self) -> np.ndarray:
        """How far every place is on the bad side of `best`, 0 where it is not."""
        difference = self.values - self.best
        return np.maximum(difference if self.is_error else -difference, 0)


def local_quality(metric: Metric, reference: np.ndarray, distorted: np.ndarray) -> LocalQuality:
    """Compute the map of a pair of images and bring it onto their pixels.

    Maps of several scales are averaged; each counts what it counts in the score where the metric tells, and all alike
    where it does not. Channels are averaged. Between samples the map is interpolated linearly; pixels beyond the
    outermost samples show the nearest one, whose window reaches them.

    Parameters
    ----------
    metric : Metric
        With the options bound that the call needs, such as ``data_range``.
    reference, distorted : ndarray (H, W) or (H, W, 3)
        The images.
    """
    found = _on_pixels(metric, reference, distorted)
    if metric.identity is None and not found.is_error:
        return replace(found, values=_on_pixels(metric, reference, reference).values - found.values, best=0.0)
    return found


def _on_pixels(metric: Metric, reference: np.ndarray, distorted: np.ndarray) -> LocalQuality:
    height, width = distorted.shape[:2]
    geometries = metric.map_geometry((height, width))
    maps = _as_list(metric.map(reference, distorted))
    total, count = np.zeros((height, width)), np.zeros((height, width))
    for each, geometry in zip(maps, _as_list(geometries), strict=True):
        values, weights = _parts(each, geometry)
        total += spread(values * weights, geometry, (height, width))
        count += spread(weights, geometry, (height, width))
    best = _best(metric, distorted)
    values = np.divide(total, count, out=np.full_like(total, best), where=count > 0)
    return LocalQuality(values, _relative(count), best, len(maps))


def spread(samples: np.ndarray, geometry: MapGeometry, shape: tuple[int, int]) -> np.ndarray:
    """Interpolate a map at every pixel of an image of ``shape = (height, width)``."""
    for axis in (0, 1):
        last = samples.shape[axis] - 1
        place = np.clip((np.arange(shape[axis]) - geometry.offset[axis]) / geometry.step[axis], 0, last)
        before = np.floor(place).astype(int)
        share = np.expand_dims(place - before, 1 - axis)
        after = np.minimum(before + 1, last)
        samples = samples.take(before, axis) * (1 - share) + samples.take(after, axis) * share
    return samples


def _as_list(value: Any) -> list[Any]:
    """The maps, or geometries, of all scales; both kinds are tuples themselves where there is one scale."""
    several = isinstance(value, tuple) and not isinstance(value, WeightedMap | MapGeometry)
    return list(value) if several else [value]


def _parts(found: Any, geometry: MapGeometry) -> tuple[np.ndarray, np.ndarray]:
    """Values and weights per pixel of a map.

    A weighted score sums over samples, and a sample of a coarse scale covers more pixels. Scales without weights count
    by their means, whatever their number of samples.
    """
    if isinstance(found, WeightedMap):
        values, weights = _without_channels(found.quality), _without_channels(found.weight)
        return values, weights / (geometry.step[0] * geometry.step[1])
    values = _without_channels(found)
    return values, np.ones_like(values)


def _without_channels(values: np.ndarray) -> np.ndarray:
    return values if values.ndim == 2 else values.mean(axis=-1)


def _relative(weights: np.ndarray) -> np.ndarray:
    """Weights relative to a large one, so that a few extremes don't make all others look like nothing."""
    large = float(np.percentile(weights, 90))
    return np.minimum(weights / large, 1) if large > 0 else np.zeros_like(weights)


def _best(metric: Metric, image: np.ndarray) -> float:
    """Value of the map where the images agree: what a part of the image gives with itself, rounding aside."""
    part = image[: metric.min_size, : metric.min_size]
    found = [_parts(each, MapGeometry())[0].mean() for each in _as_list(metric.map(part, part))]
    return round(float(np.mean(found)), 6)
