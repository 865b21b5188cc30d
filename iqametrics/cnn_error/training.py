"""How a metrifier learns: from distorted images and the errors that classifiers made on them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import cos, pi
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.network import MetrifierNetwork
from iqametrics.cnn_error.pixels import Versions
from iqametrics.cnn_error.workers import as_tensor
from iqametrics.errors import OptionError
from iqametrics.progress import Track
from iqametrics.scoring.workers import processors

#: What an image without distortion is called among the kinds.
NONE = "none"
#: Sources whose versions are shuffled together: what is in memory at a time.
_WINDOW = 64
#: What telling the kind of distortion counts beside the error.
_KIND_SHARE = 0.1
_DECAY = 1e-3
#: Share of the training in which the learning rate rises.
_WARM_UP = 0.3


@dataclass(frozen=True)
class Training:
    """How long and on what a metrifier learns.

    Attributes
    ----------
    target : str
        What it foretells: "error", "wrong" or "bounded_cross_entropy".
    epochs, batch : int
        Times that every image is seen, and images in a step.
    rate : float
        Largest learning rate; it rises to it and falls again (Smith and Topin, 2018, arXiv 1708.07120).
    crop : int
        Larger images are cropped to this side, at another place in every epoch.
    width : int
        See :class:`~iqametrics.cnn_error.network.MetrifierNetwork`.
    seed : int
        Seed of the first weights, of the order and of the crops.
    """

    target: str = "error"
    epochs: int = 5
    batch: int = 64
    rate: float = 4e-3
    crop: int = 224
    width: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        if self.target not in ("error", "wrong", "bounded_cross_entropy"):
            raise OptionError(f"target={self.target!r} is not in [0, 1]; use error, wrong or bounded_cross_entropy")
        for name in ("epochs", "batch", "crop", "width"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name}={getattr(self, name)} must be 1 or more")


@dataclass(frozen=True)
class Batch:
    """Images of one size (N, C, H, W) uint8, the errors made on them, and the numbers of their kinds of distortion."""

    images: Tensor
    errors: Tensor
    kinds: Tensor


class _Example(NamedTuple):
    image: Tensor
    error: float
    kind: int


def train(
    dataset: ErrorDataset, kinds: Sequence[str], settings: Training, device: torch.device, track: Track
) -> MetrifierNetwork:
    """Train a network on all rows of a data set, and on their sources without distortion; it comes back to the CPU."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = MetrifierNetwork(len(kinds), settings.width).to(device)
    random = np.random.default_rng(settings.seed)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=_DECAY)
    total, seen = settings.epochs * _examples_in(dataset, kinds), 0
    network.train()
    for _ in track(range(settings.epochs), settings.epochs):
        for batch in _batches(dataset, kinds, settings, random):
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * _one_cycle(seen / total)
            answer = network(batch.images.to(device).float() / 255)
            loss = nn.functional.binary_cross_entropy(answer.error, batch.errors.to(device))
            loss = loss + _KIND_SHARE * nn.functional.cross_entropy(answer.kinds, batch.kinds.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen += len(batch.images)
    return network.cpu().eval()


def kinds_of(dataset: ErrorDataset) -> tuple[str, ...]:
    """The kinds of distortion in a data set, none being one of them."""
    return (NONE, *dict.fromkeys(dataset.table["distortion"]))


def _examples_in(dataset: ErrorDataset, kinds: Sequence[str]) -> int:
    sources = dataset.table["source"].nunique()
    return len(dataset) + sources * _repeats(dataset, kinds)


def _repeats(dataset: ErrorDataset, kinds: Sequence[str]) -> int:
    """How often an image without distortion is shown: as often as one with a distortion, at all its levels."""
    return max(1, round(len(dataset) / dataset.table["source"].nunique() / (len(kinds) - 1)))


def _one_cycle(progress: float) -> float:
    """Share of the largest learning rate: up in a straight line, then down along a cosine."""
    if progress < _WARM_UP:
        return 0.04 + 0.96 * progress / _WARM_UP
    return max(0.5 * (1 + cos(pi * (progress - _WARM_UP) / (1 - _WARM_UP))), 1e-4)


def _batches(
    dataset: ErrorDataset, kinds: Sequence[str], settings: Training, random: np.random.Generator
) -> Iterator[Batch]:
    """Every example once, in an order of its own each time; images of a batch have one size."""
    for examples in _windows(dataset, kinds, settings, random):
        by_shape: dict[torch.Size, list[_Example]] = {}
        for place in random.permutation(len(examples)):
            example = examples[place]
            waiting = by_shape.setdefault(example.image.shape, [])
            waiting.append(example)
            if len(waiting) == settings.batch:
                yield _stacked(waiting)
                waiting.clear()
        # Batch normalisation can't learn from one image.
        yield from (_stacked(waiting) for waiting in by_shape.values() if len(waiting) > 1)


def _stacked(examples: Sequence[_Example]) -> Batch:
    return Batch(
        torch.stack([example.image for example in examples]),
        torch.tensor([example.error for example in examples], dtype=torch.float32),
        torch.tensor([example.kind for example in examples]),
    )


def _windows(
    dataset: ErrorDataset, kinds: Sequence[str], settings: Training, random: np.random.Generator
) -> Iterator[list[_Example]]:
    """The versions of some sources at a time, those of the next ones being made meanwhile."""
    pixels = dataset.pixels_or_raise()
    number = {(case.distortion, case.level): place for place, case in enumerate(pixels.plan)}
    by_source = [rows for _, rows in dataset.table.groupby("source", sort=False)]
    repeats = _repeats(dataset, kinds)
    order = random.permutation(len(by_source))
    windows = [order[start : start + _WINDOW] for start in range(0, len(order), _WINDOW)]
    with ThreadPoolExecutor(processors(), thread_name_prefix="iqametrics-distort") as pool:

        def begin(window: np.ndarray) -> list[Future[Versions]]:
            return [pool.submit(pixels.of_source, str(by_source[place]["source"].iloc[0])) for place in window]

        following = begin(windows[0])
        for place, window in enumerate(windows):
            made, following = following, begin(windows[place + 1]) if place + 1 < len(windows) else []
            examples = []
            for source, future in zip(window, made, strict=True):
                rows, versions = by_source[source], future.result()
                clean = float(rows[f"clean_{settings.target}"].iloc[0])
                examples += [
                    _Example(_cropped(versions.clean, settings.crop, random), clean, 0) for _ in range(repeats)
                ]
                columns = zip(rows["distortion"], rows["level"], rows[settings.target], strict=True)
                for kind, level, error in columns:
                    image = _cropped(versions.distorted[number[kind, level]], settings.crop, random)
                    examples.append(_Example(image, float(error), kinds.index(kind)))
            yield examples


def _cropped(image: np.ndarray, side: int, random: np.random.Generator) -> Tensor:
    """An image, or a random part of it where it is larger than wanted."""
    height, width = image.shape[:2]
    if max(height, width) <= side:
        return as_tensor(image)
    top = int(random.integers(max(height - side, 0), endpoint=True))
    left = int(random.integers(max(width - side, 0), endpoint=True))
    return as_tensor(image[top : top + side, left : left + side])
