"""What a metrifier says of images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from iqametrics.cnn_error.network import Answer, MetrifierNetwork
from iqametrics.cnn_error.workers import evaluating
from iqametrics.pooling import Pool, WeightedMap

#: Pixels that are judged at once.
_AT_ONCE = 2**21


@dataclass
class Judgement(Pool):
    """Quality of some images of one size.

    Attributes
    ----------
    error : tensor (N,)
        Expected error of the classifier, 0 to 1.
    local, weight : tensor (N, h, w)
        Error as every place would have it, and what the place counts.
    kinds : tensor (N, kinds)
        Probabilities of the kinds of distortion.
    """

    error: Tensor
    local: Tensor
    weight: Tensor
    kinds: Tensor

    @classmethod
    def of(cls, network: MetrifierNetwork, images: Tensor) -> "Judgement":
        """Judge images (N, 1 or 3, H, W) in 0..1, with gradients if they need them."""
        images = images.float()
        if images.requires_grad:
            return cls._of_answers([network.eval()(images)])
        count = max(1, _AT_ONCE // (images.shape[-1] * images.shape[-2]))
        with evaluating(network):
            return cls._of_answers([network(some) for some in images.split(count)])

    @classmethod
    def _of_answers(cls, answers: Sequence[Answer]) -> "Judgement":
        error, local, weight, kinds = (torch.cat(parts).double() for parts in zip(*answers, strict=True))
        return cls(error.clamp(0, 1), local, weight, kinds.softmax(1))

    def score(self) -> Tensor:
        return 1 - self.error

    def maps(self) -> WeightedMap:
        return WeightedMap(1 - self.local, self.weight)

    def map_of(self, place: int) -> Any:
        """The map of one image, as arrays."""
        return WeightedMap(*(part[place].numpy() for part in self.maps()))
