"""Metrics that count what draws the eye, or nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from iqametrics import pooling
from iqametrics.errors import OptionError
from iqametrics.formulas.error import peak_ratio
from iqametrics.formulas.similarity import root
from iqametrics.front import Citation, Metric, Option, Recipe
from iqametrics.geometry import MapGeometry
from iqametrics.inputs import is_tensor
from iqametrics.planes import Planes
from iqametrics.pooling import Pool, WeightedMap
from iqametrics.stencils.color import GRAY
from iqametrics.stencils.saliency import spectral_residual

HOU_ZHANG = Citation(
    "X. Hou and L. Zhang",
    "Saliency detection: A spectral residual approach",
    "IEEE Conference on Computer Vision and Pattern Recognition",
    2007,
    "10.1109/CVPR.2007.383267",
)
#: Least weight, so that no place counts nothing.
FLOOR = 0.05
_HOW = ("weighting", "region")
_DOC = """{title}, pooled by saliency; {better} is better, {identity} for identical images.

.. math:: \\frac{{\\sum_i s_i \\, q_i}}{{\\sum_i s_i}}

over the map :math:`q` of :doc:`{name}`, with the saliency :math:`s` of the reference by its spectral residual; or, as
``how="region"``, over the most salient part of the image alone.

Notes
-----
What the metric does after its mean, a logarithm or a root, is done after this one. Scales and layers are pooled each, then
averaged. The saliency is computed at 64 pixels on the shorter side and has no gradient.
"""


def saliency_pool(metric: Metric, how: str = "weighting", share: float = 0.25) -> Metric:
    """Return a metric that pools the map of another by the saliency of the reference.

    Parameters
    ----------
    metric : Metric
        Any with a map; options bound to it stay.
    how : {"weighting", "region"}
        Weight the map by saliency, or take its mean over the most salient part.
    share : float
        That part, of the area.

    Returns
    -------
    Metric
        Called as the other; its options ``how`` and ``share`` have these defaults. Its map is the same.

    Raises
    ------
    OptionError
        The metric takes the maximum of its map, which weights leave as it is; or it has no map.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import saliency_pool, ssim
    >>> x = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    >>> round(saliency_pool(ssim)(x, x), 6)
    1.0
    """
    _check_how(how)
    _check_share(share)
    texts = {"title": metric.title, "name": metric.name, "better": metric.better}
    texts["identity"] = "what depends on the image" if metric.identity is None else f"{metric.identity:g}"

    def compute(x: Planes, y: Planes, recipe: Recipe) -> Pool:
        return Salient(metric, metric.compute(x, y, recipe), x, recipe)

    compute.__doc__ = _DOC.format(**texts)
    options = {
        "how": Option(
            how, '{"weighting", "region"}', "Weight the map by saliency, or only look at its salient part.", _check_how
        ),
        "share": Option(share, "float", "The salient part of the area.", _check_share),
    }
    return replace(
        metric,
        name=f"salient_{metric.name}",
        title=f"{metric.title}, by saliency",
        compute=compute,
        options={**metric.options, **options},
        citation=HOU_ZHANG,
        recipe_type=None,
        aliases=(),
        made_by=(saliency_pool, (metric, how, share)),
    )


def _check_how(value: Any) -> None:
    if value not in _HOW:
        raise OptionError(f"how={value!r} is unknown; use one of {', '.join(_HOW)}")


def _check_share(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise OptionError(f"share={value!r} must be a number above 0, up to 1")


@dataclass
class Salient(Pool):
    """The pool of another metric, its means weighted by saliency.

    Attributes
    ----------
    metric : Metric
        The other metric.
    pool : Pool
        Its pool.
    reference : Planes
        The reference.
    recipe : Recipe
        That of the call.
    """

    metric: Metric
    pool: Pool
    reference: Planes
    recipe: Recipe

    def maps(self) -> Any:
        return self.pool.maps()

    def score(self) -> Any:
        if isinstance(self.pool, pooling.Maximum):
            raise OptionError(f"{self.metric.name} is the maximum of its map, which no weights change")
        if not self.pool.weighable:
            raise OptionError(
                f"{self.metric.name} is no mean of its map, which weights could enter; pool another metric"
            )
        found = self.pool.maps()
        places: Any = self.metric.place(self.reference.size, self.recipe)
        several = isinstance(found, tuple) and not isinstance(found, WeightedMap)
        maps, geometries = (list(found), list(places)) if several else ([found], [places])
        parts = [self._sums(each, place) for each, place in zip(maps, geometries, strict=True)]
        if isinstance(self.pool, pooling.InformationRatio):
            above, below = (sum(each) for each in zip(*parts, strict=True))
            return above / below
        return _finish(self.pool, self.metric, sum(above / below for above, below in parts) / len(parts), self._spread)

    def _sums(self, found: Any, place: MapGeometry) -> tuple[Any, Any]:
        """Sums of weighted quality and of weights, over every map."""
        quality, own = (found.quality, found.weight) if isinstance(found, WeightedMap) else (found, 1.0)
        weights = self._weights(quality, place) * own
        return (quality * weights).sum((-2, -1)), (weights + 0 * quality).sum((-2, -1))

    def _spread(self, mean: Any) -> Any:
        """Weighted standard deviation of the only map."""
        found = self.pool.maps()
        place: Any = self.metric.place(self.reference.size, self.recipe)
        weights = self._weights(found, place)
        deviation = found - mean[..., None, None]
        variance = (deviation * deviation * weights).sum((-2, -1)) / weights.sum((-2, -1))
        return self.reference.ops.bind(root)(variance)

    def _weights(self, maps: Any, place: MapGeometry) -> Any:
        """Saliency at the samples of a map, the same for all planes of an image."""
        key = "salient", place, tuple(maps.shape), self.recipe.how, self.recipe.share
        sampled = self.reference.derive(key, partial(_sampled, self.reference, place, maps, self.recipe))
        if not is_tensor(maps):
            return sampled
        import torch

        return torch.as_tensor(sampled, dtype=maps.dtype, device=maps.device)


def _finish(pool: Pool, metric: Metric, mean: Any, spread: Callable[[Any], Any]) -> Any:
    """What a metric does after the mean of its map."""
    if isinstance(pool, pooling.Deviation):
        return spread(mean)
    if isinstance(pool, pooling.Decibels | pooling.RootMean):
        mean, ops = mean.reshape(-1, pool.planes).mean(-1), pool.field.ops
        return ops.bind(peak_ratio)(mean, pool.peak) if isinstance(pool, pooling.Decibels) else ops.bind(root)(mean)
    return mean


def _sampled(reference: Planes, place: MapGeometry, maps: Any, recipe: Recipe) -> np.ndarray:
    """Saliency of every image at the samples of its maps."""
    data = reference.data
    images = data.detach().cpu().double().numpy() if is_tensor(data) else np.asarray(data, np.float64)
    images = images.reshape(-1, reference.per_image, *images.shape[-2:])
    grey = np.tensordot(GRAY, images, (0, 1)) if reference.per_image == 3 else images[:, 0]
    found = np.stack([_at(spectral_residual(image), image.shape, place, tuple(maps.shape[-2:])) for image in grey])
    if recipe.how == "region":
        found = (found >= np.quantile(found, 1 - recipe.share, axis=(-2, -1), keepdims=True)).astype(np.float64)
    else:
        found = np.maximum(found, FLOOR)
    return found.repeat(len(maps) // len(found), axis=0)


def _at(saliency: np.ndarray, size: tuple[int, ...], place: MapGeometry, count: tuple[int, ...]) -> np.ndarray:
    """A small saliency map, interpolated at the samples of a quality map."""
    from scipy.ndimage import map_coordinates

    lines = [
        (place.offset[axis] + place.step[axis] * np.arange(count[axis]) + 0.5) * saliency.shape[axis] / size[axis] - 0.5
        for axis in (0, 1)
    ]
    sampled: np.ndarray = map_coordinates(saliency, np.meshgrid(*lines, indexing="ij"), order=1, mode="nearest")
    return sampled
