"""Workers: the classifiers whose errors are to be foretold."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from iqametrics.errors import ClassifierError, OptionError

_LISTED = 5


def scaled(image: Tensor) -> Tensor:
    """uint8 (C, H, W) as float32 in 0..1: what a worker gets unless told otherwise."""
    return image.float() / 255


@dataclass(frozen=True, eq=False)
class Worker:
    """A classifier, and what it expects.

    Attributes
    ----------
    name : str
        What its columns are called.
    model : torch.nn.Module
        Takes a batch (N, C, H, W) and returns logits (N, classes). It works on the device it is on, and is put into
        evaluation mode meanwhile.
    preprocess : callable
        Brings an image, a uint8 tensor (C, H, W), to what the model takes; the transforms of torchvision's weights do.
    classes : tuple of str, optional
        The names of its outputs. Without them the outputs are those of the images' classes, in their order.
    taps : tuple of str, optional
        Modules whose outputs are its features, by their names in the model; by default some of its convolutions.
    """

    name: str
    model: nn.Module
    preprocess: Callable[[Tensor], Tensor] = scaled
    classes: tuple[str, ...] = ()
    taps: tuple[str, ...] = field(default=())

    def digest(self, image: np.ndarray) -> str:
        """SHA-256 of its parameters and buffers, of its classes, and of an image as its preprocessing leaves it."""
        found = hashlib.sha256("\n".join(self.classes).encode())
        named = {**self.model.state_dict(), "": self.preprocess(as_tensor(image))}
        for name, tensor in sorted(named.items()):
            found.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            found.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        return found.hexdigest()

    def outputs(self, classes: Sequence[str]) -> dict[str, int]:
        """The output that stands for each class of the images.

        Raises
        ------
        ClassifierError
            It has no output for a class.
        """
        if not self.classes:
            return {name: place for place, name in enumerate(classes)}
        own = {name: place for place, name in enumerate(self.classes)}
        absent = [name for name in classes if name not in own]
        if absent:
            more = f" and {len(absent) - _LISTED} more" if len(absent) > _LISTED else ""
            raise ClassifierError(
                f"worker {self.name} knows {len(own)} classes, but not {', '.join(map(repr, absent[:_LISTED]))}{more}; the "
                "labels of the images must be among the names in classes="
            )
        return {name: own[name] for name in classes}

    def batches(self, images: Iterable[np.ndarray]) -> Iterator[tuple[list[int], Tensor]]:
        """Preprocessed images in batches of one size on the model's device, with their places."""
        device = next((each.device for each in self.model.parameters()), torch.device("cpu"))
        by_shape: dict[tuple[int, ...], tuple[list[int], list[Tensor]]] = {}
        for place, image in enumerate(images):
            ready = self.preprocess(as_tensor(image))
            places, tensors = by_shape.setdefault(tuple(ready.shape), ([], []))
            places.append(place)
            tensors.append(ready)
        for places, tensors in by_shape.values():
            yield places, torch.stack(tensors).to(device)

    def logits(self, images: Sequence[np.ndarray]) -> Tensor:
        """Return logits in double precision, (N, outputs)."""
        found: list[Tensor | None] = [None] * len(images)
        with evaluating(self.model):
            for places, batch in self.batches(images):
                answer = self.model(batch)
                if not isinstance(answer, Tensor) or answer.ndim != 2 or len(answer) != len(batch):
                    seen = f"shape {tuple(answer.shape)}" if isinstance(answer, Tensor) else type(answer).__name__
                    raise ClassifierError(
                        f"worker {self.name} answers {len(batch)} images with {seen}; it must return logits, one row each"
                    )
                for place, row in zip(places, answer.double().cpu(), strict=True):
                    found[place] = row
        return torch.stack([row for row in found if row is not None])


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Evaluation mode and no gradients; the mode the model was in comes back."""
    training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        model.train(training)


def as_tensor(image: np.ndarray) -> Tensor:
    """uint8 (H, W) or (H, W, 3) as a tensor (C, H, W)."""
    planes = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(planes))


def as_workers(workers: Any) -> tuple[Worker, ...]:
    """One or several classifiers, named.

    Parameters
    ----------
    workers : torch.nn.Module, Worker, a sequence of Worker, or a mapping of str to torch.nn.Module
    """
    if isinstance(workers, nn.Module):
        found = [Worker("worker", workers)]
    elif isinstance(workers, Worker):
        found = [workers]
    elif isinstance(workers, Mapping):
        found = [Worker(str(name), model) for name, model in workers.items()]
    else:
        found = list(workers)
    names = [each.name for each in found if isinstance(each, Worker)]
    if len(names) != len(found) or not names:
        raise OptionError("workers must be a torch module, a Worker, a list of Workers, or modules by their names")
    if len(set(names)) != len(names) or any(":" in name or not name for name in names):
        raise OptionError(f"workers are called {', '.join(names)}; give each a name of its own, without a colon")
    return tuple(found)


@dataclass(frozen=True)
class Answers:
    """What a worker says of images whose class is known.

    Attributes
    ----------
    predictions : list of str
        The class it takes each for.
    cross_entropy : ndarray of float, shape (n,)
        Minus the logarithm of the probability it gives the true class.
    """

    predictions: list[str]
    cross_entropy: np.ndarray


def ask(
    worker: Worker, images: Sequence[np.ndarray], labels: Sequence[str], classes: Sequence[str], names: Sequence[str]
) -> Answers:
    """What a worker says of images.

    Raises
    ------
    ClassifierError
        Its outputs do not fit the classes, or a logit is not finite.
    """
    place_of = worker.outputs(classes)
    logits = worker.logits(images)
    known = worker.classes or tuple(classes)
    if logits.shape[1] != len(known):
        what = "its classes= name" if worker.classes else "the images have"
        raise ClassifierError(
            f"worker {worker.name} has {logits.shape[1]} outputs, but {what} {len(known)} classes; give "
            "Worker(classes=) the names of its outputs in their order"
        )
    bad = (~logits.isfinite().all(1)).nonzero().flatten().tolist()
    if bad:
        more = f" and {len(bad) - _LISTED} more" if len(bad) > _LISTED else ""
        shown = ", ".join(names[place] for place in bad[:_LISTED])
        raise ClassifierError(
            f"worker {worker.name} answers with NaN or infinity for {shown}{more}; mend its weights or its preprocessing"
        )
    truth = torch.tensor([place_of[label] for label in labels])
    losses = nn.functional.cross_entropy(logits, truth, reduction="none")
    return Answers([known[place] for place in logits.argmax(1).tolist()], losses.numpy())
