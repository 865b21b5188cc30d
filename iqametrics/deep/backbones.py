"""Backbones: networks that turn an image into feature maps."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from threading import Lock

import torch
from torch import Tensor, nn
from torch.fx import Interpreter

from iqametrics.deep import architectures, surrogate, weight_files
from iqametrics.file_content import UntilChanged
from iqametrics.geometry import MapGeometry

IMAGENET, SURROGATE = "imagenet", "surrogate"
#: Mean and standard deviation of ImageNet's colours, which torchvision's classifiers were trained with.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class _PlainConvolutions:
    """cuDNN without TF32 and without a search for algorithms, as long as anybody is inside.

    These settings are those of the process: a thread that put back what it found would undo them for the others, or
    leave them behind for good.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._flags: AbstractContextManager[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._flags is None:
                self._flags = torch.backends.cudnn.flags(
                    enabled=True, benchmark=False, deterministic=True, allow_tf32=False
                )
                self._flags.__enter__()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._flags is not None:
                self._flags.__exit__(None, None, None)
                self._flags = None


_plain_convolutions = _PlainConvolutions()


@contextmanager
def ieee(device: torch.device) -> Iterator[None]:
    """Convolutions in plain single precision, the same every time: no TF32, no autocast, no search for algorithms."""
    with _plain_convolutions, torch.autocast(device.type, enabled=False):
        yield


class Backbone:
    """A network that turns colour images into feature maps.

    Made by :func:`backbone`. Safe to call from several threads.

    Attributes
    ----------
    name : str
        Name of torchvision's classifier.
    taps : tuple of str
        Layers whose maps it returns, in the order of the network.
    weights : str
        ``"imagenet"``, ``"surrogate"``, or the path of a file.
    weights_sha256 : str
        SHA-256 of the file of weights, or ``"surrogate-v1"``.
    """

    def __init__(self, name: str, nodes: dict[str, str], weights: str, sha256: str, network: nn.Module) -> None:
        self.name, self.taps, self.weights, self.weights_sha256 = name, tuple(nodes), weights, sha256
        self._network: nn.Module = network.requires_grad_(False)
        self._placing = Lock()
        self._placed = {(torch.device("cpu"), torch.float32): network}

    def __call__(self, images: Tensor) -> dict[str, Tensor]:
        """Return the feature maps of images.

        Parameters
        ----------
        images : tensor (N, 3, H, W)
            Red, green and blue from 0 to 1, of any size the layers can take; float64 is worked on in double.

        Returns
        -------
        dict of str to tensor (N, C, H', W')
            Maps by tap, differentiable.
        """
        mean, deviation = (images.new_tensor(each)[:, None, None] for each in (MEAN, DEVIATION))
        with ieee(images.device):
            maps: dict[str, Tensor] = self._on(images)((images - mean) / deviation)
        return {tap: maps[tap] for tap in self.taps}

    def stream(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield the feature maps of images layer by layer, and keep none that no later layer needs.

        Parameters
        ----------
        images : tensor (N, 3, H, W)
            Those of a call.

        Yields
        ------
        str, tensor (N, C, H', W')
            A tap and its maps, in the order of :attr:`taps`; layers behind the last tap don't exist.
        """
        interpreter = Interpreter(self._on(images))
        mean, deviation = (images.new_tensor(each)[:, None, None] for each in (MEAN, DEVIATION))
        interpreter.args_iter = iter([(images - mean) / deviation])
        *nodes, output = interpreter.graph.nodes
        tap_of = {node: tap for tap, node in output.args[0].items()}
        last = {before: node for node in nodes for before in node.all_input_nodes}
        for node in nodes:
            with ieee(images.device):  # never around a yield: it holds for all that a thread does
                found = interpreter.env[node] = interpreter.run_node(node)
            for before in {*node.all_input_nodes, node}:
                if last.get(before, node) is node:
                    del interpreter.env[before]
            if node in tap_of:
                yield tap_of[node], found

    def layout(self, shape: tuple[int, int]) -> dict[str, tuple[tuple[int, int], MapGeometry]]:
        """Return size of every tap's maps of an image ``(height, width)``, and where their samples lie in it."""
        return architectures.layout(self.name, self.taps, shape)

    @property
    def widths(self) -> dict[str, int]:
        """How many maps every tap has."""
        found = architectures.widths(self.name, self.taps)
        return {tap: found[tap] for tap in self.taps}

    @cached_property
    def provenance(self) -> dict[str, object]:
        """What the maps depend on: backbone, taps, weights and their hash."""
        return {
            "backbone": self.name,
            "taps": self.taps,
            "weights": self.weights,
            "weights_sha256": self.weights_sha256,
        }

    def __repr__(self) -> str:
        return f"<backbone {self.name}, weights {self.weights} ({self.weights_sha256[:12]}), {', '.join(self.taps)}>"

    def _on(self, images: Tensor) -> nn.Module:
        place = images.device, images.dtype
        with self._placing:
            if place not in self._placed:
                self._placed[place] = deepcopy(self._network).to(*place)
            return self._placed[place]


def backbone(
    name: str = "alexnet",
    weights: str | os.PathLike[str] = IMAGENET,
    taps: str | Sequence[str] = "conv",
    sha256: str | None = None,
    pooling: str = "max",
) -> Backbone:
    """Return a network that turns colour images into feature maps.

    Parameters
    ----------
    name : str
        A classifier of torchvision: ``"alexnet"``, ``"vgg16"``, ``"resnet50"`` ... AlexNet is torchvision's (of 2014, 64
        maps in the first layer), not that of 2012 with 96.
    weights : {"imagenet", "surrogate"} or path
        ``"imagenet"``: torchvision's own, downloaded once into torch's cache with a progress bar and checked against their
        hash; ``IQAMETRICS_OFFLINE=1`` forbids the download. A path: a state dict with torchvision's names (``.pth``,
        ``.safetensors`` or ``.npz``), read without running anything in it. ``"surrogate"``: fixed filters without a file,
        for tests and for trying things out.
    taps : str or sequence of str
        Layers: ``conv1`` to ``conv5``, ``relu1`` ..., ``pool1`` ... of AlexNet; ``conv1_1`` to ``conv5_3``, ``relu3_2`` ...
        of VGG; torchvision's own names of any. A convolution's maps are those before its ReLU. ``"conv"``, ``"relu"``
        and ``"pool"`` mean all of a kind, ``"all"`` means all.
    sha256 : str, optional
        Hash that a file of weights must have.
    pooling : {"max", "l2"}
        ``"l2"`` has the pooling of DISTS in place of VGG's.

    Returns
    -------
    Backbone

    Raises
    ------
    OptionError
        torchvision has no such classifier, or it has no such layer.
    WeightsError
        Weights are missing, damaged, do not fit, or would run code.

    Examples
    --------
    >>> import torch
    >>> from iqametrics.deep import backbone
    >>> network = backbone("alexnet", weights="surrogate", taps=["conv1", "relu3"])
    >>> {tap: tuple(maps.shape) for tap, maps in network(torch.rand(1, 3, 64, 64)).items()}
    {'conv1': (1, 64, 15, 15), 'relu3': (1, 384, 3, 3)}
    """
    named = os.fspath(weights)
    nodes = tuple(architectures.resolve(name, taps if isinstance(taps, str) else tuple(taps)).items())
    path = None
    if named == IMAGENET:
        path = weight_files.imagenet_file(name)
    elif named != SURROGATE:
        path = Path(named).expanduser().absolute()
    return _made(path, name, nodes, named, sha256, pooling)


def _make(
    path: Path | None,
    name: str,
    nodes: tuple[tuple[str, str], ...],
    weights: str,
    sha256: str | None,
    pooling: str,
) -> Backbone:
    network = architectures.extractor(name, dict(nodes), pooling)
    counters = [key for key in network.state_dict() if key.endswith("num_batches_tracked")]
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items() if key not in counters}
    if path is None:
        state, found = surrogate.weights(name, shapes), surrogate.LABEL
    else:
        held, found = weight_files.read(path, sha256)
        state = weight_files.matching(held, shapes, architectures.build(name).state_dict(), str(path), name)
    for key in counters:  # how long a network was trained changes no map
        state[key] = torch.zeros((), dtype=torch.long)
    network.load_state_dict(state, assign=True)
    return Backbone(name, dict(nodes), weights, found, network)


#: Networks, 8 kept in memory.
_made = UntilChanged(_make, kept=8)
