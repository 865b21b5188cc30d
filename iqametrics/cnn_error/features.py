"""How far a distortion moves a worker's features."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from iqametrics.cnn_error.workers import Worker, evaluating
from iqametrics.deep.propagation import changes
from iqametrics.errors import OptionError

#: Layers that are looked at unless a worker names its own.
_LAYERS = 5


def taps(worker: Worker) -> tuple[str, ...]:
    """The modules whose outputs are a worker's features: those it names, else convolutions spread evenly over its depth.

    Raises
    ------
    OptionError
        It has no module of a name, or no convolution.
    """
    modules = dict(worker.model.named_modules())
    absent = [name for name in worker.taps if name not in modules]
    if absent:
        raise OptionError(f"worker {worker.name} has no module {', '.join(absent)}; named_modules() lists them")
    if worker.taps:
        return worker.taps
    found = [name for name, module in modules.items() if isinstance(module, nn.Conv2d)]
    if not found:
        raise OptionError(f"worker {worker.name} has no convolution; name the modules with Worker(taps=)")
    chosen = np.unique(np.linspace(0, len(found) - 1, min(_LAYERS, len(found))).round().astype(int))
    return tuple(found[place] for place in chosen)


class FeatureDistances:
    """Distances of distorted images from their source in every layer of a worker.

    They are those of :func:`iqametrics.deep.propagation.changes`: relative, and of the direction.
    """

    def __init__(self, worker: Worker) -> None:
        self.worker, self.taps = worker, taps(worker)

    def __call__(self, source: np.ndarray, distorted: Sequence[np.ndarray]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return the relative change and that of the direction, (n,) each, by layer."""
        found = {tap: (np.empty(len(distorted)), np.empty(len(distorted))) for tap in self.taps}
        reference = {tap: maps[:1].clone() for tap, maps in self._features([source])}
        for places, (tap, maps) in self._batches(distorted):
            for column, change in zip(found[tap], changes(maps, reference[tap]), strict=True):
                column[places] = change.cpu().numpy()
        return found

    def _features(self, images: Sequence[np.ndarray]) -> Iterator[tuple[str, Tensor]]:
        for _, found in self._batches(images):
            yield found

    def _batches(self, images: Sequence[np.ndarray]) -> Iterator[tuple[list[int], tuple[str, Tensor]]]:
        with evaluating(self.worker.model), _recorded(self.worker.model, self.taps) as record:
            for places, batch in self.worker.batches(images):
                record.clear()
                self.worker.model(batch)
                for tap in self.taps:
                    yield places, (tap, record[tap])


@contextmanager
def _recorded(model: nn.Module, names: Sequence[str]) -> Iterator[dict[str, Tensor]]:
    """Outputs of modules by name, as they are when the module ends: what follows may work in place."""
    record: dict[str, Tensor] = {}
    modules = dict(model.named_modules())

    def remember(name: str) -> RemovableHandle:
        return modules[name].register_forward_hook(lambda module, given, output: record.update({name: output.clone()}))

    handles = [remember(name) for name in names]
    try:
        yield record
    finally:
        for handle in handles:
            handle.remove()
