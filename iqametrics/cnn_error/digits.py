"""Real images that need no download: the digits of scikit-learn, a small classifier, and distortions that suit them."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from iqametrics.cnn_error.sources import digest
from iqametrics.cnn_error.workers import Worker
from iqametrics.progress import Track, untracked
from iqametrics.stats import split_by_reference

#: Side that the 8 x 8 digits are enlarged to, so that blur, JPEG's blocks and SSIM's window mean something.
SIDE = 32
#: Five levels each, from hardly noticed to chance or near it.
DISTORTIONS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "gaussian_noise": [{"sd": value} for value in (0.02, 0.04, 0.06, 0.10, 0.20)],
    "gaussian_blur": [{"sigma": value} for value in (1.0, 1.5, 2.0, 2.5, 3.5)],
    "jpeg": [{"quality": value} for value in (20, 10, 6, 4, 2)],
    "jpeg2000_fidelity": [{"fidelity": value} for value in (30, 25, 20, 16, 13)],
    "contrast": [{"factor": value} for value in (0.85, 0.70, 0.55, 0.40, 0.25)],
    "impulse_noise": [{"density": value} for value in (0.003, 0.01, 0.02, 0.05, 0.12)],
    "pixelate": [{"scale": value} for value in (0.81, 0.69, 0.50, 0.37, 0.185)],
    "motion_blur": [{"length": value} for value in (3, 5, 7, 9, 13)],
}
_EPOCHS, _BATCH, _RATE = 25, 64, 1e-2
#: The layers, and what the last one hands to the classes.
_TAPS = ("layer1", "layer2", "layer3", "means")


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the digits as uint8 (n, 32, 32), each picture once, and their classes (n,)."""
    from PIL import Image
    from sklearn.datasets import load_digits

    data = load_digits()
    levels = np.rint(data.images / 16 * 255).astype(np.uint8)
    size = (SIDE, SIDE)
    large = np.stack([np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BILINEAR)) for image in levels])
    _, once = np.unique([digest(image) for image in large], return_index=True)
    kept = np.sort(once)
    return large[kept], data.target[kept]


def digit_sets(seed: int, sizes: Mapping[str, int]) -> tuple[dict[str, np.ndarray], dict[str, list[int]]]:
    """Return the digits by set, and their classes.

    Parameters
    ----------
    seed : int
        Number of the split.
    sizes : mapping of str to int
        Images of every set.
    """
    images, labels = digits()
    rest = len(images) - sum(sizes.values())
    parts = split_by_reference(np.arange(len(images)), seed, [*sizes.values(), max(rest, 1)])
    return (
        {name: images[rows] for name, rows in zip(sizes, parts, strict=False)},
        {name: labels[rows].tolist() for name, rows in zip(sizes, parts, strict=False)},
    )


def train_worker(
    images: np.ndarray, labels: Sequence[int], seed: int, name: str = "cnn", track: Track = untracked
) -> Worker:
    """Train a classifier of digits: three convolutions of 16, 32 and 64 maps, and a linear layer on their means."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _classifier()
        pictures, truth = torch.from_numpy(images)[:, None].float() / 255, torch.tensor(labels)
        optimizer = torch.optim.Adam(model.parameters())
        steps = -(-len(pictures) // _BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, epochs=_EPOCHS, steps_per_epoch=steps)
        for _ in track(range(_EPOCHS), _EPOCHS):
            for rows in torch.randperm(len(pictures)).split(_BATCH):
                loss = nn.functional.cross_entropy(model(pictures[rows]), truth[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return Worker(name, model.eval(), taps=_TAPS)


def _classifier() -> nn.Sequential:
    def layer(before: int, after: int) -> nn.Sequential:
        return nn.Sequential(nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU())

    parts = {
        "layer1": layer(1, 16),
        "pool1": nn.MaxPool2d(2),
        "layer2": layer(16, 32),
        "pool2": nn.MaxPool2d(2),
        "layer3": layer(32, 64),
        "pool3": nn.MaxPool2d(2),
        "means": nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        "classes": nn.Linear(64, 10),
    }
    # Maxima and batch normalisation take half the time on a CPU with the channels last.
    return nn.Sequential(OrderedDict(parts)).to(memory_format=torch.channels_last)
