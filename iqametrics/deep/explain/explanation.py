"""All that is known of some feature maps: where they look, what they like best, what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from iqametrics.deep.backbones import IMAGENET, backbone
from iqametrics.deep.explain.concepts import ConceptSet, concept_set
from iqametrics.deep.explain.dissection import Dissected, dissect
from iqametrics.deep.explain.maximisation import Maximised, maximise_activation
from iqametrics.deep.explain.pictures import colour_image
from iqametrics.deep.explain.prediction_difference import chosen, prediction_difference
from iqametrics.deep.selection.scores import MapName
from iqametrics.deep.selection.selection import Selection
from iqametrics.errors import OptionError, WeightsError
from iqametrics.progress import Bar, no_bar


@dataclass(frozen=True)
class Explained:
    """One feature map.

    Attributes
    ----------
    name : MapName
        The map.
    activation : ndarray (height', width')
        Its values on the image.
    relevance : ndarray (height, width)
        Relevance of the image's pixels, see :func:`prediction_difference`.
    favourite : ndarray (side, side, 3)
        The image it answers to most, see :func:`maximise_activation`.
    before, after : float
        Its mean positive activation on noise, and on its favourite.
    concept : str
        The concept that agrees best with its largest values, see :func:`dissect`.
    iou : float
        How well, from 0 to 1.
    detector : bool
        Whether that is more than 0.04.
    example : ndarray (side, side, 3)
        The image of concepts with its largest value.
    """

    name: MapName
    activation: npt.NDArray[np.float32]
    relevance: npt.NDArray[np.float32]
    favourite: npt.NDArray[np.float32]
    before: float
    after: float
    concept: str
    iou: float
    detector: bool
    example: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Explanation:
    """Feature maps, explained on an image.

    Attributes
    ----------
    image : ndarray (height, width, 3)
        The image, from 0 to 1.
    maps : tuple of Explained
        The maps, in the order asked for.
    backbone, weights, weights_sha256 : str
        The network.
    """

    image: npt.NDArray[np.float64]
    maps: tuple[Explained, ...]
    backbone: str
    weights: str
    weights_sha256: str

    def rows(self) -> list[dict[str, Any]]:
        """A row per map: what a table of them says."""
        return [
            {
                "layer": each.name.layer,
                "map": each.name.number,
                "concept": each.concept,
                "iou": each.iou,
                "detector": each.detector,
                "activation_noise": each.before,
                "activation_favourite": each.after,
                "relevance_low": float(each.relevance.min()),
                "relevance_high": float(each.relevance.max()),
            }
            for each in self.maps
        ]


def explain_maps(
    maps: Selection | Sequence[tuple[str, int]],
    image: Any,
    *,
    name: str = "alexnet",
    weights: str = IMAGENET,
    size: int = 16,
    stride: int | None = None,
    samples: int = 8,
    steps: int = 128,
    concepts: ConceptSet | None = None,
    seed: int = 0,
    bar: Bar = no_bar,
) -> Explanation:
    """Explain feature maps in three ways; each layer's network stops behind it.

    Parameters
    ----------
    maps : Selection or sequence of (layer, index)
        The maps; a selection also says which network they belong to.
    image : array or path
        What to look at.
    name, weights : str
        The network, for maps that are no selection.
    size, stride, samples
        As for :func:`prediction_difference`.
    steps : int
        As for :func:`maximise_activation`.
    concepts : ConceptSet, optional
        As for :func:`dissect`; the synthetic ones by default.
    seed : int
        Seed of all random numbers.
    bar : callable, optional
        Shows progress: called with a text and steps, it passes the steps through.

    Returns
    -------
    Explanation

    Raises
    ------
    OptionError, WeightsError, ShapeError
        There is no such map, its weights are missing, or the image is too small.
    """
    names = [MapName(*each) for each in (maps.maps if isinstance(maps, Selection) else maps)]
    if not names:
        raise OptionError("there are no maps to explain")
    if isinstance(maps, Selection):
        name, weights = str(maps.options["backbone"]), str(maps.options["weights"])
    x = colour_image(image)
    concepts = concept_set(seed=seed) if concepts is None else concepts
    layers: dict[str, list[MapName]] = {}
    for each in names:
        layers.setdefault(each.layer, []).append(each)
    found: dict[MapName, Explained] = {}
    sha256 = maps.weights_sha256 if isinstance(maps, Selection) else ""
    for layer, members in layers.items():
        network = backbone(name, weights, [layer])
        if sha256 not in ("", network.weights_sha256):
            raise WeightsError(
                f"the maps were chosen with weights whose SHA-256 is {sha256}, and {weights} has {network.weights_sha256}"
            )
        sha256 = network.weights_sha256
        with torch.no_grad():
            values = network(torch.from_numpy(x[None]).permute(0, 3, 1, 2).float())
        relevance = prediction_difference(
            x,
            network,
            members,
            size=size,
            stride=stride,
            samples=samples,
            seed=seed,
            track=partial(bar, f"Looking {layer}"),
        )
        favourites = maximise_activation(
            network, members, steps=steps, seed=seed, track=partial(bar, f"Rising {layer}")
        )
        labels = dissect(network, members, concepts, track=partial(bar, f"Naming {layer}"))
        for place, member in enumerate(members):
            activation = chosen(values, member)[0].numpy()
            found[member] = _explained(place, member, activation, relevance, favourites, labels, concepts)
    return Explanation(x, tuple(found[each] for each in names), name, weights, sha256)


def _explained(
    place: int,
    name: MapName,
    activation: npt.NDArray[np.float32],
    relevance: npt.NDArray[np.float32],
    favourites: Maximised,
    labels: Dissected,
    concepts: ConceptSet,
) -> Explained:
    concept, iou = labels.best(place)
    return Explained(
        name,
        activation,
        relevance[place],
        favourites.images[place],
        float(favourites.before[place]),
        float(favourites.after[place]),
        concept,
        iou,
        labels.detects(place),
        concepts.images[labels.strongest[place]],
    )
