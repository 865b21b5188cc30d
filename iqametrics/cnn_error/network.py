"""The network of a metrifier: from an image to how much a classifier errs on it, where, and for what."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

#: How often the sides are halved on the way to the map, whose samples are therefore 8 pixels apart.
HALVINGS = 3


class Answer(NamedTuple):
    """What the network says of a batch.

    Attributes
    ----------
    error : tensor (N,)
        Expected error in [0, 1]: the mean of the local errors by their weights.
    local : tensor (N, h, w)
        Error as every place would have it.
    weight : tensor (N, h, w)
        What every place counts; the sum is 1.
    kinds : tensor (N, kinds)
        Logits of the kinds of distortion.
    """

    error: Tensor
    local: Tensor
    weight: Tensor
    kinds: Tensor


class MetrifierNetwork(nn.Module):
    """Convolutions down to an eighth of the image's sides, then a judgement and a weight at every place.

    A place judges by what it sees and by the mean of the whole image: which class an image may be taken for is no local
    matter. The pooling by learned weights is that of WaDIQaM (Bosse et al., 2018, doi 10.1109/TIP.2017.2760518).

    Parameters
    ----------
    kinds : int
        Number of kinds of distortion that it tells apart.
    width : int
        Maps of its first layer; later ones have two to four times as many.
    """

    def __init__(self, kinds: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_layer(3, width),
            *_layer(width, 2 * width),
            *_layer(2 * width, 4 * width),
            *_layer(4 * width, 4 * width, halved=False),
        )
        self.context = nn.Linear(4 * width, 4 * width)
        self.local = nn.Conv2d(4 * width, 1, 1)
        self.weight = nn.Conv2d(4 * width, 1, 1)
        self.kinds = nn.Linear(4 * width, kinds)
        self.to(memory_format=torch.channels_last)  # half the time on a CPU for maxima and batch normalisation

    def forward(self, images: Tensor) -> Answer:
        """Judge images (N, 1 or 3, H, W) in 0..1."""
        features = self.layers((images.expand(-1, 3, -1, -1) - 0.5) / 0.25)
        whole = features.mean((2, 3))
        seen = torch.relu(features + self.context(whole)[..., None, None])
        local = torch.sigmoid(self.local(seen))[:, 0]
        weight = torch.softmax(self.weight(seen).flatten(1), 1).view_as(local)
        return Answer((local * weight).sum((1, 2)), local, weight, self.kinds(whole))


def _layer(before: int, after: int, halved: bool = True) -> list[nn.Module]:
    layer: list[nn.Module] = [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)]
    if halved:
        # Odd sides keep their last pixels, so that any image of a pixel or more can be judged.
        layer.append(nn.MaxPool2d(2, ceil_mode=True))
    return [*layer, nn.ReLU()]  # the same before and after a maximum, and a quarter of the work after it
