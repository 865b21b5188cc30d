"""Activation maximisation: the image that a feature map answers to most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from iqametrics.deep.backbones import DEVIATION, MEAN, Backbone
from iqametrics.deep.explain.prediction_difference import Network, chosen
from iqametrics.deep.selection.scores import MapName
from iqametrics.errors import OptionError
from iqametrics.progress import Track, untracked

#: Sides to choose from, and the places a side of a map should have.
_SIDES, _PLACES = (64, 128), 7
_JITTER, _SMOOTH_EVERY, _SIGMA, _START = 2, 4, 0.5, 0.01
#: Slope below zero: a map that is negative everywhere still shows the way up.
_SLOPE = 0.1
_EPSILON = 1e-12


@dataclass(frozen=True)
class Maximised:
    """Images that feature maps answer to most.

    Attributes
    ----------
    images : ndarray of float32, shape (maps, side, side, 3)
        Red, green and blue from 0 to 1.
    before, after : ndarray of float64, shape (maps,)
        Mean of a map's positive part for the image that was begun with, and for the one found.
    """

    images: npt.NDArray[np.float32]
    before: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]


def maximise_activation(
    network: Backbone,
    maps: Sequence[MapName],
    *,
    side: int | None = None,
    steps: int = 128,
    rate: float = 0.1,
    total_variation: float = 1e-2,
    decay: float = 1e-4,
    seed: int = 0,
    track: Track = untracked,
) -> Maximised:
    r"""Look for the image that makes a feature map strongest, by gradient ascent from grey with a little noise.

    .. math:: \max_z \; \overline{\mathrm{lrelu}(F(z))} - \lambda_{tv} \overline{|\nabla z|} - \lambda_2 \overline{z^2}

    with a map :math:`F` of the image :math:`z` in the network's normalised units, and means over places.

    Parameters
    ----------
    network : Backbone
        With the layers of the maps among its taps.
    maps : sequence of MapName
        The maps, each with an image of its own.
    side : int, optional
        Side of the images; by default 64 where the maps of such an image have 7 places a side, and otherwise 128.
    steps : int
        Steps; each is as long as `rate` times the gradient over its standard deviation.
    rate, total_variation, decay : float
        Length of a step, and the weights :math:`\lambda_{tv}` and :math:`\lambda_2`.
    seed : int
        Seed of the noise to begin with and of the jitter.
    track : callable, optional
        Passes the numbers of the steps through, as a progress bar does.

    Returns
    -------
    Maximised

    Raises
    ------
    OptionError
        There is no such map, or an option is out of range.

    Notes
    -----
    The image is moved by up to 2 pixels at random in every step, and smoothed (sigma 0.5) in every fourth one. Values
    below zero count a tenth, since a ReLU lets none of them through and a convolution's mean alone, which is linear,
    would prefer a pattern of the stride's period to that of its filter.

    References
    ----------
    .. [1] D. Erhan, Y. Bengio, A. Courville, P. Vincent, "Visualizing higher-layer features of a deep network",
       Technical report 1341, University of Montreal, 2009.
    """
    if steps < 1 or rate <= 0 or total_variation < 0 or decay < 0:
        raise OptionError(
            f"steps={steps}, rate={rate}, total_variation={total_variation}, decay={decay}: steps must be 1 or more, rate "
            "positive and the weights not negative"
        )
    side = _side(network, maps) if side is None else side
    mean, deviation = (torch.tensor(each)[:, None, None] for each in (MEAN, DEVIATION))
    random = torch.Generator().manual_seed(seed)
    start = (0.5 - mean) / deviation + _START * torch.randn((len(maps), 3, side, side), generator=random)
    low, high = -mean / deviation, (1 - mean) / deviation
    z = start
    for step in track(range(steps)):
        shift = torch.randint(-_JITTER, _JITTER + 1, (2,), generator=random).tolist()
        z = z.roll(shift, (-2, -1)).requires_grad_()
        quality = mean_activation(network, z * deviation + mean, maps, _SLOPE)
        penalty = total_variation * _variation(z) + decay * (z * z).mean((1, 2, 3))
        (gradient,) = torch.autograd.grad((quality - penalty).sum(), z)
        with torch.no_grad():
            z = z + rate * gradient / (gradient.std((1, 2, 3), keepdim=True) + _EPSILON)
            if step % _SMOOTH_EVERY == _SMOOTH_EVERY - 1:
                z = _smoothed(z)
            z = z.clamp(low, high).roll([-each for each in shift], (-2, -1))
    images = z * deviation + mean
    with torch.no_grad():
        before, after = (
            mean_activation(network, each, maps).double().numpy() for each in (start * deviation + mean, images)
        )
    return Maximised(images.permute(0, 2, 3, 1).clamp(0, 1).numpy(), before, after)


def mean_activation(network: Network, images: Tensor, maps: Sequence[MapName], slope: float = 0.0) -> Tensor:
    """Mean over its places of every image's own map, ``(images,)``; what is negative counts `slope` times."""
    found = network(images)
    each = [chosen(found, name)[place] for place, name in enumerate(maps)]
    return torch.stack([functional.leaky_relu(values, slope).mean() for values in each])


def _variation(z: Tensor) -> Tensor:
    """Mean absolute difference of neighbours."""
    return z.diff(dim=-1).abs().mean((1, 2, 3)) + z.diff(dim=-2).abs().mean((1, 2, 3))


def _smoothed(z: Tensor) -> Tensor:
    places = torch.arange(-1, 2)
    line = torch.exp(-(places**2) / (2 * _SIGMA**2))
    line = line / line.sum()
    window = torch.outer(line, line).expand(3, 1, 3, 3)
    return functional.conv2d(functional.pad(z, (1,) * 4, mode="replicate"), window, groups=3)


def _side(network: Backbone, maps: Sequence[MapName]) -> int:
    for side in _SIDES:
        sizes = network.layout((side, side))
        if all(min(sizes[name.layer][0]) >= _PLACES for name in maps if name.layer in sizes):
            return side
    return _SIDES[-1]
