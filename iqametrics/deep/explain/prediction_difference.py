"""Prediction-difference analysis: which places of an image a feature map's strength rests on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from iqametrics.deep.explain.patches import Conditional, Marginal, Sampler
from iqametrics.deep.explain.pictures import colour_image
from iqametrics.deep.selection.scores import MapName
from iqametrics.demo.pictures import pictures as bundled
from iqametrics.errors import OptionError
from iqametrics.progress import Track, untracked
from iqametrics.stats.rows import one_of

Network = Callable[[Tensor], Mapping[str, Tensor]]

#: Patches that the conditional sampler learns from, and its frame.
_PATCHES, _PADDING = 20_000, 2
#: Images in one pass of the network.
_BATCH = 64


def prediction_difference(
    image: Any,
    network: Network,
    maps: Sequence[MapName],
    *,
    size: int = 10,
    stride: int | None = None,
    samples: int = 10,
    sampler: Literal["conditional", "marginal"] = "conditional",
    pictures: Sequence[Any] | None = None,
    seed: int = 0,
    track: Track = untracked,
) -> npt.NDArray[np.float32]:
    r"""Relevance of every pixel for the strength of feature maps: positive where what is there makes a map stronger.

    .. math:: R_p = \frac{1}{|W_p|} \sum_{w \in W_p} \Bigl(a(x) - \frac{1}{n} \sum_{s=1}^n a(x_{w \leftarrow s})\Bigr)

    where :math:`a` is the mean of a map over its places, :math:`W_p` are the windows that cover pixel :math:`p`, and
    :math:`x_{w \leftarrow s}` is the image with other content, drawn at random, in the window.

    Parameters
    ----------
    image : array or path
        uint8, or floats from 0 to 1; grey or RGB.
    network : Backbone or callable
        Takes a tensor (N, 3, H, W) from 0 to 1 and returns maps (N, C, H', W') by layer. The nearer to the image its last
        layer, the faster.
    maps : sequence of MapName
        The maps; they share the passes of the network.
    size : int
        Side of the windows in pixels.
    stride : int, optional
        Pixels from a window to the next, half their side by default; the last one ends at the border.
    samples : int
        Contents drawn for each window.
    sampler : {"conditional", "marginal"}
        From a Gaussian of patches given the frame of 2 pixels around the window, or from the same place of other pictures.
    pictures : sequence of array or path, optional
        Where samples come from; three photographs of scikit-image by default.
    seed : int
        Seed of all random numbers.
    track : callable, optional
        Passes the windows through, as a progress bar does.

    Returns
    -------
    ndarray of float32, shape (maps, height, width)
        In units of the activation.

    Raises
    ------
    OptionError
        A layer or a map does not exist, or an option is out of range.
    ShapeError
        The pictures or the image are too small for the windows.

    Notes
    -----
    For hidden units the plain difference is taken, as in the paper; its weight of evidence is for probabilities.

    References
    ----------
    .. [1] L. M. Zintgraf, T. S. Cohen, T. Adel, M. Welling, "Visualizing deep neural network decisions: Prediction
       difference analysis", ICLR 2017. https://arxiv.org/abs/1702.04595
    """
    one_of("sampler", sampler, ("conditional", "marginal"))
    x = colour_image(image)
    height, width = x.shape[:2]
    stride = max(1, size // 2) if stride is None else stride
    if not 1 <= size <= min(height, width) or stride < 1 or samples < 1:
        raise OptionError(
            f"size={size}, stride={stride}, samples={samples}: windows must fit the image, and be 1 or more"
        )
    if not maps:
        raise OptionError("there are no maps to look at")
    random = np.random.default_rng(seed)
    others = [colour_image(each) for each in (bundled().values() if pictures is None else pictures)]
    source: Sampler = (
        Marginal(others, (height, width), size, random)
        if sampler == "marginal"
        else Conditional(others, (height, width), size, _PADDING, _PATCHES, random)
    )
    windows = [(row, column) for row in _starts(height, size, stride) for column in _starts(width, size, stride)]
    normal = strengths(network, torch.from_numpy(x[None]), maps)[0]
    total = np.zeros((len(maps), height, width))
    count = np.zeros((height, width))
    for row, column in track(windows):
        place = slice(row, row + size), slice(column, column + size)
        changed = np.repeat(x[None], samples, 0)
        changed[:, *place] = source.draw(x, row, column, samples)
        found = [strengths(network, part, maps) for part in torch.from_numpy(changed).split(_BATCH)]
        total[:, *place] += (normal - torch.cat(found).mean(0)).numpy()[:, None, None]
        count[place] += 1
    return (total / np.maximum(count, 1)).astype(np.float32)


def strengths(network: Network, images: Tensor, maps: Sequence[MapName]) -> Tensor:
    """Mean of every map over its places, ``(images, maps)``, of images ``(N, H, W, 3)``."""
    with torch.no_grad():
        found = network(images.permute(0, 3, 1, 2).float())
    return torch.stack([chosen(found, name).double().mean((-2, -1)) for name in maps], -1)


def chosen(found: Mapping[str, Tensor], name: MapName) -> Tensor:
    """A map ``(N, H', W')`` among those a network returned.

    Raises
    ------
    OptionError
        There is no such map.
    """
    if name.layer not in found:
        raise OptionError(f"the network returns the maps of {', '.join(found)}, not of {name.layer}; add it to taps")
    count = found[name.layer].shape[1]
    if not 0 <= name.number < count:
        raise OptionError(f"{name.layer} has maps 0 to {count - 1}, there is no {name.number}")
    return found[name.layer][:, name.number]


def _starts(length: int, size: int, stride: int) -> list[int]:
    return sorted({*range(0, length - size + 1, stride), length - size})
